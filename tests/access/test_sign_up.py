"""Joining in every mode, through forms and apps, and what keeps people out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from holdfast import access, people
from holdfast.access.tables import members, used_challenges
from holdfast.acting import SYSTEM, Acting
from holdfast.errors import Invalid, Problem, TooMany
from holdfast.store import DAY, HOUR
from holdfast.writes import Ability, Database, SwitchedOff, switch_off

from .cast import ELSEWHERE, HERE, acting, an_app, form, found, member, opens, set_boot, signs_up
from .test_challenge import packed, solved

MO = {"role": "moderator"}


def reasons(fault: Invalid) -> dict[str, str]:
    return {field.field: field.reason for field in fault.fields}


def refused(db: Database, name: str = "ada", **more: object) -> dict[str, str]:
    app = an_app(db)
    with pytest.raises(Invalid) as fault:
        signs_up(db, app, name, **more)
    return reasons(fault.value)


def test_with_open_registration_a_new_member_is_in_at_once(db: Database) -> None:
    opens(db)
    ada = found(db, signs_up(db, an_app(db), "Ada", locale="de"))
    assert (ada.username, ada.role, ada.locale, ada.is_pending, ada.needs_confirmation) == (
        "Ada", "member", "de", False, False,
    )  # fmt: skip
    assert access.sign_in(db, HERE, "ada", "correct horse battery staple").account_id == ada.account_id


def test_without_an_email_vendor_nobody_has_to_give_an_address(db: Database) -> None:
    opens(db)
    assert found(db, signs_up(db, an_app(db), email="")).email is None


def test_with_an_email_vendor_the_address_is_needed(db: Database) -> None:
    opens(db)
    set_boot(db, email=("smtp://127.0.0.1:1?tls=none",))
    assert refused(db, email="") == {"email": "ERR_BLANK"}


def test_every_wrong_field_is_named_at_once(db: Database) -> None:
    opens(db, "approval", minimum_age_years=16)
    wrong = refused(db, "ad a", email="nowhere", password="short", agreement=False, date_of_birth="")
    assert wrong == {
        "username": "ERR_INVALID",
        "email": "ERR_INVALID",
        "password": "ERR_TOO_SHORT",
        "agreement": "ERR_ACCEPTED",
        "reason": "ERR_BLANK",
        "date_of_birth": "ERR_BLANK",
    }


def test_who_is_too_young_is_turned_away_and_who_is_old_enough_joins(db: Database) -> None:
    opens(db, minimum_age_years=16)
    assert refused(db, date_of_birth="2020-02-29") == {"date_of_birth": "ERR_BELOW_LIMIT"}
    signs_up(db, an_app(db), date_of_birth="1990-02-28")


@pytest.mark.parametrize("name", ["admin", "Support", "ADA", "Bo"])
def test_names_that_are_reserved_or_taken_are_refused(db: Database, name: str) -> None:
    opens(db)
    for taken in ("ada", "bo"):
        member(db, taken)
    assert refused(db, name, email="new@harbour.example")["username"] in {"ERR_RESERVED", "ERR_TAKEN"}


def test_an_address_is_taken_in_any_spelling_of_capitals(db: Database) -> None:
    opens(db)
    member(db, "bo", email="bo@harbour.example")
    assert refused(db, email="BO@Harbour.Example") == {"email": "ERR_TAKEN"}


def test_a_blocked_provider_keeps_its_whole_domain_out(db: Database) -> None:
    opens(db)
    mo = member(db, "mo", **MO)
    block = access.block_email_domain(db, mo, "Throwaway.example")
    assert refused(db, email="ada@mail.throwaway.example") == {"email": "ERR_BLOCKED"}
    access.unblock_email_domain(db, mo, block)
    signs_up(db, an_app(db), email="ada@mail.throwaway.example")


def test_a_suspended_member_does_not_come_back_under_another_spelling(db: Database) -> None:
    opens(db)
    bo = member(db, "bo", email="bo.bo@harbour.example")
    access.suspend(db, member(db, "mo", **MO), bo.known_id)
    assert refused(db, email="b.obo+again@harbour.example") == {"email": "ERR_BLOCKED"}


@pytest.mark.parametrize("severity", ["sign_up_block", "no_access"])
def test_a_blocked_network_cannot_sign_up(db: Database, severity: str) -> None:
    opens(db)
    access.block_ip(db, member(db, "mo", **MO), "192.0.2.0/24", severity)
    with pytest.raises(access.NetworkBlocked):
        signs_up(db, an_app(db))


def test_a_suspicious_network_waits_for_approval_even_when_registration_is_open(db: Database) -> None:
    opens(db)
    access.block_ip(db, member(db, "mo", **MO), "192.0.2.7", "sign_up_requires_approval", expires_in_ms=HOUR)
    assert found(db, signs_up(db, an_app(db))).is_pending


def test_the_gate_learns_at_once_of_a_network_without_access(db: Database) -> None:
    gate = access.Gate(db)
    assert not gate.refuses("192.0.2.7")
    mo = member(db, "mo", **MO)
    block = access.block_ip(db, mo, "192.0.2.0/24", "no_access")
    assert [gate.refuses(ip) for ip in ("192.0.2.7", "192.0.3.7", "")] == [True, False, False]
    access.unblock_ip(db, mo, block)
    assert not gate.refuses("192.0.2.7")


def test_a_closed_server_takes_nobody_and_says_why(db: Database) -> None:
    opens(db, "closed", registration_message="Full for this year.")
    with pytest.raises(access.RegistrationClosed, match="Full for this year"):
        signs_up(db, an_app(db))


def test_sign_up_stops_while_it_is_switched_off(db: Database) -> None:
    opens(db)
    app = an_app(db)
    with db.write(SYSTEM, Ability.ADMINISTRATION) as w:
        switch_off(w.tx, Ability.SIGN_UP, "Moving house.", w.now, None, None)
    with pytest.raises(SwitchedOff, match="Moving house"):
        signs_up(db, app)


def test_with_approval_a_member_waits_until_a_moderator_lets_them_in(db: Database) -> None:
    opens(db, "approval")
    ada = signs_up(db, an_app(db), reason="I know Bo.")
    with pytest.raises(access.NotApprovedYet):
        access.sign_in(db, HERE, "ada", "correct horse battery staple")
    with db.read() as r:
        assert [(one.username, one.sign_up_reason) for one in access.pending(r)] == [("ada", "I know Bo.")]
    with pytest.raises(access.NotPermitted):
        access.approve(db, member(db, "jo"), ada)
    mo = member(db, "mo", **MO)
    access.approve(db, mo, ada)
    access.approve(db, mo, ada)
    assert access.sign_in(db, HERE, "ada", "correct horse battery staple").account_id == ada


def test_who_is_turned_down_leaves_nothing_behind_and_the_name_is_free(db: Database) -> None:
    opens(db, "approval")
    app, mo = an_app(db), member(db, "mo", **MO)
    first = signs_up(db, app, reason="spam")
    access.reject(db, mo, first)
    with db.read() as r:
        assert access.find(r, first) is None
        assert r.value(select(members.c.email).where(members.c.account_id == first)) is None
    second = signs_up(db, app, reason="Hello!")
    access.approve(db, mo, second)
    with pytest.raises(access.NotPending):
        access.reject(db, mo, second)


def test_an_invitation_opens_an_invite_only_server_and_follows_the_inviter(db: Database) -> None:
    opens(db, "invite")
    bo, app = member(db, "bo"), an_app(db)
    with pytest.raises(access.InviteNeeded):
        signs_up(db, app)
    invite = access.create_invite(db, bo, most_uses=2, follows_inviter=True)
    ada = signs_up(db, app, invite_code=f" {invite.code.upper()} ")
    with db.read() as r:
        assert people.relationships(r, ada, [bo.known_id], now=db.clock.now())[0].following
        assert access.invites_of(r, bo.known_id)[0].uses == 1
    assert found(db, ada).invite_id == invite.id


def test_an_invitation_lets_somebody_in_without_approval_or_reason(db: Database) -> None:
    opens(db, "approval")
    invite = access.create_invite(db, member(db, "bo"))
    assert not found(db, signs_up(db, an_app(db), invite_code=invite.code)).is_pending


def test_the_last_use_of_an_invitation_is_taken_once(db: Database) -> None:
    opens(db, "invite")
    invite, app = access.create_invite(db, member(db, "bo"), most_uses=1), an_app(db)
    ready = [access.prepare(db, app, form(db, name, invite_code=invite.code)) for name in ("cy", "di", "ed", "fay")]

    def joins(one: access.SignUp) -> str:
        try:
            db.submit(lambda: access.sign_up_by_app(db, app, one)).result()
        except Problem as fault:
            return fault.key
        return "in"

    with ThreadPoolExecutor(4) as pool:
        told = sorted(pool.map(joins, ready))
    assert told == ["in", "invite_void", "invite_void", "invite_void"]


def test_an_invitation_ends_by_time_by_its_owner_and_by_a_moderator(db: Database) -> None:
    opens(db, "invite")
    bo, jo, mo, app = member(db, "bo"), member(db, "jo"), member(db, "mo", **MO), an_app(db)
    short, own, other = (access.create_invite(db, bo, expires_in_ms=ms) for ms in (1, DAY, DAY))
    with pytest.raises(Invalid):
        access.create_invite(db, bo, most_uses=0)
    with pytest.raises(Problem):
        access.revoke_invite(db, jo, own.id)
    access.revoke_invite(db, bo, own.id)
    access.revoke_invite(db, mo, other.id)
    for invite in (short, own, other):
        with pytest.raises(access.InviteVoid), db.read() as r:
            access.open_invite(r, invite.code, db.clock.now() + 1)
        with pytest.raises(access.InviteVoid):
            signs_up(db, app, invite_code=invite.code)


def test_a_form_is_sent_once_with_its_proof_of_work(db: Database) -> None:
    opens(db)
    sent = packed(solved(access.new_challenge(db, 20)))
    first = access.prepare(db, HERE, form(db, challenge=sent))
    assert not access.sign_up(db, HERE, first).needs_approval
    with pytest.raises(access.ChallengeUsed):
        access.sign_up(db, HERE, access.prepare(db, HERE, form(db, "bo", challenge=sent)))
    with db.read() as r:
        assert len(r.values(select(used_challenges.c.id))) == 1


def test_a_form_from_a_browser_needs_its_challenge_or_its_wait(db: Database) -> None:
    opens(db)
    with pytest.raises(access.ChallengeInvalid):
        access.prepare(db, HERE, form(db))
    with pytest.raises(access.SentTooSoon):
        access.prepare(db, HERE, form(db, waiting=access.new_waiting_token(db)))


def test_sign_up_by_app_and_by_form_has_limits_for_each_network(db: Database) -> None:
    opens(db)
    app = an_app(db)
    set_boot(db, rate_limits="on")
    for number in range(5):
        signs_up(db, app, f"name{number}")
    with pytest.raises(TooMany) as fault:
        signs_up(db, app, "name5")
    assert fault.value.retry_after > 60
    elsewhere = Acting(scopes=app.scopes, app_id=app.app_id, ip=ELSEWHERE.ip)
    signs_up(db, elsewhere, "name6")


def test_only_an_apps_own_token_signs_somebody_up(db: Database) -> None:
    opens(db)
    app = an_app(db)
    ready = access.prepare(db, app, form(db))
    bo = acting(member(db, "bo").known_id, app_id=app.app_id, scopes=app.scopes)
    with pytest.raises(access.NotPermitted):
        access.sign_up_by_app(db, bo, ready)


def test_the_version_of_the_terms_that_somebody_agreed_to_is_kept(db: Database) -> None:
    opens(db)
    owner = member(db, "olga", role="owner")
    access.publish_document(db, owner, "terms", "Be kind.")
    access.publish_document(db, owner, "terms", "Be kinder.", effective_at=db.clock.now() + DAY)
    ada = signs_up(db, an_app(db))
    assert found(db, ada).terms_version == 1
    access.agree_to_terms(db, acting(ada), 2)
    assert found(db, ada).terms_version == 2


def test_only_the_system_and_owners_make_members_by_hand(db: Database) -> None:
    with pytest.raises(access.NotPermitted):
        access.create_member(db, member(db, "mo", **MO), "eve")
    with pytest.raises(Invalid):
        access.create_member(db, SYSTEM, "eve", role="king")
