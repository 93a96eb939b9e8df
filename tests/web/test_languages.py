"""Pages in the reader's language: who chooses it, that nothing stays in English, dates and numbers, scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import holdfast
from holdfast import web
from tests.servers import PASSWORD, NewMember, RunningServer
from tests.web.asking import ask, wait_for
from tests.web.browser import Browser

Browsers = Callable[..., Browser]
CATALOGUE = Path(holdfast.__file__).parent / "languages" / "de.po"
SHOWN = ("alt", "aria-label", "placeholder", "title")
PLACE = re.compile(r"%\(\w+\)s")
SHORTEST = 12  # letters between the values of a text, below which it would be found in what people write


class Shown(HTMLParser):
    """The texts of a page, each as it stands between two tags or in an attribute that is shown."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: set[str] = set()
        self._language: list[tuple[str, bool]] = []  # tags and whether what is in them is what people wrote
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag not in ("br", "hr", "img", "input", "link", "meta"):
            self._language.append((tag, tag != "html" and ("lang" in found or found.get("dir") == "auto")))
        self.texts |= {" ".join((found[name] or "").split()) for name in SHOWN if name in found}

    def handle_endtag(self, tag: str) -> None:
        while self._language and self._language.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not any(is_other for _tag, is_other in self._language):
            self.texts.add(" ".join(data.split()))


def english() -> tuple[set[str], re.Pattern[str]]:
    """The texts that are different in German: those without values, and a pattern for those with some."""
    with CATALOGUE.open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    plain, patterns = set(), []
    for message in messages:
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        strings = [message.string] if isinstance(message.string, str) else list(message.string)
        for text in ids:
            if text in strings or "<" in text:
                continue
            if not PLACE.search(text):
                plain.add(text.replace("%%", "%"))
            elif sum(char.isalpha() for char in PLACE.sub("", text)) >= SHORTEST:
                patterns.append(".+".join(map(re.escape, PLACE.split(text.replace("%%", "%")))))
    german = {
        string
        for message in messages
        for string in ([message.string] if isinstance(message.string, str) else message.string)
    }
    return plain - german, re.compile("|".join(patterns))


@pytest.fixture
def reader(server: RunningServer, browsers: Browsers) -> Iterator[Browser]:
    """The owner, in a browser that asks for German."""
    browser = browsers(server, **{"accept-language": "de-AT, de;q=0.9, en;q=0.5"})
    browser.sign_in("owner", PASSWORD)
    return browser


def test_no_page_keeps_a_sentence_in_english(
    server: RunningServer, reader: Browser, browsers: Browsers, ada: NewMember, bo: NewMember
) -> None:
    post = ask(server, ada, "POST", "/api/v1/statuses", status="@owner @bo Moin #hafen")
    ask(server, bo, "POST", f"/api/v1/statuses/{post['id']}/reblog")
    ask(server, bo, "POST", f"/api/v1/statuses/{post['id']}/favourite")
    ask(server, bo, "POST", f"/api/v1/accounts/{ada.id}/follow")
    poll = {"options": ["Ja", "Nein"], "expires_in": 3600}
    ask(server, bo, "POST", "/api/v1/statuses", status="Na?", poll=poll, visibility="unlisted")
    ask(server, bo, "POST", "/api/v1/statuses", status="Psst", spoiler_text="Essen", in_reply_to_id=post["id"])
    wait_for(server, ada, "/api/v1/notifications", 2)
    stranger = browsers(server, **{"accept-language": "de"})
    member = browsers(server, **{"accept-language": "de"})
    member.sign_in(ada.name, PASSWORD)
    here = f"/@{ada.name}/{post['id']}"
    paths = [one.path for one in web.declared() if one.method == "GET" and "{" not in one.path and "." not in one.path]
    paths += [here, f"/@{ada.name}", f"{here}/history", f"{here}/boosted_by", f"/report?post={post['id']}"]
    paths += [f"/@{ada.name}/{name}" for name in ("followers", "following", "media", "with_replies", "featured")]
    paths += ["/tags/hafen", f"/posts/{post['id']}/delete", "/no/such/page", f"/write?reply={post['id']}"]
    paths += [f"/write?quote={post['id']}", "/search?q=hafen&type=posts", "/search?q=-during:2026", "/terms/99"]
    plain, pattern = english()
    left = []
    for browser in (reader, member, stranger):
        for path in paths:
            page = browser.open(path, follow=False)
            if "<html" not in page.html:
                continue
            assert '<html lang="de" dir="ltr"' in page.html, path
            texts = Shown(page.html).texts
            left += [f"{path}: {text}" for text in texts if text in plain or pattern.fullmatch(text)]
    assert not left, "\n".join(sorted(set(left)))


