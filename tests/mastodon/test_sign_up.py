"""Signing up by app, over HTTP."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from holdfast import access
from holdfast.acting import SYSTEM, Acting
from tests.mastodon.asking import Api, Voice

PASSWORD = "correct horse battery staple"


def an_app(api: Api, scopes: str = "read write") -> Voice:
    made = access.register_app(api.db, Acting(), "Gull", [access.OUT_OF_BAND], scopes)
    return api.bearer(access.client_token(api.db, Acting(), made.app, scopes).token)


def asks(app: Voice, **more: Any) -> Any:
    body = {"username": "ada", "email": "ada@harbour.example", "password": PASSWORD, "agreement": True} | more
    return app.ask("POST", "/api/v1/accounts", data=body | {"locale": "en"})


@pytest.fixture(autouse=True)
def _opened(api: Api) -> None:
    api.db.set_settings(SYSTEM, {"registration": "open"})


def test_an_app_signs_somebody_up_and_gets_their_token(api: Api) -> None:
    app = an_app(api)
    told = app.good(asks(app))
    assert (told["token_type"], told["scope"]) == ("Bearer", "read write")
    me = api.bearer(told["access_token"]).get("/api/v1/accounts/verify_credentials")
    assert me["username"] == "ada"


def test_what_is_wrong_is_told_field_by_field(api: Api) -> None:
    api.member("bo")
    answer = asks(an_app(api), username="bo", email="x", password="short", agreement=False)
    assert answer.status_code == 422
    told = answer.json()
    assert told["error"].startswith("Validation failed: ")
    assert {name: [one["error"] for one in rest] for name, rest in told["details"].items()} == {
        "email": ["ERR_INVALID"],
        "password": ["ERR_TOO_SHORT"],
        "agreement": ["ERR_ACCEPTED"],
    }
    taken = asks(an_app(api), username="bo").json()
    assert [one["error"] for one in taken["details"]["username"]] == ["ERR_TAKEN"]


def test_a_name_that_is_reserved_is_refused_with_its_code(api: Api) -> None:
    assert asks(an_app(api), username="admin").json()["details"]["username"][0]["error"] == "ERR_RESERVED"


def test_only_an_apps_own_token_with_the_scope_signs_up(api: Api) -> None:
    assert asks(api.stranger).status_code == 401
    assert asks(api.bearer("x")).status_code == 401
    assert asks(an_app(api, "read")).status_code == 403
    assert asks(api.member("bo")).status_code == 403


def test_a_closed_server_refuses(api: Api) -> None:
    api.db.set_settings(SYSTEM, {"registration": "closed", "registration_message": "Full for now."})
    answer = asks(an_app(api))
    assert (answer.status_code, answer.json()) == (403, {"error": "Full for now."})


def test_while_a_moderator_has_not_decided_the_token_does_nothing(api: Api) -> None:
    api.db.set_settings(SYSTEM, {"registration": "approval"})
    app = an_app(api)
    assert asks(app).json()["details"]["reason"][0]["error"] == "ERR_BLANK"
    ada = api.bearer(app.good(asks(app, reason="I know Bo."))["access_token"])
    waiting = ada.ask("GET", "/api/v1/accounts/verify_credentials")
    assert (waiting.status_code, waiting.json()) == (403, {"error": "Your login is currently pending approval"})
    with api.db.read() as r:
        access.approve(api.db, SYSTEM, access.by_name(r, "ada").account_id)
    ada.get("/api/v1/accounts/verify_credentials")


def test_the_app_that_signed_somebody_up_asks_for_the_letter_again_and_mends_the_address(api: Api) -> None:
    boot = msgspec.structs.replace(api.db.config.boot, email=("smtp://127.0.0.1:1?tls=none",))
    api.db.config = msgspec.structs.replace(api.db.config, boot=boot)
    app = an_app(api)
    ada = api.bearer(app.good(asks(app))["access_token"])
    assert ada.ask("GET", "/api/v1/accounts/verify_credentials").status_code == 403
    assert ada.post("/api/v1/emails/confirmations") == {}
    assert ada.post("/api/v1/emails/confirmations", email="ada@lake.example") == {}
    with api.db.read() as r:
        found = access.by_name(r, "ada")
    assert found.email == "ada@lake.example"
    other = api.token_of(found.account_id, "read write")
    assert other.ask("POST", "/api/v1/emails/confirmations").status_code == 403
    assert ada.ask("POST", "/api/v1/emails/confirmations", json={"email": "nowhere"}).status_code == 422
    assert api.stranger.ask("POST", "/api/v1/emails/confirmations").status_code == 401
    confirmed = api.member("bo")
    assert confirmed.ask("POST", "/api/v1/emails/confirmations").status_code == 403
