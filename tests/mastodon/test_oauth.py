"""Apps and OAuth over HTTP, in the forms that clients send."""

from __future__ import annotations

from base64 import b64encode
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from holdfast import access
from holdfast.acting import Acting
from tests.mastodon.asking import Api, Voice

OOB = "urn:ietf:wg:oauth:2.0:oob"
BACK = "https://gull.example/back"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def an_app(api: Api, scopes: str = "read write", **more: Any) -> dict[str, Any]:
    body = {"client_name": "Gull", "redirect_uris": BACK, "scopes": scopes} | more
    found: dict[str, Any] = api.stranger.post("/api/v1/apps", **body)
    return found


def code_for(api: Api, app: dict[str, Any], member: Voice, **more: str) -> str:
    params = {"response_type": "code", "client_id": app["client_id"], "redirect_uri": BACK, "scope": "read"} | more
    with api.db.read() as r:
        request = access.authorization_request(r, params)
    return access.grant_code(api.db, Acting(member.number), request)


def token(api: Api, app: dict[str, Any], **more: str) -> httpx.Response:
    body = {"client_id": app["client_id"], "client_secret": app["client_secret"], "redirect_uri": BACK} | more
    return api.stranger.ask("POST", "/oauth/token", data=body)


def refusal(answer: httpx.Response) -> tuple[int, str]:
    told = answer.json()
    assert set(told) == {"error", "error_description"}
    return answer.status_code, told["error"]


def test_an_app_registers_and_is_told_everything_about_itself(api: Api) -> None:
    app = an_app(api, redirect_uris=[BACK, OOB], website="https://gull.example")
    assert app | {"id": "", "client_id": "", "client_secret": "", "vapid_key": ""} == {
        "id": "",
        "name": "Gull",
        "website": "https://gull.example",
        "scopes": ["read", "write"],
        "redirect_uris": [BACK, OOB],
        "redirect_uri": f"{BACK}\n{OOB}",
        "vapid_key": "",
        "client_id": "",
        "client_secret": "",
        "client_secret_expires_at": 0,
    }
    assert len(app["vapid_key"]) == 88
    assert app["client_id"] != app["client_secret"]


@pytest.mark.parametrize("how", ["json", "data", "files", "params"])
def test_an_app_registers_with_any_form_of_body(api: Api, how: str) -> None:
    fields = {"client_name": "Gull", "redirect_uris": f"{BACK} {OOB}"}
    body = {name: (None, value) for name, value in fields.items()} if how == "files" else fields
    app = api.stranger.good(api.stranger.ask("POST", "/api/v1/apps", **{how: body}))
    assert (app["redirect_uris"], app["scopes"], app["website"]) == ([BACK, OOB], ["read"], None)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"client_name": "Gull"},
        {"redirect_uris": BACK},
        {"client_name": "Gull", "redirect_uris": "javascript:alert(1)"},
        {"client_name": "Gull", "redirect_uris": BACK, "scopes": "everything"},
        {"client_name": ["a", "b"], "redirect_uris": {"a": "b"}},
        {"client_name": "Gull", "redirect_uris": BACK, "website": "nowhere"},
    ],
)
def test_a_bad_registration_is_refused_with_a_sentence(api: Api, fields: dict[str, Any]) -> None:
    answer = api.stranger.ask("POST", "/api/v1/apps", json=fields)
    assert answer.status_code == 422
    assert answer.json()["error"]


def test_an_app_asks_who_it_is_with_its_own_token_or_a_members(api: Api) -> None:
    app = an_app(api)
    own = api.bearer(token(api, app, grant_type="client_credentials").json()["access_token"])
    ada = api.member("ada")
    theirs = api.bearer(
        token(api, app, grant_type="authorization_code", code=code_for(api, app, ada)).json()["access_token"]
    )
    for voice in (own, theirs):
        told = voice.get("/api/v1/apps/verify_credentials")
        assert told == {name: value for name, value in app.items() if not name.startswith("client_")}
    assert api.stranger.ask("GET", "/api/v1/apps/verify_credentials").status_code == 401
    assert api.bearer("x").ask("GET", "/api/v1/apps/verify_credentials").status_code == 401


def test_a_code_becomes_a_token_that_no_cache_keeps(api: Api) -> None:
    app, ada = an_app(api), api.member("ada")
    code = code_for(api, app, ada, code_challenge=CHALLENGE, code_challenge_method="S256")
    answer = token(api, app, grant_type="authorization_code", code=code, code_verifier=VERIFIER)
    told = answer.json()
    assert answer.headers["cache-control"] == "no-store"
    assert (told["token_type"], told["scope"], type(told["created_at"])) == ("Bearer", "read", int)
    me = api.bearer(told["access_token"]).get("/api/v1/accounts/verify_credentials")
    assert me["id"] == ada.id


@pytest.mark.parametrize("how", ["json", "data", "params"])
def test_a_client_names_itself_in_the_body_or_by_basic(api: Api, how: str) -> None:
    app = an_app(api)
    basic = b64encode(f"{quote(app['client_id'])}:{quote(app['client_secret'])}".encode()).decode()
    for headers, fields in (
        ({"authorization": f"Basic {basic}"}, {}),
        ({}, {"client_id": app["client_id"], "client_secret": app["client_secret"]}),
    ):
        body = {"grant_type": "client_credentials", "scope": "write"} | fields
        answer = api.stranger.ask("POST", "/oauth/token", headers=headers, **{how: body})
        assert api.stranger.good(answer)["scope"] == "write"


