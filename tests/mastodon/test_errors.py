"""From an error to an answer, through a real application."""

import logging

import msgspec
import pytest
from litestar import Litestar, get, post
from litestar.testing import TestClient

from holdfast import errors
from holdfast.access.scopes import UnknownScope
from holdfast.errors import FieldError, Invalid, NotFound, TooMany, Unauthenticated, Unavailable
from holdfast.mastodon.binding import Malformed, Missing, TooLarge
from holdfast.mastodon.errors import (
    EXCEPTION_HANDLERS,
    OAUTH_EXCEPTION_HANDLERS,
    STATUS,
    ChangedMeanwhile,
    answer,
    oauth_answer,
)


class InvalidGrant(Invalid):
    """The code is void."""

    key = "invalid_grant"


class HiddenPost(NotFound):
    """Post 17 is private."""


RAISED: dict[str, Exception] = {}


@get("/api/v1/fails")
async def fails() -> None:
    raise RAISED["next"]


@post("/oauth/token", exception_handlers=OAUTH_EXCEPTION_HANDLERS)
async def token() -> None:
    raise RAISED["next"]


@pytest.fixture(scope="module")
def client():
    app = Litestar([fails, token], exception_handlers=EXCEPTION_HANDLERS, openapi_config=None)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def reply(client, error):
    RAISED["next"] = error
    return client.get("/api/v1/fails")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Malformed(), 400), (Missing(), 400), (TooLarge(), 413), (Invalid("no"), 422),
        (Unauthenticated(), 401), (errors.Refused(), 403), (NotFound(), 404), (errors.Conflict(), 422),
        (ChangedMeanwhile(), 409), (TooMany(retry_after=1), 429), (Unavailable(), 503),
        (errors.Misconfigured(), 500), (errors.Problem(), 500),
    ],
)  # fmt: skip
def test_every_kind_has_its_status(client, error, status):
    found = reply(client, error)
    assert found.status_code == status
    assert found.headers["content-type"] == "application/json; charset=utf-8"
    assert found.json()["error"]


def test_every_kind_of_the_tree_is_in_the_table():
    kinds = {v for v in vars(errors).values() if isinstance(v, type) and issubclass(v, errors.Problem)}
    assert kinds <= set(STATUS)


def test_wrong_fields_are_told_with_reason_and_sentence(client):
    wrong = Invalid(fields=[FieldError("username", "ERR_TAKEN", "username is taken")])
    assert reply(client, wrong).json() == {
        "error": "username is taken",
        "details": {"username": [{"error": "ERR_TAKEN", "description": "username is taken"}]},
    }


def test_hidden_and_absent_look_the_same(client):
    assert reply(client, HiddenPost()).content == client.get("/api/v1/unknown").content
    assert client.get("/api/v1/unknown").json() == {"error": "Record not found"}


def test_waiting_times_are_whole_seconds_rounded_up(client):
    assert reply(client, TooMany(retry_after=1.2)).headers["retry-after"] == "2"
    assert reply(client, Unavailable(retry_after=0)).headers["retry-after"] == "1"


def test_401_says_how_to_sign_in(client):
    assert reply(client, Unauthenticated()).headers["www-authenticate"].startswith("Bearer ")


def test_unknown_methods_are_405_in_json(client):
    found = client.delete("/api/v1/fails")
    assert found.status_code == 405
    assert found.json()["error"]
    assert "GET" in found.headers["allow"]


def test_a_bug_is_logged_and_not_shown(client, caplog):
    with caplog.at_level(logging.ERROR):
        found = reply(client, RuntimeError("the secret cause"))
    assert found.status_code == 500
    assert "secret" not in found.text
    assert "the secret cause" in caplog.text


def test_a_missing_setting_is_logged_and_not_shown(client, caplog):
    found = reply(client, errors.Misconfigured("s3.secret is wrong"))
    assert "s3" not in found.text
    assert "s3.secret" in caplog.text


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (InvalidGrant(), 400, "invalid_grant"), (UnknownScope(), 400, "invalid_scope"),
        (Missing("code is required"), 400, "invalid_request"), (Unauthenticated(), 401, "invalid_client"),
        (errors.Refused(), 403, "access_denied"), (TooMany(retry_after=3), 429, "temporarily_unavailable"),
        (Unavailable(), 503, "temporarily_unavailable"), (errors.Problem(), 500, "server_error"),
        (TooLarge(), 413, "invalid_request"),
    ],
)  # fmt: skip
def test_oauth_speaks_in_codes(client, error, status, code):
    RAISED["next"] = error
    found = client.post("/oauth/token")
    assert found.status_code == status
    assert found.json()["error"] == code
    assert found.json()["error_description"]
    assert found.headers["cache-control"] == "no-store"


def test_answers_need_no_application():
    assert msgspec.json.encode(answer(Invalid("no")).body) == b'{"error":"no"}'
    assert oauth_answer(Unauthenticated()).headers["WWW-Authenticate"].startswith("Basic ")
