"""Joining: in four modes, by form, by app, or by the hand of who runs the server."""

from __future__ import annotations

import logging

import msgspec
from sqlalchemy import insert, select, update

from holdfast import people
from holdfast.access import passwords, policies
from holdfast.access.canonical_blocks import is_blocked_email
from holdfast.access.documents import document
from holdfast.access.errors import InviteNeeded, NetworkBlocked, NotPermitted, RegistrationClosed
from holdfast.access.events import EmailConfirmationAsked, MemberSignedUp, TermsAccepted
from holdfast.access.hashing import hasher
from holdfast.access.human_checks import use_challenge
from holdfast.access.invites import UsedInvite, use_invite
from holdfast.access.members import member
from holdfast.access.policies import Severity
from holdfast.access.roles import ROLES
from holdfast.access.sign_up_blocks import blocked_email_domains, ip_severity
from holdfast.access.sign_up_form import SignUp, needs_email
from holdfast.access.tables import members, used_challenges
from holdfast.acting import Acting
from holdfast.errors import Invalid, NotFound
from holdfast.languages import say
from holdfast.people.tables import accounts
from holdfast.store import SECOND
from holdfast.writes import Ability, Database, Write

log = logging.getLogger(__name__)


class Joined(msgspec.Struct, frozen=True):
    """Somebody who has just signed up, and what they still wait for."""

    account_id: int
    needs_confirmation: bool
    needs_approval: bool


def sign_up(db: Database, acting: Acting, form: SignUp) -> Joined:
    """Take a new member in, as the server's mode and blocks allow.

    Raises :class:`RegistrationClosed`, :class:`InviteNeeded`, :class:`InviteVoid`, :class:`NetworkBlocked`,
    :class:`ChallengeUsed`, :class:`SwitchedOff`, and :class:`Invalid` for names and addresses that are taken or
    blocked.
    """
    with db.write(acting, Ability.SIGN_UP) as w:
        mode = db.settings.registration
        if mode == "closed":
            raise RegistrationClosed(db.settings.registration_message)
        severity = ip_severity(w, acting.ip, w.now)
        if severity in (Severity.SIGN_UP_BLOCK, Severity.NO_ACCESS):
            raise NetworkBlocked()
        invite = use_invite(w, form.invite_code) if form.invite_code else None
        if mode == "invite" and invite is None:
            raise InviteNeeded()
        if form.passed is not None:
            use_challenge(w, form.passed)
        if form.email is not None:
            check_email_free(w, form.email)
            check_email_welcome(w, form.email)
        waits = severity is Severity.SIGN_UP_REQUIRES_APPROVAL or (mode == "approval" and invite is None)
        return _join(w, form, invite, waits=waits)


def _join(w: Write, form: SignUp, invite: UsedInvite | None, *, waits: bool) -> Joined:
    account_id = people.create_account(w, form.username)
    confirms = form.email is not None and needs_email(w.db)
    row = _row(form.email, confirmed=not confirms, now=w.now) | {
        "account_id": account_id,
        "password_hash": form.password_hash,
        "role": "member",
        "locale": form.locale,
        "approved_at": None if waits else w.now,
        "sign_up_reason": form.reason,
        "sign_up_ip": w.acting.ip or None,
        "invite_id": invite.id if invite else None,
        "born_on": form.born_on,
        "terms_version": form.terms_version,
        "app_id": w.acting.app_id,
    }
    w.run(insert(members).values(row))
    w.record(
        MemberSignedUp(
            account_id=account_id,
            needs_approval=waits,
            needs_confirmation=confirms,
            invited_by=invite.created_by if invite else None,
        ),
        owner=account_id,
    )
    if confirms:
        w.record(EmailConfirmationAsked(account_id=account_id), owner=account_id)
    if invite is not None and invite.follows_inviter and not waits:
        _follow(w, account_id, invite.created_by)
    return Joined(account_id, confirms, waits)


def _follow(w: Write, account_id: int, inviter: int) -> None:
    try:
        people.follow(w.db, Acting(account_id), inviter)
    except (people.AccountNotFound, people.FollowRefused) as fault:
        # Whoever invited them has left or moved on: no reason to turn the new member away.
        log.info("a new member could not follow the one who invited them", extra={"cause": fault.key})


