"""Letters to members about their sign-in. Each is made when it is sent, so that no link lies in the queue.

These are jobs that talk to the world; without an e-mail vendor they send nothing.
"""

from __future__ import annotations

import html
from datetime import UTC, datetime
from functools import lru_cache

from holdfast.access.confirmations import confirmation_token
from holdfast.access.events import (
    EmailChangeAsked,
    EmailConfirmationAsked,
    MemberApproved,
    NewSignIn,
    PasswordChanged,
    SecondFactorChanged,
)
from holdfast.access.job_kinds import ResetAsked
from holdfast.access.links import FORGOTTEN_PATH, SESSIONS_PATH, SIGN_IN_PATH, confirm_url, reset_url
from holdfast.access.members import Member, by_login, find
from holdfast.access.password_changes import LETTER_LASTS_MS, reset_token
from holdfast.access.sessions import sessions_of
from holdfast.store import SECOND
from holdfast.vendors import EmailPool, Letter, email_pool
from holdfast.writes import Database


def send_letter(
    db: Database, to: str, kind: str, subject: str, paragraphs: list[str], *, link: tuple[str, str] | None = None
) -> None:
    """Send plain paragraphs to one address, with a (label, address) link after the first of them.

    Raises what :meth:`EmailPool.send` raises; only for jobs registered as ``outside``.
    """
    name, base = db.settings.name, db.base_url
    plain, rich = list(paragraphs), [f"<p>{html.escape(text)}</p>" for text in paragraphs]
    if link is not None:
        label, address = link
        plain.insert(1, address)
        rich.insert(1, f'<p><a href="{html.escape(address)}">{html.escape(label)}</a></p>')
    plain.append(f"-- \n{name}\n{base}")
    rich.append(f'<p>{html.escape(name)}<br><a href="{html.escape(base)}">{html.escape(base)}</a></p>')
    letter = Letter(to=to, subject=subject, text="\n\n".join(plain) + "\n", html="\n".join(rich), kind=kind)
    _pool(tuple(db.config.boot.email), _sender(db)).send(letter)


def send_confirmation(db: Database, event: EmailConfirmationAsked) -> None:
    """The link with which an address is confirmed, to that address."""
    found = _member(db, event.account_id)
    if found is None:
        return
    address = found.new_email or (found.email if found.email_confirmed_at is None else None)
    if address is None:
        return
    url = confirm_url(db, confirmation_token(db, found.account_id, address))
    send_letter(
        db,
        address,
        "confirmation",
        f"Confirm your e-mail address for {db.settings.name}",
        [
            f"Hello @{found.username}, please confirm that this is your e-mail address:",
            "The link works for three days.",
            "If you did not ask for this, ignore this letter: nothing happens without the link.",
        ],
        link=("Confirm the address", url),
    )


def send_reset(db: Database, asked: ResetAsked) -> None:
    """The link with which a new password is set, if somebody with a confirmed address goes by this name."""
    if not db.config.boot.email:
        return
    with db.read() as r:
        found = by_login(r, asked.login)
    if found is None or found.email is None or found.email_confirmed_at is None:
        return
    url = reset_url(db, reset_token(db, found, lasts_ms=LETTER_LASTS_MS))
    send_letter(
        db,
        found.email,
        "reset",
        f"Set a new password for {db.settings.name}",
        [
            f"Hello @{found.username}, somebody asked for a new password for your account. Set it here:",
            "The link works once, for one hour.",
            "If it was not you, ignore this letter: your password stays as it is.",
        ],
        link=("Set a new password", url),
    )


def send_sign_in(db: Database, event: NewSignIn) -> None:
    """Word of a sign-in from a browser and network that the member has not used before."""
    found = _member(db, event.account_id)
    if found is None or found.email is None or found.email_confirmed_at is None:
        return
    with db.read() as r:
        known = [one for one in sessions_of(r, event.account_id) if one.id == event.session_id]
    if not known:
        return  # ended again already
    when = datetime.fromtimestamp(known[0].created_at / SECOND, UTC).strftime("%Y-%m-%d %H:%M UTC")
    send_letter(
        db,
        found.email,
        "sign_in",
        f"A new sign-in to your account at {db.settings.name}",
        [
            f"Hello @{found.username}, somebody signed in to your account on {when}.",
            f"Network address: {known[0].ip or 'unknown'}. Browser: {known[0].user_agent or 'unknown'}.",
            "If it was you, there is nothing to do. If not, end that session and change your password at once.",
        ],
        link=("Your sessions", f"{db.base_url}{SESSIONS_PATH}"),
    )


def send_password_changed(db: Database, event: PasswordChanged) -> None:
    """Word of a changed password."""
    found = _member(db, event.account_id)
    if found is None or found.email is None or found.email_confirmed_at is None:
        return
    _warn(db, found, "password_changed", "the password of your account was changed.")


def send_email_change(db: Database, event: EmailChangeAsked) -> None:
    """Word to the present address that another one is wanted."""
    found = _member(db, event.account_id)
    if found is None or found.email is None or found.email_confirmed_at is None:
        return
    _warn(db, found, "email_change", "another e-mail address was given for your account; it waits to be confirmed.")


def send_second_factor(db: Database, event: SecondFactorChanged) -> None:
    """Word of a changed second factor or passkey."""
    found = _member(db, event.account_id)
    if found is None or found.email is None or found.email_confirmed_at is None:
        return
    _warn(db, found, "second_factor", f"{CHANGES[event.change]}.")


CHANGES = {
    "totp_on": "an authenticator app is asked for at sign-in from now on",
    "totp_off": "no authenticator app is asked for at sign-in any more",
    "codes_made": "new recovery codes were made; older ones are void",
    "code_used": "a recovery code was used",
    "passkey_added": "a passkey was added to your account",
    "passkey_removed": "a passkey was removed from your account",
}
"""What is told of changes to the second factor; the others are not worth a letter."""


def _warn(db: Database, found: Member, kind: str, what: str) -> None:
    send_letter(
        db,
        found.email or "",
        kind,
        f"The sign-in of your account at {db.settings.name} was changed",
        [
            f"Hello @{found.username}, {what}",
            "If it was not you, set a new password at once at the address above.",
        ],
        link=("Set a new password", f"{db.base_url}{FORGOTTEN_PATH}"),
    )


def send_approval(db: Database, event: MemberApproved) -> None:
    """Word that somebody was let in."""
    found = _member(db, event.account_id)
    if found is None or found.email is None or found.email_confirmed_at is None:
        return
    send_letter(
        db,
        found.email,
        "approved",
        f"Welcome to {db.settings.name}",
        [f"Hello @{found.username}, your account was approved. Sign in here:", "Good to have you with us."],
        link=("Sign in", f"{db.base_url}{SIGN_IN_PATH}"),
    )


def _member(db: Database, account_id: int) -> Member | None:
    if not db.config.boot.email:
        return None
    with db.read() as r:
        found = find(r, account_id)
    return found if found is not None and found.deleted_at is None else None


def _sender(db: Database) -> str:
    address = db.config.boot.email_from or f"noreply@{db.settings.domain or 'localhost'}"
    if "<" in address:
        return address
    name = "".join(char for char in db.settings.name if char not in '"\\<>\r\n')
    return f'"{name}" <{address}>'


@lru_cache(8)
def _pool(urls: tuple[str, ...], sender: str) -> EmailPool:
    return email_pool(urls, sender=sender, setting="email")
