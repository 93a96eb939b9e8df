"""A role rests until its holder has a second factor, and is in force again at once."""

from __future__ import annotations

import pyotp
from sqlalchemy import update

from holdfast import access, config
from holdfast.access import readers, resting
from holdfast.access.tables import members
from holdfast.acting import SYSTEM, Acting
from holdfast.site.wiring import open_database
from holdfast.store import DAY, SECOND
from holdfast.writes import Ability, Database
from tests.access.cast import member
from tests.servers import PASSWORD, RunningServer
from tests.web.browser import Browser

NOTHING = access.Nothing()


def age(db: Database, who: Acting, days: int) -> None:
    """Let a role have been given long ago; what is due then is done."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.run(update(members).where(members.c.account_id == who.known_id).values(role_since=w.now - days * DAY))
    resting.settle_all(db, NOTHING)


def may(db: Database, token: str, permission: str) -> bool:
    """Whether a token may do something at present."""
    with db.read() as r:
        return access.bearer(r, token).may(permission)


def enrol(db: Database, who: Acting) -> None:
    """Use an authenticator app."""
    secret = access.begin_totp(db, who).secret.replace(" ", "")
    access.confirm_totp(db, who, pyotp.TOTP(secret).at(int(db.clock.now() / SECOND)))


def test_a_role_without_a_second_factor_rests_after_its_time_and_wakes_with_one(db: Database) -> None:
    mo, ada = member(db, "mo", role="moderator"), member(db, "ada")
    token = access.issue_token(db, SYSTEM, mo.known_id, "read").token
    age(db, mo, 6)
    assert may(db, token, "cases.read")
    age(db, mo, 8)
    assert not may(db, token, "cases.read") and may(db, token, "invites.create")
    with db.read() as r:
        told = readers.resting(r, mo.known_id, grace_days=7)
        assert told is not None and told.is_now and told.title == "Moderator"
        assert readers.resting(r, ada.known_id, grace_days=7) is None
    enrol(db, mo)
    assert may(db, token, "cases.read")
    resting.settle_all(db, NOTHING)
    assert may(db, token, "cases.read")
    access.disable_totp(db, mo)
    resting.settle_all(db, NOTHING)
    assert not may(db, token, "cases.read")


def test_a_new_role_has_its_time_and_the_setting_wakes_everybody(db: Database) -> None:
    mo = member(db, "mo", role="moderator")
    token = access.issue_token(db, SYSTEM, mo.known_id, "read").token
    age(db, mo, 30)
    assert not may(db, token, "cases.read")
    access.set_role(db, SYSTEM, mo.known_id, "administrator")
    resting.settle_all(db, NOTHING)
    assert not may(db, token, "cases.read")  # it rests already: another role gives no more time
    db.submit(lambda: db.set_settings(SYSTEM, {"staff_needs_second_factor": False})).result()
    resting.settle_all(db, NOTHING)
    assert may(db, token, "cases.oversee")


def test_pages_say_that_a_role_rests_and_how_to_wake_it(server: RunningServer) -> None:
    server.call("user.create", name="mona", email="mona@example.org", password=PASSWORD, role="moderator")
    with Browser(server.base_url) as browser:
        browser.sign_in("mona", PASSWORD)
        assert "Your role rests" not in browser.open("/home").words
        page = browser.open("/admin/cases")
        assert page.status == 200 and "A password alone shall not open the administration." in page.words
        try:
            settle(server, 0)
            page = browser.open("/home")
            assert "Your role rests: Moderator." in page.words and "/settings/passkeys" in page.html
            assert browser.open("/admin/cases").status == 404
        finally:
            settle(server, 7)
        assert browser.open("/admin/cases").status == 200  # whose time is not over has the role again


def settle(server: RunningServer, days: int) -> None:
    """Give everybody so many days, and let what follows from it be so."""
    server.call("settings.set", values={"staff_grace_days": days})
    beside = open_database(config.load(server.environment), upgrade=False)
    try:
        beside.submit(lambda: resting.settle_all(beside, NOTHING)).result()
    finally:
        beside.close()
