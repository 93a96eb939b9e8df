"""What can go wrong on the way in, in words that a member can be told."""

from __future__ import annotations

from holdfast.errors import Conflict, Invalid, NotFound, Refused, Unauthenticated


class MemberNotFound(NotFound):
    """There is no such member."""

    key = "member_not_found"


class WrongCredentials(Unauthenticated):
    """The name or the password is wrong."""

    key = "wrong_credentials"


class WrongPassword(Invalid):
    """The password is wrong."""

    key = "wrong_password"


class WrongCode(Unauthenticated):
    """The code is wrong or was used already."""

    key = "wrong_code"


class SecondStepNeeded(Unauthenticated):
    """A code from your authenticator app is needed as well."""

    key = "second_step_needed"

    def __init__(self, ticket: str) -> None:
        super().__init__()
        self.ticket = ticket  # what the second step is asked with; good for five minutes


class SessionVoid(Unauthenticated):
    """You are signed out; please sign in again."""

    key = "session_void"


class ForgedRequest(Refused):
    """This form does not belong to your session; please load the page again."""

    key = "forged_request"


class RegistrationClosed(Refused):
    """This server does not take new members at present."""

    key = "registration_closed"


class NetworkBlocked(Refused):
    """This is not possible from your network."""

    key = "network_blocked"


class InviteVoid(Invalid):
    """This invitation is not valid any more."""

    key = "invite_void"


class InviteNeeded(Refused):
    """You need an invitation to join this server."""

    key = "invite_needed"


class TooManyInvites(Conflict):
    """You have as many open invitations as this server allows."""

    key = "too_many_invites"


class AlreadyConfirmed(Refused):
    """The e-mail address is confirmed already."""

    key = "already_confirmed"


class NoEmail(Invalid):
    """There is no e-mail address to write to."""

    key = "no_email"


class NotTheSigningApp(Refused):
    """This method is only available to the application that signed the member up"""

    key = "not_the_signing_app"


class NotPending(Conflict):
    """This member does not wait for approval."""

    key = "not_pending"


class TooManyAnswers(Conflict):
    """You have answered as often as is possible. Wait until you hear from the team."""

    key = "too_many_answers"


class NotPermitted(Refused):
    """Your role does not allow this."""

    key = "not_permitted"


class Outranked(Refused):
    """You cannot do this to somebody of your own rank or above."""

    key = "outranked"


class LastOwner(Conflict):
    """The server must keep an owner; make somebody else an owner first."""

    key = "last_owner"


class LastWayIn(Conflict):
    """This is your only way to sign in; set a password first."""

    key = "last_way_in"


class NotEnrolled(Conflict):
    """There is no authenticator app to confirm or remove."""

    key = "not_enrolled"


class TotpOn(Conflict):
    """An authenticator app is set up already; remove it first."""

    key = "totp_on"


class TooManyPasskeys(Conflict):
    """You have as many passkeys as one member may have."""

    key = "too_many_passkeys"


class UnknownClient(Unauthenticated):
    """The client is unknown, or its secret is wrong"""

    key = "invalid_client"


class InvalidGrant(Invalid):
    """The authorization code is invalid, expired, used before, or was issued to another client"""

    key = "invalid_grant"


class UnsupportedGrant(Invalid):
    """The authorization grant type is not supported by this server"""

    key = "unsupported_grant_type"


class NotYourToken(Refused):
    """You are not authorized to revoke this token"""

    key = "unauthorized_client"
