"""Reading a vendor's URL: what it says, and what is wrong with it, never its password."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from holdfast.errors import Misconfigured

_FROM = re.compile(r"(?<=[?&])from=[^&#]*")


class VendorUrl:
    """A vendor's URL taken apart. Its repr and every error show it with the password masked."""

    def __init__(self, text: str, setting: str) -> None:
        self.setting = setting
        self._shown = _masked(text)
        try:
            self._parts: SplitResult = urlsplit(text)
            self.port: int | None = self._parts.port
        except ValueError:
            # Not chained: the cause's own text may quote the password.
            raise self.wrong("it is not a URL", "check host and port") from None
        self.scheme = self._parts.scheme
        self.host = self._parts.hostname or ""
        self.path = unquote(self._parts.path)
        self.username = unquote(self._parts.username or "")
        self.password = unquote(self._parts.password or "")
        self._options = parse_qsl(self._parts.query, keep_blank_values=True)

    def __repr__(self) -> str:
        return f"VendorUrl({self._shown!r})"

    def wrong(self, what: str, advice: str) -> Misconfigured:
        """The error to raise: the setting, the masked value, what is wrong, what to do."""
        return Misconfigured(f"{self.setting}: {self._shown} cannot be used: {what}; {advice}.", setting=self.setting)

    def options(self, known: Collection[str]) -> dict[str, str]:
        """The query's options, each known and given once."""
        found = dict(self._options)
        for name in found:
            if name not in known:
                raise self.wrong(f"there is no option {name!r}", f"choose from {', '.join(sorted(known))}")
        if len(found) != len(self._options):
            raise self.wrong("an option is given twice", "keep one of them")
        return found

    def seconds(self, options: dict[str, str], name: str, default: float) -> float:
        """A positive number of seconds from the options."""
        try:
            value = float(options.get(name, default))
        except ValueError:
            value = 0.0
        if not 0 < value <= 3600:
            raise self.wrong(f"{name} is not a number of seconds", "write a number above 0, such as 10")
        return value


def _masked(text: str) -> str:
    """The URL without its password. Where an odd text leaves doubt what the password is, nothing is shown."""
    scheme, separator, rest = text.partition("://")
    if not separator:
        return "the value, which has no ://,"
    end = next((at for at, sign in enumerate(rest) if sign in "/?#"), len(rest))
    authority, tail = rest[:end], rest[end:]
    if "@" in _FROM.sub("", tail):  # a password with an unescaped / or ? spills over
        return f"{scheme}://***"
    before, at, host = authority.rpartition("@")
    if ":" in before:
        before = before.partition(":")[0] + ":***"
    return f"{scheme}://{before}{at}{host}{tail}"
