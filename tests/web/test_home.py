"""A member's home on the web: the feed of the followed, and what can be done with a post on its card."""

from __future__ import annotations

from collections.abc import Callable

from tests.servers import PASSWORD, NewMember, RunningServer
from tests.web.asking import ask
from tests.web.browser import Browser

Browsers = Callable[..., Browser]


def test_home_shows_what_the_followed_wrote_without_what_filters_hide(
    server: RunningServer, browsers: Browsers, ada: NewMember, bo: NewMember
) -> None:
    browser = browsers(server)
    browser.sign_in(ada.name, PASSWORD)
    page = browser.open("/home")
    assert page.heading == "Home"
    assert "/welcome" in page.html  # nobody is followed so far
    ask(server, ada, "POST", f"/api/v1/accounts/{bo.id}/follow")
    for number in range(24):
        ask(server, bo, "POST", "/api/v1/statuses", status=f"Wave {number}.", visibility="private")
    ask(server, bo, "POST", "/api/v1/statuses", status="A spoiler about the lighthouse")
    ask(
        server,
        ada,
        "POST",
        "/api/v2/filters",
        title="Plots",
        context=["home"],
        filter_action="hide",
        keywords_attributes=[{"keyword": "spoiler", "whole_word": True}],
    )
    page = browser.open("/home")
    assert "Wave 23." in page.words and "lighthouse" not in page.words
    other = ask(server, server.member("cy"), "POST", "/api/v1/statuses", status="Another spoiler")
    quoting = ask(server, bo, "POST", "/api/v1/statuses", status="I say nothing", quoted_status_id=other["id"])
    words = browser.open("/home").words  # the quoting post stays, what it quotes waits until it is asked for
    assert "I say nothing" in words and "Hidden by one of your filters: show" in words
    ask(server, bo, "DELETE", f"/api/v1/statuses/{quoting['id']}")
    assert "Wave 4." not in page.words
    older = next(found["href"] for tag, found in page.tags if tag == "a" and found.get("rel") == "next")
    page = browser.open(older)
    assert "Wave 4." in page.words and "Wave 0." in page.words and "Wave 23." not in page.words
    assert (
        "Wave 23."
        in browser.open(
            next(found["href"] for tag, found in page.tags if tag == "a" and found.get("rel") == "prev")
        ).words
    )


def test_every_mark_is_set_and_taken_back_on_the_card(
    server: RunningServer, browsers: Browsers, ada: NewMember, bo: NewMember
) -> None:
    post = ask(server, bo, "POST", "/api/v1/statuses", status="Mark me")
    browser = browsers(server)
    browser.sign_in(ada.name, PASSWORD)
    browser.open(f"/@{bo.name}/{post['id']}")
    action = f"/posts/{post['id']}/act"
    for name, attribute in (
        ("favourite", "favourited"),
        ("boost", "reblogged"),
        ("bookmark", "bookmarked"),
        ("mute", "muted"),
    ):
        page = browser.send(action, act=name)
        assert page.path == f"/@{bo.name}/{post['id']}"
        assert ask(server, ada, "GET", f"/api/v1/statuses/{post['id']}")[attribute] is True, name
        assert f'value="un{name}"' in page.html
        browser.send(action, act=f"un{name}")
        assert ask(server, ada, "GET", f"/api/v1/statuses/{post['id']}")[attribute] is False, name
    refused = browser.send(action, act="explode")
    assert refused.status == 422


def test_a_script_gets_the_card_alone_and_words_to_say(
    server: RunningServer, browsers: Browsers, ada: NewMember, bo: NewMember
) -> None:
    post = ask(server, bo, "POST", "/api/v1/statuses", status="Only me")
    browser = browsers(server)
    browser.sign_in(ada.name, PASSWORD)
    form = browser.open(f"/@{bo.name}/{post['id']}").form(f"/posts/{post['id']}/act")
    answer = browser.http.post(
        f"/posts/{post['id']}/act", data=form.values | {"act": "favourite"}, headers={"hx-request": "true"}
    )
    assert answer.status_code == 200
    assert answer.text.count("<article") == 1 and "<html" not in answer.text
    assert "Favourited." in answer.text and 'value="unfavourite"' in answer.text


def test_a_boosted_card_still_says_who_boosted_it_after_an_action(
    server: RunningServer, browsers: Browsers, ada: NewMember, bo: NewMember
) -> None:
    post = ask(server, ada, "POST", "/api/v1/statuses", status="Pass it on")
    boost = ask(server, bo, "POST", f"/api/v1/statuses/{post['id']}/reblog")
    browser = browsers(server)
    browser.sign_in(ada.name, PASSWORD)
    form = browser.open(f"/@{bo.name}").form(f"/posts/{post['id']}/act")
    assert form.values["shown"] == boost["id"]

    def act(name: str) -> str:
        answer = browser.http.post(
            f"/posts/{post['id']}/act", data=form.values | {"act": name}, headers={"hx-request": "true"}
        )
        assert answer.status_code == 200
        return answer.text

    assert " boosted" in act("favourite")
    ask(server, bo, "POST", f"/api/v1/statuses/{post['id']}/unreblog")
    assert " boosted</p>" not in act("unfavourite")


def test_pages_are_compressed_for_browsers_that_take_it(
    server: RunningServer, browsers: Browsers, ada: NewMember
) -> None:
    browser = browsers(server)
    browser.sign_in(ada.name, PASSWORD)
    zipped = browser.http.get("/home", headers={"accept-encoding": "gzip"})
    plain = browser.http.get("/home", headers={"accept-encoding": "identity"})
    assert zipped.headers["content-encoding"] == "gzip" and "content-encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers.get_list("vary")[-1]
    assert int(zipped.headers["content-length"]) * 2 < int(plain.headers["content-length"])
    assert zipped.text.count("<main") == plain.text.count("<main") == 1


def test_a_vote_counts_once_and_shows_the_result(
    server: RunningServer, browsers: Browsers, ada: NewMember, bo: NewMember
) -> None:
    poll = {"options": ["Tea", "Coffee"], "expires_in": 3600}
    post = ask(server, bo, "POST", "/api/v1/statuses", status="Which?", poll=poll)
    browser = browsers(server)
    browser.sign_in(ada.name, PASSWORD)
    browser.open(f"/@{bo.name}/{post['id']}")
    action = f"/posts/{post['id']}/act"
    assert browser.send(action, act="vote").status == 422  # nothing was chosen
    browser.open(f"/@{bo.name}/{post['id']}")
    page = browser.send(action, act="vote", choice="1")
    assert "Your vote" in page.words and "100 %" in page.words
    assert ask(server, ada, "GET", f"/api/v1/statuses/{post['id']}")["poll"]["own_votes"] == [1]
