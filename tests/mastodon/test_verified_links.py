"""Links on profiles that are proven by the pages they lead to, on both engines, with pages on loopback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from holdfast.store import DAY, Ids, ManualClock
from tests.databases import ENGINES
from tests.mastodon.town import Person, Town, town_on
from tests.pages import Pages, Thing, pages


@pytest.fixture(scope="module")
def web() -> Iterator[Pages]:
    """Others' pages."""
    with pages() as opened:
        yield opened


@pytest.fixture(scope="module", params=ENGINES)
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, web: Pages) -> Iterator[Town]:
    """A server that may reach these pages, on each engine in turn."""
    with town_on(request.param, tmp_path_factory.mktemp("town") / "data", request, **web.environment) as made:
        yield made


def claims(who: Person, *urls: str) -> None:
    """Name these pages on the profile."""
    fields = {str(n): {"name": f"page {n}", "value": url} for n, url in enumerate(urls)}
    who.good(who.ask("PATCH", "/api/v1/accounts/update_credentials", json={"fields_attributes": fields}))


def verified(town: Town, who: Person) -> list[bool]:
    """Which fields are proven, once the jobs have run; as strangers read it."""
    town.run_jobs()
    return [one["verified_at"] is not None for one in town.stranger.get(f"/api/v1/accounts/{who.id}")["fields"]]


def profile(town: Town, who: Person) -> str:
    return str(town.stranger.get(f"/api/v1/accounts/{who.id}")["url"])


@pytest.mark.parametrize(
    ("html", "is_proven"),
    [
        ('<a rel="me" href="%s">me</a>', True),
        ('<link rel="ME nofollow" href="%s/">', True),
        ('<a rel="nofollow" href="%s">somebody</a>', False),
        ('<a rel="menu" href="%s">somebody</a>', False),
        ('<a rel="me" href="%sx">another</a>', False),
        ('<!-- <a rel="me" href="%s"></a> -->', False),
        ("%s", False),
        ('<a rel="me" href="http://[">broken</a><a rel="me" href="%s">me</a>', True),
    ],
)
def test_a_page_proves_a_link_only_by_linking_back_as_its_own(
    html: str, is_proven: bool, town: Town, web: Pages
) -> None:
    ada = town.person("ada")
    claims(ada, web.lay("/about", html % profile(town, ada)), "no address", "harbour.example")
    assert verified(town, ada) == [is_proven, False, False]


def test_what_is_proven_stays_so_while_the_page_is_away_and_ends_with_the_link(town: Town, web: Pages) -> None:
    ada = town.person("ada")
    url = web.lay("/ada", f'<a rel="me" href="{profile(town, ada)}">me</a>')
    claims(ada, url)
    assert verified(town, ada) == [True]
    web.things["/ada"] = Thing(b"", status=503)
    claims(ada, url, "changed")
    assert verified(town, ada) == [True, False]
    web.lay("/ada", "nothing here any more")
    claims(ada, url, "changed again")
    assert verified(town, ada) == [False, False]


def test_another_page_is_not_proven_by_the_one_before(town: Town, web: Pages) -> None:
    ada = town.person("ada")
    claims(ada, web.lay("/mine", f'<a rel="me" href="{profile(town, ada)}">me</a>'))
    assert verified(town, ada) == [True]
    claims(ada, web.lay("/theirs", "somebody else's"))
    assert [one["verified_at"] for one in town.stranger.get(f"/api/v1/accounts/{ada.id}")["fields"]] == [None]
    assert verified(town, ada) == [False]


def test_a_page_that_is_away_is_asked_again_later_and_not_for_ever(town: Town, web: Pages) -> None:
    ada = town.person("ada")
    web.things["/late"] = Thing(b"", status=503)
    claims(ada, web.url("/late"))
    asked = []
    clock, ids = town.db.store.clock, town.db.store.ids
    standing = ManualClock(town.db.clock.now() + 1)
    town.db.store.clock, town.db.store.ids = standing, Ids(standing, floor=ids.new())
    for _ in range(5):
        assert verified(town, ada) == [False]
        asked.append(web.asked.count("/late"))
        standing.advance(DAY)
    town.db.store.clock, town.db.store.ids = clock, ids
    assert asked[-1] - asked[0] == 2 and asked[-1] == asked[-2]


def test_addresses_inside_the_network_are_not_asked(town: Town, web: Pages) -> None:
    ada = town.person("ada")
    before = len(web.asked)
    claims(ada, f"http://localhost:{web.port + 1}/", f"http://10.0.0.1:{web.port}/", "file:///etc/passwd")
    assert verified(town, ada) == [False, False, False]
    assert len(web.asked) == before
