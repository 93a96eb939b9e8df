"""Members' passkeys through the room's commands, with a key in software."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from holdfast import access
from holdfast.acting import SYSTEM, Acting
from holdfast.errors import NotFound
from holdfast.writes import Ability, Database

from .cast import ELSEWHERE, HERE, member
from .software_key import PRESENT, VERIFIED, SoftwareKey


def a_key(db: Database, **more: object) -> SoftwareKey:
    return SoftwareKey(db.base_url, "localhost", **more)  # type: ignore[arg-type]


def registered(db: Database, who: Acting, key: SoftwareKey, name: str = "Phone") -> int:
    options = access.ask_registration(db, who)
    return access.add_passkey(db, who, key.registers(options, options["user"]["id"].encode()), name)


def test_a_passkey_opens_a_session_and_is_listed_renamed_and_removed(db: Database) -> None:
    ada, key = member(db, "ada"), a_key(db)
    number = registered(db, ada, key)
    begun = access.sign_in_with_passkey(db, ELSEWHERE, key.signs_in(access.ask_sign_in(db, HERE)))
    with db.read() as r:
        assert access.session(r, begun.token).account_id == ada.account_id
        assert access.sessions_of(r, ada.known_id)[0].method == "passkey"
    access.rename_passkey(db, ada, number, "  Blue   phone ")
    with db.read() as r:
        (listed,) = access.passkeys_of(r, ada.known_id)
    assert listed.name == "Blue phone"
    assert listed.last_used_at is not None
    access.remove_passkey(db, ada, number)
    with pytest.raises(access.PasskeyInvalid):
        access.sign_in_with_passkey(db, HERE, key.signs_in(access.ask_sign_in(db, HERE)))


def test_an_answer_counts_once_and_only_for_what_was_asked(db: Database) -> None:
    ada, key = member(db, "ada"), a_key(db)
    registered(db, ada, key)
    answer = key.signs_in(access.ask_sign_in(db, HERE))
    access.sign_in_with_passkey(db, HERE, answer)
    with pytest.raises(access.PasskeyInvalid):
        access.sign_in_with_passkey(db, HERE, answer)
    other = key.signs_in(access.ask_registration(db, ada))
    with pytest.raises(access.PasskeyInvalid):
        access.sign_in_with_passkey(db, HERE, other)
    for nonsense in ({}, {"response": {}}, {"response": {"clientDataJSON": "!"}}, "[]", "x"):
        with pytest.raises(access.PasskeyInvalid):
            access.sign_in_with_passkey(db, HERE, nonsense)


def test_a_challenge_ends_after_five_minutes(db: Database) -> None:
    ada, key = member(db, "ada"), a_key(db)
    registered(db, ada, key)
    answer = key.signs_in(access.ask_sign_in(db, HERE))
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.run(text("UPDATE passkey_challenges SET expires_at = :then"), {"then": w.now - 1})
    with pytest.raises(access.PasskeyInvalid):
        access.sign_in_with_passkey(db, HERE, answer)


def test_a_challenge_of_one_member_registers_nothing_for_another(db: Database) -> None:
    ada, bo, key = member(db, "ada"), member(db, "bo"), a_key(db)
    options = access.ask_registration(db, ada)
    with pytest.raises(access.PasskeyInvalid):
        access.add_passkey(db, bo, key.registers(options))


def test_a_copied_passkey_is_noticed(db: Database) -> None:
    ada, key = member(db, "ada"), a_key(db)
    registered(db, ada, key)
    access.sign_in_with_passkey(db, HERE, key.signs_in(access.ask_sign_in(db, HERE)))
    key.counter = 0
    with pytest.raises(access.PasskeyCopied):
        access.sign_in_with_passkey(db, HERE, key.signs_in(access.ask_sign_in(db, HERE)))


def test_a_passkey_whose_holder_was_not_checked_is_one_factor_only(db: Database) -> None:
    ada, key = member(db, "ada"), a_key(db, flags=PRESENT)
    registered(db, ada, key)
    access.sign_in_with_passkey(db, HERE, key.signs_in(access.ask_sign_in(db, HERE)))
    codes = access.new_recovery_codes(db, ada)
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.run(text("UPDATE members SET totp_secret = 'JBSWY3DPEHPK3PXP', totp_enabled_at = 1"))
    with pytest.raises(access.SecondStepNeeded) as asked:
        access.sign_in_with_passkey(db, HERE, key.signs_in(access.ask_sign_in(db, HERE)))
    assert access.second_step(db, HERE, asked.value.ticket, codes[0])
    key.flags = PRESENT | VERIFIED
    assert access.sign_in_with_passkey(db, HERE, key.signs_in(access.ask_sign_in(db, HERE)))


def test_the_only_way_in_stays_and_other_members_keys_are_out_of_reach(db: Database) -> None:
    ada, bo, key = member(db, "ada"), member(db, "bo"), a_key(db)
    number = registered(db, ada, key)
    for attempt in (
        lambda: access.remove_passkey(db, bo, number),
        lambda: access.rename_passkey(db, bo, number, "Mine"),
    ):
        with pytest.raises(NotFound):
            attempt()
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.run(text("UPDATE members SET password_hash = NULL"))
    with pytest.raises(access.LastWayIn):
        access.remove_passkey(db, ada, number)
    with pytest.raises(access.PasskeyInvalid):
        registered(db, ada, key)  # the same again
