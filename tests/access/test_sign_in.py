"""Signing in with every means, the limits on guessing, sessions and what ends them."""

from __future__ import annotations

import re
import time

import pyotp
import pytest
from sqlalchemy import select, text

from holdfast import access
from holdfast.access import Enrolment
from holdfast.access.passwords import Hasher
from holdfast.access.tables import attempts, members, sessions
from holdfast.acting import SYSTEM, Acting
from holdfast.errors import NotFound, Problem, TooMany
from holdfast.store import DAY
from holdfast.writes import Ability, Database

from .cast import ELSEWHERE, HERE, PASSWORD, acting, found, member, opens, set_boot

AGENT = "Firefox on Linux"


def enrolled(db: Database, ada: Acting) -> tuple[Enrolment, list[str]]:
    """An authenticator app, confirmed with the code of the step before, so that the present one is unused."""
    setup = access.begin_totp(db, ada)
    earlier = pyotp.TOTP(setup.secret.replace(" ", "")).at(time.time() - 30)
    return setup, access.confirm_totp(db, ada, earlier)


def code_of(setup: Enrolment, offset_s: float = 0) -> str:
    return pyotp.TOTP(setup.secret.replace(" ", "")).at(time.time() + offset_s)


def test_a_session_opens_by_name_by_handle_and_by_address(db: Database) -> None:
    ada = member(db, "ada")
    for login in ("ada", "@ADA", " Ada@Harbour.Example "):
        begun = access.sign_in(db, HERE, login, PASSWORD, user_agent=AGENT)
        with db.read() as r:
            who = access.session(r, begun.token, ip="192.0.2.7")
        assert (who.account_id, who.token_id, who.scopes) == (ada.account_id, begun.id, None)
        assert who.permissions == access.permissions_of("member")


@pytest.mark.parametrize("login", ["ada", "nobody", "nobody@harbour.example", "", "@", "a@b", "ada@"])
def test_wrong_passwords_and_unknown_names_are_told_alike(db: Database, login: str) -> None:
    member(db, "ada")
    with pytest.raises(access.WrongCredentials) as fault:
        access.sign_in(db, HERE, login, "wrong horse battery")
    assert str(fault.value) == "The name or the password is wrong."


def test_guessing_one_account_from_one_network_ends_after_ten_attempts(db: Database) -> None:
    member(db, "ada")
    member(db, "bo")
    set_boot(db, rate_limits="on")
    for _ in range(10):
        with pytest.raises(access.WrongCredentials):
            access.sign_in(db, HERE, "ada", "wrong horse battery")
    for login in ("ada", "ADA", "ada@harbour.example"):
        with pytest.raises(TooMany) as fault:
            access.sign_in(db, HERE, login, PASSWORD)
        assert 0 < fault.value.retry_after <= 900
    assert access.sign_in(db, HERE, "bo", PASSWORD)
    assert access.sign_in(db, ELSEWHERE, "ada", PASSWORD)
    with db.read() as r:
        # Digests alone: neither a name nor an address can be read from them.
        assert all(re.fullmatch(r"[0-9a-f]{64}", bucket) for bucket in r.values(select(attempts.c.bucket)))


def test_the_right_password_lets_the_count_begin_anew(db: Database) -> None:
    member(db, "ada")
    set_boot(db, rate_limits="on")
    for _ in range(3):
        for _ in range(6):
            with pytest.raises(access.WrongCredentials):
                access.sign_in(db, HERE, "ada", "wrong horse battery")
        access.sign_in(db, HERE, "ada", PASSWORD)


def test_a_hash_made_with_other_parameters_is_made_anew_at_the_next_sign_in(db: Database) -> None:
    ada = member(db, "ada")
    weaker = Hasher(memory_kib=8).hash(PASSWORD)
    access.set_password(db, SYSTEM, ada.known_id, weaker)
    access.sign_in(db, HERE, "ada", PASSWORD)
    assert found(db, ada).password_hash != weaker
    access.sign_in(db, HERE, "ada", PASSWORD)


def test_frozen_suspended_and_deleted_members_do_not_get_in(db: Database) -> None:
    ada, bo, jo, mo = member(db, "ada"), member(db, "bo"), member(db, "jo"), member(db, "mo", role="moderator")
    begun = {name: access.sign_in(db, HERE, name, PASSWORD) for name in ("ada", "bo", "jo")}
    access.disable_sign_in(db, mo, ada.known_id)
    access.suspend(db, mo, bo.known_id)
    access.delete_own_account(db, jo)
    for name, expected in (("ada", access.LoginFrozen), ("bo", access.LoginFrozen), ("jo", access.WrongCredentials)):
        with pytest.raises(expected):
            access.sign_in(db, HERE, name, PASSWORD)
        with pytest.raises(access.SessionVoid), db.read() as r:
            access.session(r, begun[name].token)
    access.enable_sign_in(db, mo, ada.known_id)
    access.unsuspend(db, mo, bo.known_id)
    assert access.sign_in(db, HERE, "ada", PASSWORD)
    assert access.sign_in(db, HERE, "bo", PASSWORD)