def create_member(
    db: Database,
    acting: Acting,
    username: str,
    *,
    email: str | None = None,
    password_hash: str | None = None,
    role: str = "member",
    confirmed: bool = True,
    approved: bool = True,
    locale: str = "",
    base_url: str | None = None,
) -> int:
    """Make a member by hand (set-up, command line, sample data), whatever the mode is; the account's id.

    Set-up's owner may have a reserved name; ``base_url`` is for a set-up that changes the domain in the same
    commit. Hash the password first (:func:`hash_password`). Raises :class:`NotPermitted` for others than the
    system and owners, :class:`Invalid` for what is wrong or taken.
    """
    with db.write(acting, Ability.ADMINISTRATION) as w:
        if not acting.may("server.own"):
            raise NotPermitted()
        if role not in ROLES:
            raise Invalid.field(
                "role",
                "ERR_INVALID",
                say("There is no role called %(role)s; use one of %(known)s.", role=role, known=", ".join(ROLES)),
            )
        address = policies.normalise_email(email) if email else None
        if address is not None:
            check_email_free(w, address)
        account_id = people.create_account(w, username, allow_reserved=role == "owner", base_url=base_url)
        row = _row(address, confirmed=confirmed, now=w.now) | {
            "account_id": account_id,
            "password_hash": password_hash,
            "role": role,
            "locale": locale,
            "approved_at": w.now if approved else None,
        }
        w.run(insert(members).values(row))
        needs = address is not None and not confirmed
        signed_up = MemberSignedUp(account_id=account_id, needs_approval=not approved, needs_confirmation=needs)
        w.record(signed_up, owner=account_id)
        if needs and needs_email(db):
            w.record(EmailConfirmationAsked(account_id=account_id), owner=account_id)
        return account_id


def hash_password(db: Database, password: str, *, name: str = "", email: str = "") -> str:
    """Check a password and hash it: slow, to be called outside of commands and off the event loop.

    Raises :class:`UnacceptablePassword`, :class:`HasherBusy`.
    """
    passwords.check(password, name=name, email=email, also=(db.settings.name, db.settings.domain))
    return hasher(db).hash(password)


def check_email_free(w: Write, email: str, *, but: int | None = None) -> None:
    """Raise :class:`Invalid` when another member (than ``but``) has this address."""
    taken = select(members.c.account_id).where(members.c.email_key == policies.email_key(email))
    found = w.value(taken)
    if found is not None and found != but:
        raise Invalid.field("email", "ERR_TAKEN", say("E-mail address has already been taken"))


def check_email_welcome(w: Write, email: str) -> None:
    """Raise :class:`Invalid` for an address of a blocked provider or of somebody who was suspended."""
    domain = email.rpartition("@")[2]
    if policies.blocked_domain(domain, blocked_email_domains(w)) is not None:
        raise Invalid.field("email", "ERR_BLOCKED", say("E-mail address is of a provider that is not allowed here"))
    if is_blocked_email(w, email):
        raise Invalid.field("email", "ERR_BLOCKED", say("E-mail address is not allowed here"))
    suspended = (
        select(members.c.account_id)
        .join(accounts, accounts.c.id == members.c.account_id)
        .where(members.c.email_canonical == policies.canonical_email(email), accounts.c.suspended_at.is_not(None))
    )
    if w.exists(suspended):
        raise Invalid.field("email", "ERR_BLOCKED", say("E-mail address is not allowed here"))


def _row(email: str | None, *, confirmed: bool, now: int) -> dict[str, object]:
    return {
        "email": email,
        "email_key": policies.email_key(email) if email else None,
        "email_canonical": policies.canonical_email(email) if email else None,
        "email_confirmed_at": now if email and confirmed else None,
        "created_at": now,
    }


def forget_challenges(w: Write) -> None:
    """Drop the ids of challenges that are too old to be sent again."""
    w.run(used_challenges.delete().where(used_challenges.c.expires_at < w.now - SECOND))


def agree_to_terms(db: Database, acting: Acting, version: int) -> None:
    """Note that a member agreed to a newer version of the terms; to agree to an older one changes nothing.

    Raises :class:`NotFound` for a version that does not exist.
    """
    with db.write(acting, Ability.SIGN_IN) as w:
        found = member(w, acting.known_id)
        if found.terms_version is not None and found.terms_version >= version:
            return
        if document(w, "terms", now=w.now, version=version) is None:
            raise NotFound(say("There is no such version of the terms."))
        w.run(update(members).where(members.c.account_id == found.account_id).values(terms_version=version))
        w.record(TermsAccepted(account_id=found.account_id, version=version))
