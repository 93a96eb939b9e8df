"""Every method of these modules against tokens that are wrong or too weak, as a table."""

from __future__ import annotations

import re

import pytest

from holdfast import access
from holdfast.acting import SYSTEM, Acting
from holdfast.mastodon import (
    accounts,
    discovery,
    follow_requests,
    instance,
    markers,
    preferences,
    profiles,
    relations,
    search,
    start_up,
    tags,
)
from holdfast.mastodon.endpoints import Declared
from tests.mastodon.asking import Api

MODULES = (
    accounts, relations, follow_requests, profiles, instance, discovery, preferences, markers, tags, search, start_up,
)  # fmt: skip
TABLE = [endpoint for module in MODULES for endpoint in module.api.declared]
FOR_USERS = [endpoint for endpoint in TABLE if endpoint.route.auth == "user"]
SCOPED = [endpoint for endpoint in TABLE if endpoint.needs]


def path_of(endpoint: Declared) -> str:
    return re.sub(r"\{(\w+)\}", "1", endpoint.route.path)


def told(endpoint: Declared, status: int) -> str:
    return f"{endpoint.route.method} {endpoint.route.path} answered {status}"


def test_a_wrong_token_is_unauthenticated_everywhere(api: Api) -> None:
    nobody = api.bearer("no-such-token")
    for endpoint in TABLE:
        answer = nobody.ask(endpoint.route.method, path_of(endpoint))
        assert answer.status_code == 401, told(endpoint, answer.status_code)
        assert answer.json() == {"error": "The access token is invalid"}
        assert answer.headers["access-control-allow-origin"] == "*"


def test_a_stranger_is_told_to_sign_in_where_a_member_is_needed(api: Api) -> None:
    for endpoint in FOR_USERS:
        answer = api.stranger.ask(endpoint.route.method, path_of(endpoint))
        assert answer.status_code == 401, told(endpoint, answer.status_code)


def test_a_token_without_the_scope_is_refused(api: Api) -> None:
    weak = api.member("ada", scopes="write:media")
    for endpoint in SCOPED:
        answer = weak.ask(endpoint.route.method, path_of(endpoint))
        assert answer.status_code == 403, told(endpoint, answer.status_code)
        assert answer.json() == {"error": "This action is outside the authorized scopes"}


def test_each_documented_alternative_of_a_scope_is_enough(api: Api) -> None:
    ada = api.member("ada")
    for endpoint in SCOPED:
        for scope in "|".join(endpoint.needs).split("|"):
            answer = api.token_of(ada.number or 0, scope).ask(endpoint.route.method, path_of(endpoint))
            assert answer.status_code not in (401, 500), told(endpoint, answer.status_code)
            assert "outside the authorized scopes" not in answer.text, told(endpoint, answer.status_code)


def test_an_app_alone_is_told_that_a_member_is_needed(api: Api) -> None:
    made = access.register_app(api.db, Acting(ip="192.0.2.7"), "Gull", [access.OUT_OF_BAND], "read write push profile")
    app = api.bearer(access.client_token(api.db, SYSTEM, made.app, "read write push profile").token)
    for endpoint in FOR_USERS:
        answer = app.ask(endpoint.route.method, path_of(endpoint))
        assert answer.status_code == 422, told(endpoint, answer.status_code)


@pytest.mark.parametrize("origin", ["https://app.example", "null"])
def test_browsers_may_ask_from_any_page(api: Api, origin: str) -> None:
    headers = {"origin": origin, "access-control-request-method": "GET"}
    for path in sorted({path_of(endpoint) for endpoint in TABLE}):
        answer = api.stranger.ask("OPTIONS", path, headers=headers)
        assert answer.status_code == 204, path
        assert answer.headers["access-control-allow-origin"] == "*"
