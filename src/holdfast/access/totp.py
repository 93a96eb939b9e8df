"""Six-digit codes from an authenticator app (RFC 6238: SHA-1, 30 seconds), with replay refused."""

from __future__ import annotations

import hmac
import unicodedata

import pyotp

STEP_S = 30
DIGITS = 6
WINDOW = 1  # steps before and after: a phone's clock may be half a minute off


def new_secret() -> str:
    """A new shared secret: 160 random bits in base32."""
    return pyotp.random_base32(32)


def grouped(secret: str) -> str:
    """The secret in groups of four, for typing it into an app by hand."""
    return " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))


def provisioning_uri(secret: str, account: str, issuer: str) -> str:
    """The ``otpauth://`` address that opens in an authenticator app, on a phone as a plain link.

    ``account`` is what the app shows beside the code (``ada@example.org``), ``issuer`` the server's name.
    """
    # A colon separates the two in the address's label, and some apps split at an escaped one as well.
    totp = pyotp.TOTP(secret, digits=DIGITS, interval=STEP_S)
    return totp.provisioning_uri(name=account.replace(":", " "), issuer_name=issuer.replace(":", " "))


def verify(secret: str, code: str, last_used_step: int | None, now: float) -> int | None:
    """The time step whose code this is, or None if the code is wrong, too old, or was used before.

    The caller stores the returned step and hands it in the next time (None: never used); steps up to
    it are refused, so that a code read over a shoulder is worth nothing. ``now`` is in seconds since 1970.
    """
    text = "".join(unicodedata.normalize("NFKC", code[:64]).split())
    if len(text) != DIGITS or not (text.isascii() and text.isdigit()):
        return None
    totp = pyotp.TOTP(secret, digits=DIGITS, interval=STEP_S)
    current = int(now // STEP_S)
    found = None
    for step in range(max(0, current - WINDOW), current + WINDOW + 1):
        same = hmac.compare_digest(totp.at(step * STEP_S), text)
        if same and (last_used_step is None or step > last_used_step):
            found = step
    return found
