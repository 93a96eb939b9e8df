"""Cards are written once and kept: everybody gets their own all the same, as things are now."""

from __future__ import annotations

from collections.abc import Callable

from tests.servers import PASSWORD, NewMember, RunningServer
from tests.web.asking import ask
from tests.web.browser import Browser, Page

Browsers = Callable[..., Browser]


def values_of(page: Page, name: str) -> set[str]:
    """What the hidden fields of a name hold on a page."""
    return {found["value"] for tag, found in page.tags if tag == "input" and found.get("name") == name}


def test_two_readers_of_one_post_each_get_their_own_form_and_marks(
    server: RunningServer, browsers: Browsers, browser: Browser, ada: NewMember, bo: NewMember
) -> None:
    post = ask(server, bo, "POST", "/api/v1/statuses", status="Read by many")
    other = browsers(server)
    other.sign_in(server.member("cy").name, PASSWORD)
    path = f"/@{bo.name}/{post['id']}"
    for _ in range(2):  # once written, once found written
        pages = [one.open(path) for one in (browser, other)]
        tokens = [values_of(page, "form_token") for page in pages]
        assert len(tokens[0]) == len(tokens[1]) == 1 and tokens[0] != tokens[1]
    page = browser.send(f"/posts/{post['id']}/act", act="favourite")
    assert 'value="unfavourite"' in page.html
    page = other.open(path)
    assert 'value="favourite"' in page.html and 'value="unfavourite"' not in page.html
    stranger = browsers(server).open(path)
    assert all(form.action != f"/posts/{post['id']}/act" for form in stranger.forms)
    assert "Read by many" in stranger.words and not values_of(stranger, "form_token") & (tokens[0] | tokens[1])


def test_a_card_leads_back_to_the_page_on_which_it_stands(
    server: RunningServer, browser: Browser, bo: NewMember
) -> None:
    post = ask(server, bo, "POST", "/api/v1/statuses", status="On two pages #kept")
    for path in ("/public", '/tags/kept?none="><script>&all='):
        page = browser.open(path)
        assert page.status == 200 and f"post-{post['id']}" in page.html
        backs = values_of(page, "next")
        assert any(back.startswith(path.partition("?")[0]) for back in backs), backs
        assert "<script>&" not in page.html


def test_a_kept_card_follows_its_post_its_author_and_its_readers_choices(
    server: RunningServer, browser: Browser, ada: NewMember, bo: NewMember
) -> None:
    post = ask(server, bo, "POST", "/api/v1/statuses", status="First words", spoiler_text="Mind")
    path = f"/@{bo.name}/{post['id']}"
    page = browser.open(path)
    assert "First words" in page.words and '<details class="post-warned" open' not in page.html
    ask(server, bo, "PUT", f"/api/v1/statuses/{post['id']}", status="Second words", spoiler_text="Mind")
    ask(server, bo, "PATCH", "/api/v1/accounts/update_credentials", display_name="Bo the Keeper")
    page = browser.open(path)
    assert "Second words" in page.words and "First words" not in page.words and "Bo the Keeper" in page.words
    browser.open("/settings/reading")
    browser.send("/settings/reading", media="default", opens_warnings="yes")
    assert '<details class="post-warned" open' in browser.open(path).html
    assert "Favorit" in browser.open(path, **{"accept-language": "de"}).words  # the same card in another language
    assert "Favourite" in browser.open(path).words
