"""From paths to endpoints, with every declared path."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast import mastodon, web
from holdfast.mastodon.routing import Routes
from tests.mastodon.asking import Api


def table() -> Routes[str]:
    """Every declared endpoint; each leads to its own name."""
    routes: Routes[str] = Routes()
    for one in mastodon.declared():
        routes.add(one.route.method, one.route.path, f"{one.route.method} {one.route.path}")
    return routes


def test_every_declared_path_leads_to_its_own_endpoint_with_its_values() -> None:
    routes = table()
    for one in mastodon.declared():
        names = re.findall(r"\{(\w+)\}", one.route.path)
        path = re.sub(r"\{(\w+)\}", lambda found: f"value-of-{found[1]}", one.route.path)
        for written in (path, f"{path}/", path.replace("/", "//")):
            found = routes.find(written, one.route.method)
            assert found is not None, written
            assert found.methods[one.route.method] == f"{one.route.method} {one.route.path}", written
            assert found.values == {name: f"value-of-{name}" for name in names}


def test_a_part_that_is_written_out_goes_before_one_that_may_be_anything() -> None:
    routes: Routes[int] = Routes()
    routes.add("GET", "/a/{id}", 1)
    routes.add("GET", "/a/mine", 2)
    routes.add("GET", "/a/{name}/b", 3)
    routes.add("GET", "/a/mine/c", 4)
    for path, target in (("/a/x", 1), ("/a/mine", 2), ("/a/x/b", 3), ("/a/mine/b", 3), ("/a/mine/c", 4)):
        found = routes.find(path, "GET")
        assert found is not None and found.methods["GET"] == target, path
    for path in ("/a", "/a/x/c", "/a//b/c", "/", ""):
        assert routes.find(path, "GET") is None, path
    with pytest.raises(ValueError, match="twice"):
        routes.add("GET", "/a/{other}", 5)


@given(st.text(max_size=30))
def test_no_path_breaks_the_table(path: str) -> None:
    table_ = TABLE
    for written in (path, f"/{path}", f"/api/v1/{path}", f"/api/v1/statuses/{path}"):
        found = table_.find(written, "GET")
        assert found is None or found.methods


TABLE = table()


def test_pages_and_endpoints_share_no_path() -> None:
    pages = {page.path for page in web.declared()}
    assert not [path for path in pages if TABLE.find(re.sub(r"\{[^}]*\}", "x", path), "GET") is not None]


def test_a_known_path_says_which_methods_it_has(api: Api) -> None:
    answer = api.stranger.ask("PATCH", "/api/v1/instance")
    assert answer.status_code == 405 and answer.headers["allow"] == "GET, OPTIONS"
    assert answer.json()["error"] and answer.headers["access-control-allow-origin"] == "*"
    assert api.stranger.ask("GET", "/api/v1/nothing_of_the_kind").status_code == 404