def test_with_an_authenticator_app_the_password_alone_opens_nothing(db: Database) -> None:
    ada = member(db, "ada")
    setup, _ = enrolled(db, ada)
    assert "otpauth://totp/" in setup.uri
    with pytest.raises(access.SecondStepNeeded) as asked:
        access.sign_in(db, HERE, "ada", PASSWORD)
    ticket = asked.value.ticket
    with pytest.raises(access.WrongCode):
        access.second_step(db, HERE, ticket, "000000")
    code = code_of(setup)
    begun = access.second_step(db, HERE, ticket, code, user_agent=AGENT)
    with db.read() as r:
        assert access.sessions_of(r, ada.known_id)[0].method == "password"
        assert access.session(r, begun.token).account_id == ada.account_id
    with pytest.raises(access.WrongCode):  # the code was used
        access.second_step(db, HERE, ticket, code)
    assert access.sign_in(db, HERE, "ada", PASSWORD, code_of(setup, 30))


def test_codes_are_guessed_eight_times_at_most(db: Database) -> None:
    ada = member(db, "ada")
    setup, codes = enrolled(db, ada)
    set_boot(db, rate_limits="on")
    for guess in range(8):
        with pytest.raises(access.WrongCode):
            access.sign_in(db, HERE, "ada", PASSWORD, f"00000{guess}")
    with pytest.raises(TooMany):
        access.sign_in(db, HERE, "ada", PASSWORD, code_of(setup))
    with pytest.raises(TooMany):
        access.sign_in(db, ELSEWHERE, "ada", PASSWORD, codes[0])


def test_a_recovery_code_is_good_once_however_it_is_typed(db: Database) -> None:
    ada = member(db, "ada")
    _, codes = enrolled(db, ada)
    assert len(set(codes)) == 10
    access.sign_in(db, HERE, "ada", PASSWORD, codes[3].upper().replace("-", " "))
    with pytest.raises(access.WrongCode):
        access.sign_in(db, HERE, "ada", PASSWORD, codes[3])
    with db.read() as r:
        assert access.recovery_codes_left(r, ada.known_id) == 9
        assert access.sessions_of(r, ada.known_id)[0].method == "recovery"
    new = access.new_recovery_codes(db, ada)
    with pytest.raises(access.WrongCode):
        access.sign_in(db, HERE, "ada", PASSWORD, codes[4])
    access.sign_in(db, HERE, "ada", PASSWORD, new[0])


def test_an_authenticator_app_counts_only_once_a_code_was_shown_and_until_it_is_removed(db: Database) -> None:
    ada = member(db, "ada")
    access.begin_totp(db, ada)
    assert access.sign_in(db, HERE, "ada", PASSWORD)
    with pytest.raises(access.WrongCode):
        access.confirm_totp(db, ada, "123")
    enrolled(db, ada)
    with pytest.raises(access.TotpOn):
        access.begin_totp(db, ada)
    access.disable_totp(db, ada)
    assert access.sign_in(db, HERE, "ada", PASSWORD)
    with pytest.raises(access.NotEnrolled):
        access.disable_totp(db, ada)


def test_delicate_things_ask_for_the_password_again(db: Database) -> None:
    ada = member(db, "ada")
    access.prove(db, ada, PASSWORD)
    set_boot(db, rate_limits="on")
    for _ in range(10):
        with pytest.raises(access.WrongPassword):
            access.prove(db, ada, "wrong horse battery")
    with pytest.raises(TooMany):
        access.prove(db, ada, PASSWORD)


def test_members_list_and_end_their_sessions_and_nobody_elses(db: Database) -> None:
    ada, bo = member(db, "ada"), member(db, "bo")
    first = access.sign_in(db, HERE, "ada", PASSWORD, user_agent=AGENT)
    second = access.sign_in(db, ELSEWHERE, "ada", PASSWORD, user_agent="Chrome")
    other = access.sign_in(db, HERE, "bo", PASSWORD)
    with db.read() as r:
        listed = {one.id: (one.ip, one.user_agent, one.method) for one in access.sessions_of(r, ada.known_id)}
    assert listed == {
        first.id: ("192.0.2.7", AGENT, "password"),
        second.id: ("198.51.100.9", "Chrome", "password"),
    }
    with pytest.raises(NotFound):
        access.revoke_session(db, ada, other.id)
    access.revoke_session(db, ada, first.id)
    third = access.sign_in(db, HERE, "ada", PASSWORD)
    assert access.revoke_other_sessions(db, acting(ada.known_id, token_id=third.id)) == 1
    access.sign_out(db, bo, other.token)
    access.sign_out(db, bo, other.token)
    for ended in (first, second, other):
        with pytest.raises(access.SessionVoid), db.read() as r:
            access.session(r, ended.token)
    with db.read() as r:
        assert access.session(r, third.token).account_id == ada.account_id


