"""Single keys on pages: the member's own, told apart, kept on the server; and how media and warnings are met."""

from __future__ import annotations

from collections.abc import Callable

from tests.posts.test_pictures import drawn, encoded
from tests.servers import PASSWORD, NewMember, RunningServer
from tests.web.asking import ask
from tests.web.browser import Browser, Page

PAGE = "/settings/keys"


def keys_on(page: Page) -> dict[str, str]:
    """Which keys a page listens to, and what each does or where it leads."""
    found = {}
    for part in page.html.split("<kbd data-")[1:]:
        attribute, _, rest = part.partition(">")
        found[attribute.split('"')[1]] = rest.partition("<")[0]
    return found


def test_a_member_has_keys_of_their_own_in_every_browser(
    server: RunningServer, browser: Browser, browsers: Callable[..., Browser], ada: NewMember
) -> None:
    first = keys_on(browser.open("/home"))
    assert (first["next"], first["boost"], first["/home"]) == ("j", "b", "h")
    browser.open(PAGE)
    page = browser.send(PAGE, next="J", previous="é", boost="", go="w", go_home="1")
    assert "Saved." in page.words
    other = browsers(server)
    other.sign_in(ada.name, PASSWORD)
    page = other.open("/public")
    own = keys_on(page)
    assert (own["next"], own["previous"], own["/home"], own["open"]) == ("J", "é", "1", "o")
    assert "boost" not in own and 'data-go="w"' in page.html
    other.open(PAGE)
    assert "The usual keys are back" in other.send(PAGE, do="reset").words
    assert keys_on(browser.open("/home")) == first
    stranger = browsers(server).open("/public")
    assert not keys_on(stranger)


def test_a_key_has_one_meaning_and_what_was_typed_is_kept(browser: Browser) -> None:
    before = keys_on(browser.open("/home"))
    browser.open(PAGE)
    page = browser.send(PAGE, next="x", open="x", go_home="x", reply="rr")
    assert page.status == 422
    assert page.words.count("A key is one character") == 2  # on top, and at the field
    page = browser.send(PAGE, reply="r")
    assert page.status == 422
    assert "The key x is also for: Open the post." in page.words and "The key x is also for: Next post." in page.words
    assert "Home." not in page.words  # keys that wait for the first one are apart
    assert page.form(PAGE).values["open"] == "x"
    assert keys_on(browser.open("/home")) == before
    browser.open(PAGE)
    assert "Saved." in browser.send(PAGE, next="k", previous="j").words  # exchanged
    assert browser.http.post(PAGE, data=browser.open(PAGE).form(PAGE).values | {"next": "\u200b"}).status_code == 422


def test_keys_are_switched_off_and_on_again_without_being_forgotten(browser: Browser) -> None:
    browser.open(PAGE)
    browser.send(PAGE, next="u", is_on=None)
    page = browser.open("/home")
    assert not keys_on(page) and "<dialog" not in page.html
    page = browser.open(PAGE)
    assert page.form(PAGE).values["next"] == "u"
    browser.send(PAGE, is_on="yes")
    assert keys_on(browser.open("/home"))["next"] == "u"


def test_what_is_covered_is_chosen_and_told_to_apps(
    server: RunningServer, browser: Browser, ada: NewMember, bo: NewMember
) -> None:
    with server.client(bo.token) as http:

        def posted(**options: object) -> str:
            picture = encoded(".png", drawn(20, 20))
            media = http.post("/api/v2/media", files={"file": ("x.png", picture)}, data={"description": "x"}).json()
            made = http.post("/api/v1/statuses", json={"media_ids": [media["id"]], **options}).json()
            return f"/@{bo.name}/{made['id']}"

        plain, sensitive = posted(status="Plain"), posted(status="Bare", sensitive=True)
        warned = posted(status="Plot", spoiler_text="An ending", sensitive=True)

    def covered() -> list[bool]:
        return ["post-sensitive" in browser.open(path).html for path in (plain, sensitive, warned)]

    def told() -> tuple[str, bool]:
        found = ask(server, ada, "GET", "/api/v1/preferences")
        return found["reading:expand:media"], found["reading:expand:spoilers"]

    def choose(media: str, opens: str | None = None) -> None:
        browser.open("/settings/reading")
        assert "Saved." in browser.send("/settings/reading", media=media, opens_warnings=opens).words
        assert told() == (media, bool(opens))

    assert told() == ("default", False)
    assert covered() == [False, True, False]
    assert "post-warned" in browser.open(warned).html and 'post-warned" open' not in browser.open(warned).html
    choose("show_all", "yes")
    assert covered() == [False, False, False]
    assert 'post-warned" open' in browser.open(warned).html
    choose("default", "yes")
    assert covered() == [False, True, True]  # the warning was read over, so the picture waits by itself
    choose("hide_all")
    assert covered() == [True, True, True]
    assert "Picture: show" in browser.open(plain).words and "Sensitive picture: show" in browser.open(sensitive).words
    ask(
        server,
        ada,
        "POST",
        "/api/v2/filters",
        title="Plots",
        context=["account"],
        filter_action="blur",
        keywords_attributes=[{"keyword": "plain"}],
    )
    choose("show_all")
    assert browser.open(f"/@{bo.name}").html.count("post-sensitive") == 1  # what a filter blurs stays covered
    browser.open("/settings/reading")
    assert browser.send("/settings/reading", media="some").status == 422
