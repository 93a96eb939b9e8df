"""OAuth without HTTP: registration, consent, codes, tokens and their end."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text

from holdfast import access
from holdfast.access import App, AuthorizationRequest, InvalidGrant, IssuedToken
from holdfast.access.grants import verifier_fits
from holdfast.acting import SYSTEM, Acting
from holdfast.errors import Invalid, NotFound
from holdfast.store import DAY, MINUTE
from holdfast.writes import Ability, Database

from .cast import HERE, acting, member

BACK = "https://gull.example/back"
# The example of RFC 7636, appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def an_app(db: Database, scopes: str = "read write", *uris: str) -> App:
    return access.register_app(db, HERE, "Gull", list(uris) or [BACK], scopes).app


def asked(db: Database, app: App, **more: str) -> AuthorizationRequest:
    params = {"response_type": "code", "client_id": app.client_id, "redirect_uri": BACK, "scope": "read"} | more
    with db.read() as r:
        return access.authorization_request(r, params)


def trade(db: Database, app: App, code: str, verifier: str = "", uri: str = BACK) -> IssuedToken | InvalidGrant:
    return access.exchange_code(db, HERE, app, code, uri, verifier)


def works(db: Database, issued: IssuedToken) -> bool:
    try:
        with db.read() as r:
            access.bearer(r, issued.token)
    except access.BadToken:
        return False
    return True


def test_the_vectors_of_rfc_7636_hold() -> None:
    assert verifier_fits(CHALLENGE, VERIFIER)
    assert not verifier_fits(CHALLENGE, VERIFIER[:-1] + "l")
    assert not verifier_fits(CHALLENGE, "")
    assert not verifier_fits(CHALLENGE, CHALLENGE)
    assert not verifier_fits(CHALLENGE, VERIFIER + "ß")
    assert verifier_fits(None, "")
    assert not verifier_fits(None, VERIFIER)


def test_an_app_gets_what_it_registered_for_and_its_secret_opens_it(db: Database) -> None:
    made = access.register_app(
        db, HERE, " Gull  app ", [f"{BACK}\ngull://back", access.OUT_OF_BAND], "read:statuses push"
    )
    assert (made.app.name, made.app.redirect_uris) == ("Gull app", [BACK, "gull://back", access.OUT_OF_BAND])
    with db.read() as r:
        assert access.client(r, made.app.client_id, made.client_secret) == made.app
        for name, secret in ((made.app.client_id, "x"), ("x", made.client_secret), ("", "")):
            with pytest.raises(access.UnknownClient):
                access.client(r, name, secret)
    assert an_app(db, "").scopes == "read"


@pytest.mark.parametrize(
    "uri",
    ["", " ", "/back", "gull", "https://", "javascript:alert(1)", "JavaScript://x/%0aalert(1)", "data:text/html,x",
     "https://gull.example/#top", "vbscript:x", "file:///etc/passwd", "http://[", "https://gull.example/\u202e"],
)  # fmt: skip
def test_addresses_to_which_no_code_may_go_are_refused(db: Database, uri: str) -> None:
    with pytest.raises(Invalid) as fault:
        access.register_app(db, HERE, "Gull", [uri])
    assert fault.value.fields[0].field == "redirect_uris"


@pytest.mark.parametrize(
    ("name", "scopes", "website"), [("", "read", None), ("Gull", "read:everything", None), ("Gull", "", "javascript:x")]
)
def test_an_app_needs_a_name_known_scopes_and_a_web_address(
    db: Database, name: str, scopes: str, website: str | None
) -> None:
    with pytest.raises(Invalid):
        access.register_app(db, HERE, name, [BACK], scopes, website)


def test_a_code_becomes_a_token_that_acts_with_the_granted_scopes(db: Database) -> None:
    ada, app = member(db, "ada"), an_app(db)
    request = asked(db, app, scope="read write:statuses", state="a b&c", code_challenge=CHALLENGE,
                    code_challenge_method="S256")  # fmt: skip
    location = urlsplit(access.code_location(request, access.grant_code(db, ada, request)))
    told = parse_qs(location.query)
    assert (location.netloc, told["state"]) == ("gull.example", ["a b&c"])
    issued = trade(db, app, told["code"][0], VERIFIER)
    assert isinstance(issued, IssuedToken)
    with db.read() as r:
        who = access.bearer(r, issued.token, ip="192.0.2.7")
    assert (who.account_id, who.app_id, who.scopes) == (ada.account_id, app.id, {"read", "write:statuses"})


def test_a_code_that_comes_twice_ends_the_token_it_gave(db: Database) -> None:
    ada, app = member(db, "ada"), an_app(db)
    code = access.grant_code(db, ada, asked(db, app))
    first = trade(db, app, code)
    assert isinstance(first, IssuedToken)
    assert works(db, first)
    assert isinstance(trade(db, app, code), InvalidGrant)
    assert not works(db, first)


def test_of_many_who_trade_a_code_at_once_none_keeps_a_token(db: Database) -> None:
    ada, app = member(db, "ada"), an_app(db)
    code = access.grant_code(db, ada, asked(db, app))
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: db.submit(lambda: trade(db, app, code)).result(), range(4)))
    issued = [one for one in found if isinstance(one, IssuedToken)]
    assert len(issued) == 1
    assert not works(db, issued[0])


def test_a_code_is_good_for_its_app_its_address_its_verifier_and_ten_minutes(db: Database) -> None:
    ada, app, other = member(db, "ada"), an_app(db, "read", BACK, "gull://x"), an_app(db)
    pkce = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    code = access.grant_code(db, ada, asked(db, app, **pkce))
    plain = access.grant_code(db, ada, asked(db, app))
    for wrong in (
        trade(db, other, code, VERIFIER),
        trade(db, app, code, VERIFIER, "gull://x"),
        trade(db, app, code, VERIFIER[::-1]),
        trade(db, app, code),
        trade(db, app, "unknown", VERIFIER),
        trade(db, app, plain, VERIFIER),
    ):
        assert isinstance(wrong, InvalidGrant)
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.run(text("UPDATE authorization_codes SET expires_at = expires_at - :ms"), {"ms": 10 * MINUTE})
    assert isinstance(trade(db, app, code, VERIFIER), InvalidGrant)
    fresh = access.grant_code(db, ada, asked(db, app, **pkce))
    assert isinstance(trade(db, app, fresh, VERIFIER), IssuedToken)


def test_what_cannot_go_back_to_the_app_is_told_to_the_member(db: Database) -> None:
    app = an_app(db)
    for more in ({"client_id": "x"}, {"redirect_uri": "https://evil.example/"}, {"redirect_uri": BACK + "/"}):
        with pytest.raises(access.UnusableRequest):
            asked(db, app, **more)
    shown = an_app(db, "read", access.OUT_OF_BAND)
    with pytest.raises(access.UnusableRequest):
        asked(db, shown, redirect_uri=access.OUT_OF_BAND, scope="write")


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "admin:read"}, "invalid_scope"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"code_challenge": CHALLENGE, "code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": CHALLENGE}, "invalid_request"),
        ({"code_challenge": "short", "code_challenge_method": "S256"}, "invalid_request"),
    ],
)
def test_other_mistakes_go_back_to_the_app_with_its_state(db: Database, more: dict[str, str], error: str) -> None:
    app = an_app(db)
    with pytest.raises(access.DeniedRequest) as fault:
        asked(db, app, state="s1", **more)
    told = parse_qs(urlsplit(fault.value.location).query)
    assert fault.value.location.startswith(f"{BACK}?")
    assert (told["error"], told["state"]) == ([error], ["s1"])


def test_a_narrow_scope_of_a_wide_registration_can_be_asked_for(db: Database) -> None:
    app = an_app(db, "write follow")
    assert asked(db, app, scope="write:media read:follows").scopes == {"write:media", "read:follows"}
    request = asked(db, an_app(db), scope="", force_login="true", lang="de")
    assert (request.scopes, request.forces_sign_in, request.language) == ({"read"}, True, "de")
    assert "error=access_denied" in access.refusal_location(request)


def test_an_apps_own_token_has_no_member_and_no_more_than_it_registered_for(db: Database) -> None:
    app = an_app(db, "read write:accounts")
    issued = access.client_token(db, HERE, app, "write:accounts")
    with db.read() as r:
        who = access.bearer(r, issued.token)
        assert (who.account_id, who.scopes) == (None, {"write:accounts"})
        assert access.app_of(r, who) == app
        with pytest.raises(NotFound):
            access.app_of(r, Acting(1))
    for scope in ("write", "admin:read", "x"):
        with pytest.raises(access.UnknownScope):
            access.client_token(db, HERE, app, scope)


def test_a_token_is_ended_by_its_own_app_only(db: Database) -> None:
    ada, app, other = member(db, "ada"), an_app(db), an_app(db)
    issued = trade(db, app, access.grant_code(db, ada, asked(db, app)))
    assert isinstance(issued, IssuedToken)
    with pytest.raises(access.NotYourToken):
        access.revoke_token(db, HERE, other, issued.token)
    assert works(db, issued)
    for _ in range(2):
        access.revoke_token(db, HERE, app, issued.token)
    assert not works(db, issued)


def test_members_see_their_apps_and_shut_them_out(db: Database) -> None:
    ada, bo, app = member(db, "ada"), member(db, "bo"), an_app(db)
    tokens = [
        trade(db, app, access.grant_code(db, who, asked(db, app, scope=scope)))
        for who, scope in ((ada, "read"), (ada, "write"), (bo, "read"))
    ]
    unused = access.grant_code(db, ada, asked(db, app))
    with db.read() as r:
        assert [(one.app_id, one.name, one.scopes) for one in access.authorized_apps(r, ada.known_id)] == [
            (app.id, "Gull", "read write")
        ]
    access.revoke_app(db, ada, app.id)
    assert [works(db, one) for one in tokens if isinstance(one, IssuedToken)] == [False, False, True]
    assert isinstance(trade(db, app, unused), InvalidGrant)
    with pytest.raises(NotFound):
        access.revoke_app(db, ada, app.id)


def test_tokens_made_by_hand_share_one_app_and_only_owners_make_them(db: Database) -> None:
    ada = member(db, "ada")
    made = [access.issue_token(db, SYSTEM, ada.known_id, "read write") for _ in range(2)]
    assert all(works(db, one) for one in made)
    with db.read() as r:
        assert [one.name for one in access.authorized_apps(r, ada.known_id)] == ["holdfast"]
    for role in ("member", "administrator"):
        with pytest.raises(access.NotPermitted):
            access.issue_token(db, acting(ada.known_id, role), ada.known_id, "read")


def test_a_frozen_members_tokens_do_nothing_until_they_are_let_in_again(db: Database) -> None:
    ada, mo = member(db, "ada"), member(db, "mo", role="moderator")
    issued = access.issue_token(db, SYSTEM, ada.known_id, "read")
    access.disable_sign_in(db, mo, ada.known_id)
    with pytest.raises(access.LoginFrozen), db.read() as r:
        access.bearer(r, issued.token)
    access.enable_sign_in(db, mo, ada.known_id)
    assert works(db, issued)


def test_old_codes_and_unused_tokens_of_apps_are_thrown_away(db: Database) -> None:
    ada, app = member(db, "ada"), an_app(db)
    access.grant_code(db, ada, asked(db, app))
    own = access.client_token(db, HERE, app)
    kept = access.issue_token(db, SYSTEM, ada.known_id, "read")
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.run(text("UPDATE tokens SET created_at = :then"), {"then": w.now - 91 * DAY})
        w.run(text("UPDATE authorization_codes SET expires_at = :then"), {"then": w.now - 2 * DAY})
    access.purge(db, access.Nothing())
    with db.read() as r:
        assert r.value(text("SELECT count(*) FROM authorization_codes")) == 0
    assert not works(db, own)
    assert works(db, kept)