def test_a_form_belongs_to_one_session(db: Database) -> None:
    token, other = "a" * 43, "b" * 43
    access.check_csrf(db, token, access.csrf_token(db, token))
    first, second = access.csrf_token(db, token), access.csrf_token(db, token)
    assert first != second  # on each page another one, of which compressed sizes tell nothing
    access.check_csrf(db, token, second)
    mixed = second[:16] + first[16:]  # the salt of one with the digest of the other
    for given in (access.csrf_token(db, other), "", "é", token, mixed, second[:-1]):
        with pytest.raises(access.ForgedRequest):
            access.check_csrf(db, token, given)


def test_use_is_written_down_and_what_is_idle_ends(db: Database) -> None:
    ada = member(db, "ada")
    begun = access.sign_in(db, HERE, "ada", PASSWORD)
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.run(text("UPDATE sessions SET last_used_at = 1"))
    with db.read() as r:
        access.session(r, begun.token)
    access.note_use(db, access.Nothing())
    assert found(db, ada).last_active_at is not None
    with db.read() as r:
        assert r.value(select(sessions.c.last_used_at)) > 1
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.run(text("UPDATE sessions SET last_used_at = :then"), {"then": w.now - 61 * DAY})
    access.purge(db, access.Nothing())
    with pytest.raises(access.SessionVoid), db.read() as r:
        access.session(r, begun.token)


def test_a_new_password_ends_the_other_sessions(db: Database) -> None:
    ada = member(db, "ada")
    old = access.sign_in(db, HERE, "ada", PASSWORD)
    mine = access.sign_in(db, HERE, "ada", PASSWORD)
    ada = acting(ada.known_id, token_id=mine.id)
    with pytest.raises(access.WrongPassword):
        access.change_password(db, ada, "wrong horse battery", "an entirely new one")
    with pytest.raises(access.UnacceptablePassword):
        access.change_password(db, ada, PASSWORD, "password1")
    access.change_password(db, ada, PASSWORD, "an entirely new one")
    with db.read() as r:
        assert access.session(r, mine.token)
        with pytest.raises(access.SessionVoid):
            access.session(r, old.token)
    with pytest.raises(access.WrongCredentials):
        access.sign_in(db, HERE, "ada", PASSWORD)
    assert access.sign_in(db, HERE, "ada", "an entirely new one")


def test_a_reset_link_works_once_and_signs_everything_out(db: Database) -> None:
    ada, owner = member(db, "ada"), member(db, "olga", role="owner")
    enrolled(db, ada)
    issued = access.issue_token(db, SYSTEM, ada.known_id, "read")
    mo = member(db, "mo", role="moderator")
    with pytest.raises(access.NotPermitted):
        access.reset_link(db, mo, ada.known_id)
    token = access.reset_link(db, owner, ada.known_id, drops_second_factor=True).partition("?token=")[2]
    assert access.check_reset(db, token).username == "ada"
    access.reset_password(db, HERE, token, "an entirely new one")
    for again in (token, token[:-2], "x"):
        with pytest.raises(access.TokenVoid):
            access.reset_password(db, HERE, again, "and yet another one")
    with pytest.raises(access.BadToken), db.read() as r:
        access.bearer(r, issued.token)
    assert access.sign_in(db, HERE, "ada", "an entirely new one")


def test_nobody_makes_a_reset_link_for_their_own_rank_or_above(db: Database) -> None:
    adam, eve = member(db, "adam", role="administrator"), member(db, "eve", role="administrator")
    owner = member(db, "olga", role="owner")
    for above in (eve, owner):
        with pytest.raises(access.Outranked):
            access.reset_link(db, adam, above.known_id)
    assert "/auth/reset?token=" in access.reset_link(db, SYSTEM, owner.known_id)