def test_forms_that_are_refused_say_so_in_german_and_apps_hear_it_in_english(
    server: RunningServer, reader: Browser, ada: NewMember
) -> None:
    reader.open("/settings/password")
    page = reader.send("/settings/password", current_password=PASSWORD, new_password="short")
    assert page.status == 422 and "Das Passwort ist zu kurz (mindestens 8 Zeichen)." in page.words
    reader.open("/lists")
    assert "Eine Liste braucht einen Titel." in reader.send("/lists", title=" ").words
    with server.client(ada.token) as http:
        answer = http.post("/api/v1/lists", data={"title": " "}, headers={"accept-language": "de"})
        assert answer.json()["error"] == "A list needs a title"


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("de", "de"),
        ("de-CH", "de"),
        ("fr, de;q=0.7, en;q=0.3", "de"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"),
        ("en;q=0.1, de;q=0.2", "de"),
        ("de;q=0, *", "en"),
        ("fr", "en"),
        ("", "en"),
        ("*", "en"),
        ("de;q=x, en", "en"),
        ("de;q=7", "en"),
        (";;;,,,=q;" * 50, "en"),
        ("x" * 5000 + ",de", "en"),
        ("DE_de", "en"),
    ],
)
def test_what_a_browser_asks_for_is_heard_as_far_as_it_can_be_read(
    asked: str, language: str, server: RunningServer, browsers: Browsers
) -> None:
    page = browsers(server).open("/about", **{"accept-language": asked})
    assert f'<html lang="{language}"' in page.html
    assert "Accept-Language" in page.answer.headers["vary"]


def test_a_visitor_chooses_a_language_for_the_browser(server: RunningServer, browsers: Browsers) -> None:
    browser = browsers(server, **{"accept-language": "de"})
    assert 'href="/language?next=/about"' in browser.open("/about").html
    page = browser.open("/language?next=/about")
    assert ("button", "de") in [(tag, found.get("lang")) for tag, found in page.tags]
    page = browser.send("/language", language="en")
    assert page.path == "/about" and '<html lang="en"' in page.html
    browser.open("/language?next=https://evil.example/")
    assert browser.send("/language", language="de").path == "/"
    browser.http.cookies.set("language", "xx<script>")
    assert '<html lang="de"' in browser.open("/about").html
    browser.open("/language")
    assert browser.send("/language", language="fr").status == 422


def test_a_members_choice_wins_in_every_browser_until_it_is_taken_back(
    server: RunningServer, browsers: Browsers, ada: NewMember
) -> None:
    first, other = browsers(server, **{"accept-language": "en"}), browsers(server, **{"accept-language": "en"})
    for browser in (first, other):
        browser.sign_in(ada.name, PASSWORD)
    first.open("/settings/appearance")
    page = first.send("/settings/appearance", language="de")
    assert '<html lang="de"' in page.html and page.heading == "Darstellung"
    assert other.open("/settings/appearance").heading == "Darstellung"
    assert '<html lang="de"' in other.open("/no/such/page").html
    first.send("/settings/appearance", language="")
    assert other.open("/settings/appearance").heading == "Appearance"
    assert first.send("/settings/appearance", language="xx").status == 422


def test_the_server_has_a_language_for_those_who_ask_for_none(
    new_server: Callable[..., RunningServer], browsers: Browsers
) -> None:
    server = new_server().start().set_up()
    browser = browsers(server)
    browser.sign_in("owner", PASSWORD)
    browser.open("/admin/server")
    assert browser.send("/admin/server", default_language="de").heading == "Der Server"
    assert '<html lang="de"' in browsers(server).open("/about").html
    assert '<html lang="en"' in browsers(server).open("/about", **{"accept-language": "en"}).html
    refused = server.cli("settings", "set", "default_language", "xx")
    assert refused.code != 0 and "default_language" in refused.err


def test_dates_and_numbers_are_written_as_the_language_does(
    server: RunningServer, reader: Browser, ada: NewMember
) -> None:
    post = ask(server, ada, "POST", "/api/v1/statuses", status="Now")
    year, month, day = post["created_at"][:10].split("-")
    months = ["Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."]
    page = reader.open(f"/@{ada.name}/{post['id']}")
    assert f"{int(day)}. {months[int(month) - 1]} {year}, {post['created_at'][11:16]} UTC" in page.words
    reader.open("/lists")
    page = reader.send("/lists", title="x" * 5_000)
    assert page.status == 422 and re.search(r"höchstens \d", page.words)


def test_scripts_find_their_texts_in_a_file_that_is_kept(server: RunningServer, reader: Browser) -> None:
    page = reader.open("/home")
    address = next(found["data-words"] for tag, found in page.tags if tag == "html")
    answer = reader.http.get(address)
    assert answer.headers["content-type"] == "application/json" and "immutable" in answer.headers["cache-control"]
    words = answer.json()
    assert words["texts"]["Uploading…"] == "Wird hochgeladen …"
    assert words["texts"]["%(num)s new post"] == ["%(num)s neuer Beitrag", "%(num)s neue Beiträge"]
    assert [words["forms"][number] for number in (0, 1, 2, 101)] == [1, 0, 1, 1]
    assert "Sign in" not in words["texts"]  # what pages say is not sent twice
    assert reader.http.get(address.replace("de.json", "xx.json")).status_code == 404
    english = reader.open("/home", **{"accept-language": "en"})
    assert "data-words" not in english.html
