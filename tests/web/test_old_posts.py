"""The page on which members let their old posts delete themselves: counted before it is switched on."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import update

from holdfast import store
from holdfast.posts.tables import statuses
from holdfast.store import DAY, first_at
from tests.servers import PASSWORD, NewMember, RunningServer
from tests.web.browser import Browser


def old_post(server: RunningServer, member: NewMember, days: int, **options: object) -> None:
    """A post as if it had been written days ago: an id holds its time."""
    with server.client(member.token) as http:
        made = http.post("/api/v1/statuses", json={"status": "Long ago"} | options).raise_for_status().json()
    url = server.environment.get("HOLDFAST_DATABASE") or f"sqlite:///{server.data_dir / 'holdfast.db'}"
    opened = store.open_store(url)
    with opened.transaction() as tx:
        then = first_at(opened.clock.now() - days * DAY)
        tx.run(update(statuses).where(statuses.c.id == int(made["id"])).values(id=then + int(made["id"]) % 2**16))
    opened.close()


def test_a_member_tries_it_switches_it_on_and_off(server: RunningServer, browsers: Callable[..., Browser]) -> None:
    ada, path = server.member("ada"), "/settings/old-posts"
    old_post(server, ada, 400)
    old_post(server, ada, 500)
    old_post(server, ada, 40)
    old_post(server, ada, 400, poll={"options": ["fair", "foul"], "expires_in": 600})
    browser = browsers(server)
    browser.sign_in(ada.name, PASSWORD)
    page = browser.open(path)
    assert "Switched off" in page.words and "3 posts would be deleted now" in page.words
    ticked = {name for name in page.form(path).values if name.startswith(("keeps_", "is_on"))}
    assert ticked == {"keeps_pinned", "keeps_bookmarked", "keeps_favourited", "keeps_direct"}

    page = browser.send(path, age_days=30, keeps_polls="yes", **{"try": "yes"})
    assert "3 posts would be deleted now" in page.words and "Switched off" in page.words
    assert page.form(path).values["age_days"] == "30" and "keeps_polls" in page.form(path).values
    page = browser.send(path, age_days=365, **{"try": "yes"})
    assert "2 posts would be deleted now" in page.words
    page = browser.send(path, is_on="yes", least_favourites="many")
    assert page.status == 422 and "Favourites must be a whole number from 1" in page.words
    assert browser.open(path).form(path).values["age_days"] == "365"  # none of this was kept
    page = browser.send(path, age_days=5, is_on="yes")
    assert page.status == 422 and "Age must be a whole number from 7 to 730" in page.words

    browser.open(path)
    page = browser.send(path, age_days=730, is_on="yes", keeps_media="yes", keeps_direct=None, least_boosts=3)
    assert "Saved" in page.words and "The next run is on" in page.words and "0 posts would be deleted" in page.words
    shown = server.cli("user", "old-posts", ada.name, "--json").ok().json
    assert shown["next_run_at"] and (shown["age_days"], shown["count_now"], shown["least_boosts"]) == (730, 0, 3)
    assert (shown["keeps_media"], shown["keeps_direct"], shown["keeps_pinned"]) == (True, False, True)
    assert "it is switched off; 0 posts" in server.cli("user", "old-posts", ada.name, "--off").ok().out
    page = browser.open(path)
    assert "Switched off" in page.words and page.form(path).values["age_days"] == "730"