@pytest.mark.parametrize("basic", ["", "x", "bm9jb2xvbg==", "w6k6eA==", "eDp5"])
def test_a_client_that_cannot_prove_itself_is_unknown(api: Api, basic: str) -> None:
    app = an_app(api)
    headers = {"authorization": f"Basic {basic}"}
    answer = api.stranger.ask("POST", "/oauth/token", headers=headers, data={"grant_type": "client_credentials"})
    assert refusal(answer) == (401, "invalid_client")
    assert answer.headers["www-authenticate"].startswith("Basic")
    wrong = token(api, app | {"client_secret": "wrong"}, grant_type="client_credentials")
    assert refusal(wrong) == (401, "invalid_client")


def test_every_refusal_at_the_token_method_has_its_code(api: Api) -> None:
    app, ada = an_app(api), api.member("ada")
    code = code_for(api, app, ada)
    for more, expected in (
        ({}, (400, "invalid_request")),
        ({"grant_type": "password", "username": "ada", "password": "x"}, (400, "unsupported_grant_type")),
        ({"grant_type": "refresh_token"}, (400, "unsupported_grant_type")),
        ({"grant_type": "authorization_code"}, (400, "invalid_request")),
        ({"grant_type": "authorization_code", "code": "x"}, (400, "invalid_grant")),
        ({"grant_type": "authorization_code", "code": code, "redirect_uri": OOB}, (400, "invalid_grant")),
        ({"grant_type": "authorization_code", "code": code, "code_verifier": VERIFIER}, (400, "invalid_grant")),
        ({"grant_type": "client_credentials", "scope": "admin:read"}, (400, "invalid_scope")),
        ({"grant_type": "client_credentials", "scope": "x"}, (400, "invalid_scope")),
    ):
        assert refusal(token(api, app, **more)) == expected


def test_a_code_that_is_replayed_ends_the_token(api: Api) -> None:
    app, ada = an_app(api), api.member("ada")
    code = code_for(api, app, ada)
    first = api.bearer(token(api, app, grant_type="authorization_code", code=code).json()["access_token"])
    first.get("/api/v1/accounts/verify_credentials")
    assert refusal(token(api, app, grant_type="authorization_code", code=code)) == (400, "invalid_grant")
    assert first.ask("GET", "/api/v1/accounts/verify_credentials").status_code == 401


def test_a_token_is_revoked_by_its_app_alone(api: Api) -> None:
    app, other, ada = an_app(api), an_app(api), api.member("ada")
    issued = token(api, app, grant_type="authorization_code", code=code_for(api, app, ada)).json()["access_token"]

    def revoke(by: dict[str, Any], **more: str) -> httpx.Response:
        body = {"client_id": by["client_id"], "client_secret": by["client_secret"]} | more
        return api.stranger.ask("POST", "/oauth/revoke", data=body)

    assert refusal(revoke(app)) == (403, "unauthorized_client")
    assert refusal(revoke(other, token=issued)) == (403, "unauthorized_client")
    assert refusal(revoke(app | {"client_secret": "x"}, token=issued)) == (403, "unauthorized_client")
    api.bearer(issued).get("/api/v1/accounts/verify_credentials")
    for _ in range(2):
        assert api.stranger.good(revoke(app, token=issued)) == {}
    assert api.bearer(issued).ask("GET", "/api/v1/accounts/verify_credentials").status_code == 401


def test_scopes_hold_for_what_a_token_may_do(api: Api) -> None:
    app, ada = an_app(api, "read write"), api.member("ada")
    narrow = code_for(api, app, ada, scope="read:statuses")
    voice = api.bearer(token(api, app, grant_type="authorization_code", code=narrow).json()["access_token"])
    assert voice.ask("GET", "/api/v1/accounts/verify_credentials").status_code == 403
    own = api.bearer(token(api, app, grant_type="client_credentials").json()["access_token"])
    assert own.ask("GET", "/api/v1/accounts/verify_credentials").status_code == 422


def test_who_is_signed_in_is_told_to_those_with_the_profile_scope(api: Api) -> None:
    ada = api.member("ada", scopes="profile")
    told = ada.get("/oauth/userinfo")
    base = api.db.base_url
    assert (told["iss"], told["sub"], told["preferred_username"]) == (base, f"{base}/users/ada", "ada")
    assert (told["name"], told["profile"]) == ("ada", f"{base}/@ada")
    assert told["picture"].startswith("http")
    assert ada.post("/oauth/userinfo") == told
    assert api.token_of(int(ada.id), "read").ask("GET", "/oauth/userinfo").status_code == 403
    assert api.stranger.ask("GET", "/oauth/userinfo").status_code == 401


def test_the_server_says_where_its_doors_are(api: Api) -> None:
    told = api.stranger.get("/.well-known/oauth-authorization-server")
    base = api.db.base_url
    assert told["issuer"] == base
    assert told["token_endpoint"] == f"{base}/oauth/token"
    assert told["authorization_endpoint"] == f"{base}/oauth/authorize"
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["grant_types_supported"] == ["authorization_code", "client_credentials"]
    assert {"read", "write:statuses", "push", "profile", "admin:read:reports"} <= set(told["scopes_supported"])
    preflight = api.stranger.ask("OPTIONS", "/oauth/token")
    assert (preflight.status_code, preflight.headers["access-control-allow-origin"]) == (204, "*")
