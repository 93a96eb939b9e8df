"""Letters to members about their sign-in, in their language. Each is made when it is sent, so that no link lies in
the queue.

These are jobs that talk to the world; without an e-mail vendor they send nothing.
"""

from __future__ import annotations

import html
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import lru_cache

from holdfast.access.applications import application_way, words_of
from holdfast.access.confirmations import confirmation_token
from holdfast.access.errors import NotPermitted
from holdfast.access.events import (
    ApplicantAsked,
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
from holdfast.access.policies import normalise_email
from holdfast.access.readers import language_of
from holdfast.access.sessions import sessions_of
from holdfast.acting import Acting
from holdfast.languages import N_, Sentence, _, moment, speaking
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


def email_vendors(db: Database) -> tuple[str, ...]:
    """Who carries this server's letters, in the order in which they are asked. Raises :class:`Misconfigured`."""
    return _pool(tuple(db.config.boot.email), _sender(db)).names


def send_test(db: Database, acting: Acting, to: str) -> None:
    """A letter by which an owner sees whether letters arrive. Slow; raises :class:`NotPermitted`,
    :class:`Misconfigured`, :class:`Invalid` for no address, and what :meth:`EmailPool.send` raises."""
    if not acting.may("server.own"):
        raise NotPermitted()
    send_letter(
        db,
        normalise_email(to),
        "test",
        _("A test letter from %(server)s", server=db.settings.name),
        [_("This letter was sent to see whether letters of this server arrive. They do.")],
    )


def send_confirmation(db: Database, event: EmailConfirmationAsked) -> None:
    """The link with which an address is confirmed, to that address."""
    found = _member(db, event.account_id)
    if found is None:
        return
    address = found.new_email or (found.email if found.email_confirmed_at is None else None)
    if address is None:
        return
    url = confirm_url(db, confirmation_token(db, found.account_id, address))
    with _in_the_language_of(db, found):
        send_letter(
            db,
            address,
            "confirmation",
            _("Confirm your e-mail address for %(server)s", server=db.settings.name),
            [
                _("Hello @%(name)s, please confirm that this is your e-mail address:", name=found.username),
                _("The link works for three days."),
                _("If you did not ask for this, ignore this letter: nothing happens without the link."),
            ],
            link=(_("Confirm the address"), url),
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
    with _in_the_language_of(db, found):
        send_letter(
            db,
            found.email,
            "reset",
            _("Set a new password for %(server)s", server=db.settings.name),
            [
                _(
                    "Hello @%(name)s, somebody asked for a new password for your account. Set it here:",
                    name=found.username,
                ),
                _("The link works once, for one hour."),
                _("If it was not you, ignore this letter: your password stays as it is."),
            ],
            link=(_("Set a new password"), url),
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
    at = datetime.fromtimestamp(known[0].created_at / SECOND, UTC)
    with _in_the_language_of(db, found):
        unknown = _("unknown")
        network, browser = known[0].ip or unknown, known[0].user_agent or unknown
        send_letter(
            db,
            found.email,
            "sign_in",
            _("A new sign-in to your account at %(server)s", server=db.settings.name),
            [
                _(
                    "Hello @%(name)s, somebody signed in to your account on %(when)s.",
                    name=found.username,
                    when=moment(at),
                ),
                _("Network address: %(address)s. Browser: %(browser)s.", address=network, browser=browser),
                _("If it was you, there is nothing to do. If not, end that session and change your password at once."),
            ],
            link=(_("Your sessions"), f"{db.base_url}{SESSIONS_PATH}"),
        )


def send_password_changed(db: Database, event: PasswordChanged) -> None:
    """Word of a changed password."""
    found = _member(db, event.account_id)
    if found is None or found.email is None or found.email_confirmed_at is None:
        return
    _warn(db, found, "password_changed", N_("the password of your account was changed."))


def send_email_change(db: Database, event: EmailChangeAsked) -> None:
    """Word to the present address that another one is wanted."""
    found = _member(db, event.account_id)
    if found is None or found.email is None or found.email_confirmed_at is None:
        return
    what = N_("another e-mail address was given for your account; it waits to be confirmed.")
    _warn(db, found, "email_change", what)


def send_second_factor(db: Database, event: SecondFactorChanged) -> None:
    """Word of a changed second factor or passkey."""
    found = _member(db, event.account_id)
    if found is None or found.email is None or found.email_confirmed_at is None:
        return
    _warn(db, found, "second_factor", CHANGES[event.change])


CHANGES = {
    "totp_on": N_("an authenticator app is asked for at sign-in from now on."),
    "totp_off": N_("no authenticator app is asked for at sign-in any more."),
    "codes_made": N_("new recovery codes were made; older ones are void."),
    "code_used": N_("a recovery code was used."),
    "passkey_added": N_("a passkey was added to your account."),
    "passkey_removed": N_("a passkey was removed from your account."),
}
"""What is told of changes to the second factor; the others are not worth a letter."""


def _warn(db: Database, found: Member, kind: str, what: Sentence) -> None:
    with _in_the_language_of(db, found):
        send_letter(
            db,
            found.email or "",
            kind,
            _("The sign-in of your account at %(server)s was changed", server=db.settings.name),
            [
                _("Hello @%(name)s, %(what)s", name=found.username, what=what.spoken()),
                _("If it was not you, set a new password at once at the address above."),
            ],
            link=(_("Set a new password"), f"{db.base_url}{FORGOTTEN_PATH}"),
        )


def send_question(db: Database, event: ApplicantAsked) -> None:
    """The team's question to somebody who asks to join, with the way to the page on which to answer."""
    found = _member(db, event.account_id)
    if found is None or found.email is None or not found.is_pending:
        return
    with db.read() as r:
        asked = [
            one for one in words_of(r, [found.account_id]).get(found.account_id, []) if one.id == event.question_id
        ]
    if not asked:
        return
    with _in_the_language_of(db, found):
        send_letter(
            db,
            found.email,
            "question",
            _("A question about your request to join %(server)s", server=db.settings.name),
            [
                _(
                    "Hello @%(name)s, before you are let in, the team asks you something. Answer here:",
                    name=found.username,
                ),
                asked[0].text,
            ],
            link=(_("Answer"), f"{db.base_url}{application_way(db, found.account_id)}"),
        )


def send_approval(db: Database, event: MemberApproved) -> None:
    """Word that somebody was let in."""
    found = _member(db, event.account_id)
    if found is None or found.email is None or found.email_confirmed_at is None:
        return
    with _in_the_language_of(db, found):
        send_letter(
            db,
            found.email,
            "approved",
            _("Welcome to %(server)s", server=db.settings.name),
            [
                _("Hello @%(name)s, your account was approved. Sign in here:", name=found.username),
                _("Good to have you with us."),
            ],
            link=(_("Sign in"), f"{db.base_url}{SIGN_IN_PATH}"),
        )


def _member(db: Database, account_id: int) -> Member | None:
    if not db.config.boot.email:
        return None
    with db.read() as r:
        found = find(r, account_id)
    return found if found is not None and found.deleted_at is None else None


def _in_the_language_of(db: Database, found: Member) -> AbstractContextManager[None]:
    return speaking(language_of(db, found.locale))


def _sender(db: Database) -> str:
    address = db.config.boot.email_from or f"noreply@{db.settings.domain or 'localhost'}"
    if "<" in address:
        return address
    name = "".join(char for char in db.settings.name if char not in '"\\<>\r\n')
    return f'"{name}" <{address}>'


@lru_cache(8)
def _pool(urls: tuple[str, ...], sender: str) -> EmailPool:
    return email_pool(urls, sender=sender, setting="email")
