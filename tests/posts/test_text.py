"""What an author writes becomes safe HTML, and nothing of it is lost."""

from __future__ import annotations

import html
import re
import time

import nh3
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from holdfast.posts import text as texts
from holdfast.posts.text import Mentioned, Rendered, Tag

HOME = "harbour.example"
PEOPLE = {
    ("ada", None): Mentioned(1, "Ada", None, "https://harbour.example/@Ada"),
    ("bo", None): Mentioned(2, "bo", None, "https://harbour.example/@bo"),
    ("cy", "remote.example"): Mentioned(3, "cy", "remote.example", "https://remote.example/@cy"),
    ("bo", "remote.example"): Mentioned(4, "bo", "remote.example", "https://remote.example/users/bo"),
}


def resolve(name: str, domain: str | None) -> Mentioned | None:
    return PEOPLE.get((name, domain))


def render(text: str) -> Rendered:
    return texts.render(text, domain=HOME, base_url=f"https://{HOME}", resolve_mention=resolve)


def links(text: str) -> tuple[str, ...]:
    return render(text).links


def tags(text: str) -> list[str]:
    return [tag.name for tag in render(text).tags]


def test_empty_lines_make_paragraphs_and_single_ones_breaks():
    assert render("one\ntwo\r\n\r\nthree\n \n\nfour").html == "<p>one<br>two</p><p>three</p><p>four</p>"


def test_a_text_of_blanks_is_empty():
    assert render(" \n\t\n ") == Rendered("")


def test_markup_in_a_text_stays_text():
    assert render("<script>alert(1)</script> & <b>").html == (
        "<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;</p>"
    )


def test_a_long_link_hides_its_scheme_and_its_end():
    shown = render("https://www.example.org/a/very/long/path/that/goes/on?x=1&y=2").html
    assert shown == (
        '<p><a href="https://www.example.org/a/very/long/path/that/goes/on?x=1&amp;y=2"'
        ' rel="nofollow noopener" target="_blank" translate="no">'
        '<span class="invisible">https://www.</span>'
        '<span class="ellipsis">example.org/a/very/long/path/t</span>'
        '<span class="invisible">hat/goes/on?x=1&amp;y=2</span></a></p>'
    )


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("see https://example.org.", "https://example.org"),
        ("(https://example.org/a)", "https://example.org/a"),
        ("https://en.example/wiki/A_(b)", "https://en.example/wiki/A_(b)"),
        ("(see https://en.example/wiki/A_(b)).", "https://en.example/wiki/A_(b)"),
        ("[https://example.org/x]!", "https://example.org/x"),
        ("https://example.org/?q=a,b&c=(d)'", "https://example.org/?q=a,b&c=(d)"),
        ("HTTP://Example.ORG/Path", "http://example.org/Path"),
        ("https://example.org:8443/", "https://example.org:8443/"),
        ("https://192.0.2.7/x", "https://192.0.2.7/x"),
        ("https://bücher.example/ü", "https://xn--bcher-kva.example/ü"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("見てhttps://example.org/a。次", "https://example.org/a"),
        ("https://example.org/a\u202egpj", "https://example.org/a"),
        ("https://example.org/@ada#top", "https://example.org/@ada#top"),
    ],
)
def test_links_are_found_with_the_right_ends(written, found):
    assert links(written) == (found,)
    assert f'href="{html.escape(found, quote=False)}"' in render(written).html


@pytest.mark.parametrize(
    "written",
    [
        "mailto:ada@example.org",
        "javascript:alert(1)",
        "ftp://example.org/",
        "https://localhost/",
        "https://",
        "https://bank.example@evil.example/",
        "https://user:word@evil.example/",
        "https://example.org:99999/",
        "https://1.2.3.4.5/",
        "https://300.1.1.1/",
        "https://-a.example/",
        "https://a..example/",
        "https://xn--a.example/",
        "xhttps://example.org/",
    ],
)
def test_what_is_no_address_is_not_linked(written):
    shown = render(written)
    assert shown.links == ()
    assert shown.html == f"<p>{html.escape(written, quote=False)}</p>"


def test_the_insides_of_links_are_neither_mentions_nor_tags():
    shown = render("https://example.org/@ada/#boats https://bank.example@ada https://x.example/?@bo&#sea")
    assert (shown.mentions, shown.tags) == ((), ())