def test_a_recovery_code_sets_a_new_password_without_any_letter(db: Database) -> None:
    ada = member(db, "ada", email="")
    codes = access.new_recovery_codes(db, ada)
    for login, code in (("ada", "aaaa-bbbb-cccc"), ("nobody", codes[0])):
        with pytest.raises(access.WrongCode):
            access.reset_with_recovery_code(db, HERE, login, code, "an entirely new one")
    access.reset_with_recovery_code(db, HERE, "ada", codes[0], "an entirely new one")
    with pytest.raises(access.WrongCode):
        access.reset_with_recovery_code(db, HERE, "ada", codes[0], "and yet another one")
    assert access.sign_in(db, HERE, "ada", "an entirely new one")


def test_a_second_step_is_void_once_the_password_is_another_one(db: Database) -> None:
    ada = member(db, "ada")
    setup, _ = enrolled(db, ada)
    with pytest.raises(access.SecondStepNeeded) as asked:
        access.sign_in(db, HERE, "ada", PASSWORD)
    access.change_password(db, ada, PASSWORD, "an entirely new one")
    with pytest.raises(access.TokenVoid):
        access.second_step(db, HERE, asked.value.ticket, code_of(setup))


def test_the_last_owner_stays(db: Database) -> None:
    olga, otto = member(db, "olga", role="owner"), member(db, "otto")
    for attempt in (
        lambda: access.set_role(db, SYSTEM, olga.known_id, "member"),
        lambda: access.suspend(db, SYSTEM, olga.known_id),
        lambda: access.disable_sign_in(db, SYSTEM, olga.known_id),
        lambda: access.delete_own_account(db, olga),
        lambda: access.delete_member(db, SYSTEM, olga.known_id),
    ):
        with pytest.raises(access.LastOwner):
            attempt()
    access.set_role(db, olga, otto.known_id, "owner")
    access.set_role(db, acting(otto.known_id, "owner"), olga.known_id, "member")
    assert (found(db, olga).role, found(db, otto).role) == ("member", "owner")


@pytest.mark.parametrize(
    ("who", "whom", "to", "told"),
    [
        ("owner", "member", "administrator", ""),
        ("owner", "administrator", "member", ""),
        ("administrator", "member", "moderator", ""),
        ("administrator", "moderator", "member", ""),
        ("administrator", "member", "administrator", "outranked"),
        ("administrator", "administrator", "member", "outranked"),
        ("administrator", "member", "owner", "outranked"),
        ("moderator", "member", "moderator", "not_permitted"),
        ("member", "member", "owner", "not_permitted"),
    ],
)
def test_nobody_grants_what_is_not_below_their_own_rank(db: Database, who: str, whom: str, to: str, told: str) -> None:
    member(db, "olga", role="owner")
    one, other = member(db, "ada", role=who), member(db, "bo", role=whom)
    if told:
        with pytest.raises(Problem) as fault:
            access.set_role(db, one, other.known_id, to)
        assert fault.value.key == told
    else:
        access.set_role(db, one, other.known_id, to)
    assert found(db, other).role == (whom if told else to)


def test_a_role_that_was_just_taken_away_grants_nothing(db: Database) -> None:
    member(db, "olga", role="owner")
    adam, bo = member(db, "adam", role="administrator"), member(db, "bo")
    access.set_role(db, SYSTEM, adam.known_id, "member")
    with pytest.raises(access.Outranked):
        access.set_role(db, adam, bo.known_id, "moderator")


def test_moderators_do_not_suspend_each_other(db: Database) -> None:
    mo, jo = member(db, "mo", role="moderator"), member(db, "jo", role="moderator")
    with pytest.raises(access.Outranked):
        access.suspend(db, mo, jo.known_id)
    with pytest.raises(access.NotPermitted):
        access.suspend(db, member(db, "bo"), jo.known_id)


def test_who_deletes_their_account_leaves_no_way_in_and_frees_the_address(db: Database) -> None:
    ada = member(db, "ada")
    issued = access.issue_token(db, SYSTEM, ada.known_id, "read")
    access.new_recovery_codes(db, ada)
    access.delete_own_account(db, ada)
    with db.read() as r:
        for table in ("sessions", "tokens", "members", "recovery_codes"):
            assert r.value(text(f"SELECT count(*) FROM {table}")) == 0
        with pytest.raises(access.BadToken):
            access.bearer(r, issued.token)
    member(db, "ada2", email="ada@harbour.example")


def test_a_member_is_listed_and_found_by_name_and_never_told_whole(db: Database) -> None:
    ada = member(db, "ada")
    assert repr(found(db, ada)) == f"Member({ada.known_id}, 'ada')"
    opens(db)
    with db.read() as r:
        assert [one.username for one in access.listing(r)] == ["ada"]
        assert access.by_name(r, "@Ada").account_id == ada.account_id
        with pytest.raises(access.MemberNotFound):
            access.by_name(r, "bo")
        assert r.value(select(members.c.role)) == "member"
