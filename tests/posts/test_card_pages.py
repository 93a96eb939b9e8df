"""Reading what pages say about themselves: no page breaks it, and nothing of it is ever markup."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.posts.card_pages import LONGEST_DESCRIPTION, LONGEST_TITLE, may_attribute, read_page

AT = "https://harbour.example/a/b"


def test_a_page_without_a_title_is_nothing_to_show() -> None:
    assert read_page(AT, b"<p>hello</p>") is None
    assert read_page(AT, b"") is None


def test_encodings_are_taken_from_the_header_the_page_or_guessed() -> None:
    assert read_page(AT, "<title>Größe</title>".encode("latin-1"), "iso-8859-1").title == "Größe"  # type: ignore[union-attr]
    page = '<meta charset="windows-1251"><title>Лодка</title>'.encode("cp1251")
    assert read_page(AT, page).title == "Лодка"  # type: ignore[union-attr]
    assert read_page(AT, "<title>船</title>".encode(), "no-such-thing").title == "船"  # type: ignore[union-attr]


def test_addresses_are_made_whole_and_only_the_web_is_left() -> None:
    def image(of: str) -> str | None:
        found = read_page(AT, f'<title>x</title><meta property="og:image" content="{of}">'.encode())
        return found.image_url if found else None

    assert image("/c.png") == "https://harbour.example/c.png"
    assert image("c.png") == "https://harbour.example/a/c.png"
    assert image("//cdn.example/c.png") == "https://cdn.example/c.png"
    for bad in ("javascript:alert(1)", "data:image/png;base64,AAAA", "file:///etc/passwd", "http://[", "x" * 3_000):
        assert image(bad) is None


def test_sites_and_their_subdomains_may_be_attributed_but_no_look_alikes() -> None:
    assert may_attribute("https://news.harbour.example/x", ("harbour.example",))
    assert may_attribute("https://harbour.example", ("harbour.example",))
    assert not may_attribute("https://evilharbour.example", ("harbour.example",))
    assert not may_attribute("https://harbour.example.evil.example", ("harbour.example",))


@given(st.binary(max_size=400), st.text(max_size=20))
@settings(max_examples=300, deadline=None)
def test_no_body_breaks_the_reader(body: bytes, charset: str) -> None:
    for whole in (body, b"<title>" + body, b'<title>a</title><meta property="og:title" content="' + body + b'">'):
        found = read_page(AT, whole, charset)
        if found is not None:
            assert 0 < len(found.title) <= LONGEST_TITLE and len(found.description) <= LONGEST_DESCRIPTION
            assert found.title.isprintable() and "\n" not in found.title
