"""How often somebody may guess: counted in the database, so that restarts and other processes change nothing.

What is kept is a keyed hash of what is guessed and from where, never a name or an address in clear.
Counting commits by itself, before the guess is looked at: a command that fails afterwards takes nothing back.
"""

from __future__ import annotations

import hmac
import ipaddress

import msgspec

from holdfast.acting import Acting
from holdfast.errors import TooMany
from holdfast.languages import say
from holdfast.store import HOUR, MINUTE, Hot
from holdfast.writes import Ability, Database, Write

_COUNT = Hot(
    "INSERT INTO attempts (bucket, started_at, count) VALUES (:bucket, :now, 1) ON CONFLICT (bucket) DO UPDATE SET "
    "count = CASE WHEN attempts.started_at <= :ended THEN 1 ELSE attempts.count + 1 END, "
    "started_at = CASE WHEN attempts.started_at <= :ended THEN :now ELSE attempts.started_at END "
    "RETURNING started_at, count"
)
_FORGET = Hot("DELETE FROM attempts WHERE bucket = :bucket")

LONGEST_WINDOW_MS = 24 * HOUR


class Limit(msgspec.Struct, frozen=True):
    """So many attempts in so many milliseconds, counted from the first one."""

    most: int
    window_ms: int


SIGN_IN_HERE = Limit(10, 15 * MINUTE)  # one account from one network
SIGN_IN_ACCOUNT = Limit(100, HOUR)  # one account from anywhere
SIGN_IN_NETWORK = Limit(60, 15 * MINUTE)  # any account from one network
CODE = Limit(8, 15 * MINUTE)  # second steps of one account: a million codes, three of which are right
PASSWORD_AGAIN = Limit(10, 15 * MINUTE)
RECOVERY_NETWORK = Limit(20, HOUR)
RESET_ACCOUNT = Limit(5, HOUR)
RESET_NETWORK = Limit(20, HOUR)
CONFIRMATION = Limit(5, HOUR)
INVITE_NETWORK = Limit(30, HOUR)
SIGN_UP_NETWORK = Limit(10, HOUR)
SIGN_UP_WAITING_NETWORK = Limit(3, HOUR)  # forms without proof of work
SIGN_UP_APP_NETWORK = Limit(5, 30 * MINUTE)
SIGN_UP_APPS = Limit(200, HOUR)  # all apps together: their sign-up has no challenge
NOTICE_NETWORK = Limit(20, HOUR)  # notices of illegal content, without an account
NOTICE_WAITING_NETWORK = Limit(5, HOUR)
PASSKEY_NETWORK = Limit(120, 15 * MINUTE)


def network_of(ip: str) -> str:
    """What counts as one place: an IPv4 address, or the /64 that a home has in IPv6."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return ip
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def count(db: Database, acting: Acting, *limits: tuple[str, str, Limit]) -> None:
    """Count one attempt under each (what, whose, limit). Raises :class:`TooMany` with the seconds to wait.

    Not to be called inside a command, whose failure would take the count back.
    """
    if db.config.boot.rate_limits == "off":
        return
    key = db.keyring.derive("access.attempts")
    wait = 0
    with db.write(acting, Ability.SIGN_IN) as w:
        # Always in the same order, so that two processes cannot wait for each other's rows.
        for bucket, limit in sorted(
            ((_bucket(key, what, whose), limit) for what, whose, limit in limits), key=lambda pair: pair[0]
        ):
            started, so_far = w.fast(_COUNT, bucket=bucket, now=w.now, ended=w.now - limit.window_ms)[0]
            if so_far > limit.most:
                wait = max(wait, started + limit.window_ms - w.now)
    if wait:
        raise TooMany(say("Too many attempts; wait a little and try again."), retry_after=wait / 1000)


def forget(w: Write, what: str, whose: str) -> None:
    """Start anew, because the right answer was given."""
    w.run_fast(_FORGET, bucket=_bucket(w.db.keyring.derive("access.attempts"), what, whose))


def _bucket(key: bytes, what: str, whose: str) -> str:
    return hmac.digest(key, f"{what}\0{whose}".encode("utf-8", "surrogatepass"), "sha256").hex()
