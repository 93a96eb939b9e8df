"""Signing up by app, and the letter that confirms the address."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from holdfast import access
from holdfast.access import SignUpForm
from holdfast.mastodon.endpoints import Call, Endpoints
from holdfast.mastodon.entities import Token
from holdfast.store import SECOND

api = Endpoints()

Text = Annotated[str, Meta(max_length=2_000)]


class SignUpParams(Struct, kw_only=True):
    """Who wants to join. What is needed besides name and password depends on the server's settings."""

    username: Text = ""
    email: Text = ""
    password: Text = ""
    agreement: bool = False
    locale: Text = ""
    reason: Text = ""
    date_of_birth: Text = ""
    invite_code: Text = ""


class ConfirmationParams(Struct, kw_only=True):
    """Another address for the letter, if the first was wrong."""

    email: Text = ""


class Empty(Struct):
    """Nothing."""


@api.post("/api/v1/accounts", auth="app", scopes="write:accounts", params=SignUpParams, returns=Token,
          budget="sign_up")  # fmt: skip
async def sign_up(call: Call, params: SignUpParams) -> Token:
    """Sign somebody up; the token is theirs, and good once they are confirmed and approved."""
    form = SignUpForm(
        username=params.username,
        email=params.email,
        password=params.password,
        agreement=params.agreement,
        locale=params.locale,
        reason=params.reason,
        date_of_birth=params.date_of_birth,
        invite_code=params.invite_code,
    )
    prepared = await call.in_thread(access.prepare, call.db, call.acting, form)
    issued = await call.write(access.sign_up_by_app, prepared)
    return Token(
        access_token=issued.token,
        token_type="Bearer",  # noqa: S106  its kind, not a secret
        scope=issued.scopes,
        created_at=issued.created_at // SECOND,
    )


@api.post("/api/v1/emails/confirmations", params=ConfirmationParams, returns=Empty, lets_unconfirmed=True)
async def resend_confirmation(call: Call, params: ConfirmationParams) -> Empty:
    """Send the letter with the confirmation link again."""
    await call.in_thread(access.count_confirmation, call.db, call.acting)
    await call.write(access.resend_confirmation, params.email or None)
    return Empty()