def test_a_hashtag_keeps_its_case_and_links_to_its_key():
    shown = render("#LowTide")
    assert shown.tags == (Tag("lowtide", "LowTide"),)
    assert shown.html == (
        '<p><a href="https://harbour.example/tags/lowtide" class="mention hashtag" rel="tag">'
        "#<span>LowTide</span></a></p>"
    )


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("#a #A #b", ["a", "b"]),
        ("#1 #2026 #1a #4_2_x", ["1a", "4_2_x"]),
        ("#Straße", ["strasse"]),
        ("#ＦＵＬＬ", ["full"]),
        ("#हिन्दी!", ["हिन्दी"]),
        ("#日本語・タグ・ です", ["日本語・タグ"]),
        ("#cool❤️ #🎉", ["cool"]),
        ("word#tag /#tag &#39; ##x", ["x"]),
        ("#️⃣ #", []),
        ("#a-b", ["a"]),
        ("#" + "x" * 100, ["x" * 100]),
        ("#" + "x" * 101, []),
        ("(#in)", ["in"]),
        ("#ﷺ", ["صلىاللهعليهوسلم"]),
    ],
)
def test_hashtags_are_found_in_every_script(written, found):
    assert tags(written) == found


def test_a_mention_links_to_the_profile_and_shows_the_name_alone():
    shown = render("Hi @ADA and @cy@Remote.Example, and @ada again; @nobody is unknown")
    assert shown.mentions == (1, 3)
    assert shown.html == (
        '<p>Hi <span class="h-card" translate="no"><a href="https://harbour.example/@Ada"'
        ' class="u-url mention">@<span>Ada</span></a></span> and <span class="h-card" translate="no">'
        '<a href="https://remote.example/@cy" class="u-url mention">@<span>cy</span></a></span>, and '
        '<span class="h-card" translate="no"><a href="https://harbour.example/@Ada" class="u-url mention">'
        "@<span>Ada</span></a></span> again; @nobody is unknown</p>"
    )


def test_two_people_of_one_name_are_told_apart():
    shown = render("@bo meet @bo@remote.example")
    assert "@<span>bo</span>" in shown.html
    assert "@<span>bo@remote.example</span>" in shown.html


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("@ada, @Ada and @bo@remote.example", [("ada", None), ("bo", "remote.example")]),
        ("@ada@HARBOUR.example", [("ada", None)]),
        ("@cy@bücher.example", [("cy", "xn--bcher-kva.example")]),
        ("@dev@localhost:8000", [("dev", "localhost:8000")]),
        ("@first.last@remote.example.", [("first.last", "remote.example")]),
        ("@ada.", [("ada", None)]),
        ("@ada-san", [("ada", None)]),
        ("mail ada@example.org /@ada =@ada", []),
        ("(@ada)", [("ada", None)]),
        ("@ @@ @é", []),
        ("https://example.org/@ada", []),
    ],
)
def test_handles_are_listed_for_one_look_up(written, found):
    assert texts.find_mentions(written, HOME) == found


def test_the_renderer_asks_for_exactly_the_listed_handles():
    asked = []
    written = "@Ada @bo@remote.example @ada@harbour.example https://x.example/@cy @ada"
    texts.render(
        written,
        domain=HOME,
        base_url="https://harbour.example",
        resolve_mention=lambda *who: asked.append(who),
    )
    assert asked == texts.find_mentions(written, HOME)


@pytest.mark.parametrize(
    ("written", "count"),
    [
        ("", 0),
        ("hello", 5),
        ("https://example.org/" + "a" * 200, 23),
        ("see https://example.org/x.", 4 + 23 + 1),
        ("@cy@remote.example hi", 6),
        ("@ada hi", 7),
        ("a\r\nb", 3),
        ("é", 1),
        ("e\u0301", 1),
        ("👨‍👩‍👧‍👦", 1),
        ("👍🏽", 1),
        ("🇩🇪🇫🇷", 2),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", 1),
        ("日本語", 3),
        ("#tag", 4),
    ],
)
def test_characters_count_as_members_see_them(written, count):
    assert texts.character_count(written) == count


def test_stacked_marks_cannot_smuggle_a_book_into_one_character():
    assert texts.character_count("a" + "\u0301" * 1600) == 101


def test_the_length_of_a_link_can_be_set():
    assert texts.character_count("https://example.org/long/path", url_length=10) == 10


def test_a_bio_shows_whole_handles():
    bio = texts.render_bio("by @cy@remote.example", domain=HOME, base_url="", resolve_mention=resolve)
    assert "@<span>cy@remote.example</span>" in bio.html


def test_a_profile_field_is_one_line_and_its_link_says_me():
    field = texts.render_field(
        "https://ada.example\n\nx", domain=HOME, base_url="https://harbour.example", resolve_mention=resolve
    )
    assert 'rel="nofollow noopener me"' in field.html
    assert field.html.endswith("</a> x")
    assert "<p>" not in field.html


