"""Recovery codes: ten single-use codes on paper, for the day the phone is gone."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Sequence

# Crockford's base 32: no i, l, o, u. A digit taken for one of these letters is understood all the same.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 12  # times five bits: 60 bits, out of reach for guessing and for a stolen database's digests
COUNT = 10
_LOOK_ALIKES = str.maketrans("oil", "011")
_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2212_"


def new_codes(count: int = COUNT) -> list[str]:
    """New random codes, grouped for reading: ``abcd-efgh-jkmn``."""
    return [_grouped("".join(secrets.choice(ALPHABET) for _ in range(LENGTH))) for _ in range(count)]


def digest(code: str) -> bytes:
    """What is stored of a code (32 bytes), however it is spelled."""
    plain = _plain(code).encode("utf-8", "surrogatepass")
    return hashlib.sha256(b"holdfast recovery code\0" + plain).digest()


def match(code: str, digests: Sequence[bytes]) -> int | None:
    """The index of the code among the stored digests, or None. Every digest is compared, match or not.

    Capitals, spaces, dashes and look-alike letters make no difference. The caller strikes out what was used.
    """
    if len(_plain(code)) != LENGTH:
        return None
    mine = digest(code)
    found = None
    for index, stored in enumerate(digests):
        if hmac.compare_digest(mine, stored):
            found = index
    return found


def _plain(code: str) -> str:
    text = unicodedata.normalize("NFKC", code[:128]).lower()
    return "".join(c for c in text if not c.isspace() and c not in _DASHES).translate(_LOOK_ALIKES)


def _grouped(code: str) -> str:
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))
