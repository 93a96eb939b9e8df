"""What happens on the way in. No secret, no address and no network of anybody is repeated here."""

from __future__ import annotations

from typing import ClassVar

from holdfast.events import Event


class MemberSignedUp(Event, frozen=True, kw_only=True):
    """Somebody joined, or asks to join when ``needs_approval``."""

    kind: ClassVar[str] = "member.signed_up"
    account_id: int
    needs_approval: bool
    needs_confirmation: bool
    invited_by: int | None = None


class EmailConfirmationAsked(Event, frozen=True, kw_only=True):
    """A letter with a confirmation link is wanted for the member's new address, or else for their present one."""

    kind: ClassVar[str] = "member.confirmation_asked"
    account_id: int


class EmailChangeAsked(Event, frozen=True, kw_only=True):
    """Another address waits for its confirmation; whoever reads at the present one should know."""

    kind: ClassVar[str] = "member.email_change_asked"
    account_id: int


class EmailConfirmed(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "member.email_confirmed"
    account_id: int
    is_change: bool = False


class LanguageChosen(Event, frozen=True, kw_only=True):
    """A member reads pages and letters in another language from now on."""

    kind: ClassVar[str] = "member.language_chosen"
    account_id: int


class TermsAccepted(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "member.terms_accepted"
    account_id: int
    version: int


class MemberApproved(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "member.approved"
    account_id: int


class MemberRejected(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "member.rejected"
    account_id: int
    rejection_id: int | None = None


class ApplicantAsked(Event, frozen=True, kw_only=True):
    """The team has a question to somebody who asks to join."""

    kind: ClassVar[str] = "member.applicant_asked"
    account_id: int
    question_id: int


class ApplicantAnswered(Event, frozen=True, kw_only=True):
    """Somebody who asks to join has answered."""

    kind: ClassVar[str] = "member.applicant_answered"
    account_id: int


class MemberLeft(Event, frozen=True, kw_only=True):
    """A member's way in was taken away for good, with all sessions, apps and keys."""

    kind: ClassVar[str] = "member.left"
    account_id: int


class NewSignIn(Event, frozen=True, kw_only=True):
    """Somebody signed in. ``is_familiar``: from a browser or network of the member's other sessions."""

    kind: ClassVar[str] = "member.signed_in"
    account_id: int
    session_id: int
    method: str
    is_familiar: bool


class AccessRevoked(Event, frozen=True, kw_only=True):
    """Sessions and app tokens ended; whatever still streams for them has to stop."""

    kind: ClassVar[str] = "member.access_revoked"
    account_id: int | None
    session_ids: tuple[int, ...] = ()
    token_ids: tuple[int, ...] = ()


class PasswordChanged(Event, frozen=True, kw_only=True):
    """``means``: password, link, recovery."""

    kind: ClassVar[str] = "member.password_changed"
    account_id: int
    means: str


class SecondFactorChanged(Event, frozen=True, kw_only=True):
    """``change``: totp_on, totp_off, codes_made, code_used, passkey_added, passkey_removed, passkey_renamed."""

    kind: ClassVar[str] = "member.second_factor_changed"
    account_id: int
    change: str


class RoleChanged(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "member.role_changed"
    account_id: int
    role: str


class RoleRests(Event, frozen=True, kw_only=True):
    """A role rests because its holder has no second factor, or is in force again."""

    kind: ClassVar[str] = "member.role_rests"
    account_id: int
    rests: bool


class SignInDisabled(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "member.sign_in_disabled"
    account_id: int


class SignInEnabled(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "member.sign_in_enabled"
    account_id: int


class ResetLinkMade(Event, frozen=True, kw_only=True):
    """A moderator or the command line made a one-time link with which a member sets a new password."""

    kind: ClassVar[str] = "member.reset_link_made"
    account_id: int
    drops_second_factor: bool


class InviteCreated(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "invite.created"
    invite_id: int


class InviteRevoked(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "invite.revoked"
    invite_id: int


class SignUpBlocksChanged(Event, frozen=True, kw_only=True):
    """A block of an e-mail domain or of a network was made, changed or lifted."""

    kind: ClassVar[str] = "sign_up_blocks.changed"
    what: str  # email_domain, ip
    block_id: int
    is_lifted: bool = False


class RulesChanged(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "rules.changed"
    rule_id: int


class DocumentPublished(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "document.published"
    document: str  # terms, privacy
    version: int


class AppRegistered(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "app.registered"
    app_id: int
    name: str


class AppAuthorized(Event, frozen=True, kw_only=True):
    """A member let an app act for them; the token is issued when the app trades in its code."""

    kind: ClassVar[str] = "app.authorized"
    account_id: int
    app_id: int
    scopes: str


class TokenIssued(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "token.issued"
    account_id: int | None
    app_id: int
    token_id: int