def test_foreign_html_loses_what_is_dangerous_and_keeps_its_shape():
    dirty = (
        '<p onclick="x()">Hi <a href="javascript:x()" class="mention evil">a</a><script>x()</script>'
        '<style>p{}</style><img src=x onerror=x()><strong>b</strong> <a href="/rel">c</a></p>'
    )
    clean = texts.clean_html(dirty)
    assert clean == (
        '<p>Hi <a class="mention" target="_blank" rel="nofollow noopener">a</a><strong>b</strong> '
        '<a target="_blank" rel="nofollow noopener">c</a></p>'
    )


def test_plain_text_comes_back_from_html():
    assert texts.plain("<p>a &amp; b<br>c</p><p>d <i>e</i></p><ul><li>f</li><li>g</li></ul>") == (
        "a & b\nc\n\nd e\n\nf\ng"
    )
    assert texts.plain('<script>x</script><p title=">">&lt;b&gt;</p>') == "<b>"


def test_halves_of_surrogates_do_no_harm():
    assert render("a\ud800b").html == "<p>a\ufffdb</p>"
    assert texts.clean_html("a\udfffb") == "a\ufffdb"
    assert texts.character_count("\ud800") == 1


HOSTILE = [
    "#a",
    "https://",
    "@a",
    "@a.",
    "@a.a",
    "@a@b.",
    "(",
    ")",
    ".",
    "#",
    "@",
    "\n ",
    " ",
    "#é💩",
    "a.",
    "ü",
    "<",
    "&",
    "a\u0301",
    "https://a.example/",
    "https://a.example/(",
    "@a@",
    "#·",
    "\n\n",
    "www.",
    "a@",
    "://",
    "👍🏽",
    "_-",
]


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("start", ["", "https://a.example/", "@a", "#a"])
def test_hostile_texts_cost_no_more_than_their_length(piece, start):
    def seconds(times: int) -> float:
        written = start + piece * times
        best = 1.0
        for _ in range(2):
            began = time.process_time()
            render(written)
            texts.character_count(written)
            best = min(best, time.process_time() - began)
        return best

    short, long = seconds(300), seconds(3000)
    assert long < max(short * 30, 0.05)


PIECES = st.sampled_from(
    [
        "@ada",
        "@cy@remote.example",
        "@x@y.z",
        "#Tag",
        "#日本",
        "https://example.org/a(b)?c=d#e",
        "https://",
        "\n",
        "\n\n",
        " ",
        "<script>",
        "</p>",
        "<a href=javascript:x>",
        "onclick=",
        "javascript:",
        "&amp;",
        "&#0;",
        '"',
        "'",
        "\x00",
        "\u2028",
        "\u202e",
        "\xa0",
        "(",
        ")",
        ".",
        "@",
        "#",
        "://",
        "<!--",
        "]]>",
        "\ud800",
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=6), max_size=12).map("".join)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
@example("https://example.org/\x85#a")
def test_whatever_is_written_the_html_is_safe_and_stable(written):
    shown = render(written).html
    guard = nh3.Cleaner(
        tags={"p", "br", "span", "a"},
        attributes={"a": {"href", "rel", "target", "translate", "class"}, "span": {"class", "translate"}},
        link_rel=None,
        url_schemes={"http", "https"},
    )
    assert guard.clean(shown) == shown
    assert set(re.findall(r"<(\w+)", shown)) <= {"p", "br", "span", "a"}
    for opening in re.findall(r"<\w[^>]*>", shown):
        assert not re.search(r"\son\w+=", opening)
    for anchor in re.findall(r"<a[^>]*>", shown):
        assert re.match(r'<a href="https?://', anchor)


def squeezed(text: str) -> str:
    text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]", "", text)
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return "".join(text.replace("＃", "#").split())


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_whatever_is_written_can_be_read_again(written):
    nobody = texts.render(written, domain=HOME, base_url="https://harbour.example", resolve_mention=lambda *_: None)
    assert squeezed(texts.plain(nobody.html)) == squeezed(written)


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_cleaning_is_done_once_and_for_all(dirty):
    clean = texts.clean_html(dirty)
    assert texts.clean_html(clean) == clean
    assert "<script" not in clean
    assert not re.search(r"<[^>]*(\son\w+=|javascript:)", clean)


HOSTS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("ab01-_."), min_size=1, max_size=8)


@settings(max_examples=400, deadline=None)
@given(HOSTS | HOSTS.map(lambda rest: f"xn--{rest}"), st.sampled_from(["org", "xn--p1ai", "рф", "0x1", "a1"]))
def test_every_link_has_an_address_that_the_guard_accepts(host, top):
    shown = render(f"https://{host}.{top}/").html
    assert shown.count("<a ") == shown.count('<a href="http')
