"""Who may sign up, as far as address, network and age tell; pure functions over rules that others store."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Container, Iterable
from datetime import date
from enum import StrEnum

import idna
import msgspec

from holdfast.errors import FieldError, Invalid
from holdfast.languages import say

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IpNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

OLDEST = 125  # years; a date of birth before that is a slip


class InvalidEmail(Invalid):
    """This is not an e-mail address."""

    key = "invalid_email"


class InvalidIpRange(Invalid):
    """This is not an IP address or range."""

    key = "invalid_ip_range"


class InvalidBirthDate(Invalid):
    """This is not a date of birth."""

    key = "invalid_birth_date"


class TooYoung(Invalid):
    """You are below this server's minimum age."""

    key = "too_young"


# --- e-mail ---------------------------------------------------------------------------------------

_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+")


def normalise_email(text: str) -> str:
    """The address as it is stored and written to: trimmed, the domain in lower-case ASCII (IDNA).

    The part before the @ keeps its spelling, which is its provider's affair. Raises InvalidEmail.
    """
    given = unicodedata.normalize("NFKC", text[:1024]).strip()
    local, at, domain = given.rpartition("@")
    if not at or not local or len(text) > 1024:
        raise _invalid_email(say("E-mail address is not an e-mail address"))
    octets = len(local.encode("utf-8", "surrogatepass"))
    if octets > 64 or not all(_is_atom(atom) for atom in local.split(".")):
        raise _invalid_email(say("E-mail address has a part before the @ that cannot be written to"))
    address = f"{local}@{normalise_domain(domain)}"
    if len(address) > 254:
        raise _invalid_email(say("E-mail address is too long (maximum is 254 characters)"))
    return address


def normalise_domain(text: str) -> str:
    """A domain in lower-case ASCII (IDNA), without a final dot. Raises InvalidEmail."""
    try:
        domain = idna.encode(text.strip().removesuffix("."), uts46=True).decode().lower()
    except (idna.IDNAError, UnicodeError) as error:
        raise _invalid_email(say("E-mail address has a domain that does not exist")) from error
    if domain.rpartition(".")[2].isdigit():  # an IP address, not a domain
        raise _invalid_email(say("E-mail address has a domain that does not exist"))
    return domain


def email_key(email: str) -> str:
    """What must be unique among members: the normalised address without regard to capitals."""
    return normalise_email(email).lower()


def canonical_email(email: str) -> str:
    """The address without dots and ``+tag`` before the @: for matching blocks, never for writing to.

    Some providers deliver all these spellings to one person; for others a block hits a little too much.
    """
    local, _, domain = email_key(email).rpartition("@")
    plain = local.partition("+")[0].replace(".", "")
    return f"{plain or local}@{domain}"


def blocked_domain(domain: str, blocked: Container[str]) -> str | None:
    """The block that hits this domain, its own or a parent's, or None. Blocks are normalised domains."""
    labels = normalise_domain(domain).split(".")
    for start in range(len(labels)):
        candidate = ".".join(labels[start:])
        if candidate in blocked:
            return candidate
    return None


def _is_atom(text: str) -> bool:
    """Whether it may stand between the dots; letters of any script pass, signs and spaces do not."""
    plain = "".join(c for c in text if c.isascii() or unicodedata.category(c)[0] not in "LMN")
    return bool(text) and (not plain or _ATOM.fullmatch(plain) is not None)


def _invalid_email(what: str) -> InvalidEmail:
    return InvalidEmail(fields=(FieldError("email", "ERR_INVALID", what),))


# --- networks -------------------------------------------------------------------------------------


class Severity(StrEnum):
    """What a block of a range does, the mildest first; the API's words."""

    SIGN_UP_REQUIRES_APPROVAL = "sign_up_requires_approval"
    SIGN_UP_BLOCK = "sign_up_block"
    NO_ACCESS = "no_access"


_ORDER = tuple(Severity)


class IpBlock(msgspec.Struct, frozen=True):
    """A range and what is done about it; who loads the blocks leaves out those that have ended."""

    network: IpNetwork
    severity: Severity


def parse_ip_range(text: str) -> IpNetwork:
    """An address or range in CIDR form; bits beyond the prefix are dropped. Raises InvalidIpRange."""
    try:
        network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError as error:
        raise _invalid_ip(say("IP must be an address or a range like 192.0.2.0/24")) from error
    if isinstance(network, ipaddress.IPv6Network) and network.prefixlen >= 96:
        mapped = network.network_address.ipv4_mapped
        if mapped is not None:
            return ipaddress.IPv4Network((mapped, network.prefixlen - 96))
    return network


def parse_ip(text: str) -> IpAddress:
    """An address; IPv4 within IPv6 becomes IPv4, a zone is dropped. Raises InvalidIpRange."""
    try:
        address = ipaddress.ip_address(text.strip().partition("%")[0])
    except ValueError as error:
        raise _invalid_ip(say("IP must be an address like 192.0.2.1")) from error
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


class IpRules:
    """All blocks, arranged so that a look-up costs one probe per length of prefix, not one per block."""

    def __init__(self, blocks: Iterable[IpBlock]) -> None:
        """Of two blocks of the same range the severer counts."""
        self._by_prefix: dict[tuple[int, int], dict[int, Severity]] = {}
        for block in blocks:
            net = block.network
            known = self._by_prefix.setdefault((net.version, net.prefixlen), {})
            start = int(net.network_address)
            known[start] = max(block.severity, known.get(start, block.severity), key=_ORDER.index)

    def __bool__(self) -> bool:
        """Whether there is any block."""
        return bool(self._by_prefix)

    def severity(self, address: str | IpAddress) -> Severity | None:
        """The severest block that holds this address, or None. Raises InvalidIpRange."""
        ip = parse_ip(address) if isinstance(address, str) else address
        bits, value = ip.max_prefixlen, int(ip)
        found: Severity | None = None
        for (version, prefix), known in self._by_prefix.items():
            hit = known.get(value >> (bits - prefix) << (bits - prefix)) if version == ip.version else None
            if hit is not None and (found is None or _ORDER.index(hit) > _ORDER.index(found)):
                found = hit
        return found


def _invalid_ip(message: str) -> InvalidIpRange:
    return InvalidIpRange(fields=(FieldError("ip", "ERR_INVALID", message),))


# --- age ------------------------------------------------------------------------------------------


def parse_birth_date(text: str, today: date) -> date:
    """A date of birth written as 2001-12-31, not in the future, not before anybody alive.

    Raises InvalidBirthDate.
    """
    try:
        born = date.fromisoformat(text.strip())
    except ValueError as error:
        raise _invalid_birth_date(say("Date of birth must be written as year-month-day, like 2001-12-31")) from error
    if born > today or today.year - born.year > OLDEST:
        raise _invalid_birth_date(say("Date of birth is not possible"))
    return born


def age_on(born: date, today: date) -> int:
    """Full years by the calendar; who was born on 29 February has the birthday on 1 March in other years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def check_age(born: date, minimum: int, today: date) -> None:
    """Raise TooYoung unless the member is ``minimum`` years old today."""
    if age_on(born, today) < minimum:
        message = say("You must be at least %(minimum)s years old to join this server", minimum=minimum)
        raise TooYoung(fields=(FieldError("date_of_birth", "ERR_BELOW_LIMIT", message),))


def _invalid_birth_date(what: str) -> InvalidBirthDate:
    return InvalidBirthDate(fields=(FieldError("date_of_birth", "ERR_INVALID", what),))
