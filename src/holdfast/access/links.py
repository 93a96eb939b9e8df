"""The addresses of the pages that letters and moderators link to; the pages themselves belong to ``web``."""

from __future__ import annotations

from urllib.parse import urlencode

from holdfast.writes import Database

CONFIRM_PATH = "/auth/confirm"
RESET_PATH = "/auth/reset"
FORGOTTEN_PATH = "/auth/forgotten"
SIGN_IN_PATH = "/auth/sign_in"
SESSIONS_PATH = "/settings/sessions"
INVITE_PATH = "/invite"


def confirm_url(db: Database, token: str) -> str:
    """Where an e-mail address is confirmed."""
    return f"{db.base_url}{CONFIRM_PATH}?{urlencode({'token': token})}"


def reset_url(db: Database, token: str) -> str:
    """Where a new password is set."""
    return f"{db.base_url}{RESET_PATH}?{urlencode({'token': token})}"


def invite_url(db: Database, code: str) -> str:
    """What is handed to somebody who is invited."""
    return f"{db.base_url}{INVITE_PATH}/{code}"
