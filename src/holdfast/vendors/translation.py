"""Translation by a server that speaks LibreTranslate's API: ``libretranslate+https://:key@host/path``.

The operator names the server, so it may stand in a private network; it cannot send us anywhere else.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import msgspec

from holdfast import outgoing
from holdfast.errors import Problem
from holdfast.vendors.errors import BadContent, NetworkFailure, Quota, VendorFailure
from holdfast.vendors.protocols import Translated, TranslationVendor
from holdfast.vendors.vendor_urls import VendorUrl

MOST_BYTES = 1024 * 1024
MOST_KEPT = 2_000
"""Translations that are kept in memory."""

LANGUAGES_LAST_S = 3_600
LANGUAGES_RETRY_S = 30

_SCHEMES = {"libretranslate+http": "http", "libretranslate+https": "https"}


class _Language(msgspec.Struct):
    code: str
    targets: list[str] = []


class _Detected(msgspec.Struct):
    language: str


class _Answer(msgspec.Struct, rename="camel"):
    translated_text: list[str]
    detected_language: list[_Detected] | None = None


class LibreTranslateVendor:
    """One server. Texts go there as HTML, and come back as HTML that nobody has checked."""

    def __init__(self, url: str, *, setting: str = "translation", proxy: str | None = None) -> None:
        parts = VendorUrl(url, setting)
        parts.options(())
        if parts.scheme not in _SCHEMES or not parts.host:
            advice = "write it as libretranslate+https://:key@host"
            raise parts.wrong("it names no translation server that Holdfast knows", advice)
        scheme = _SCHEMES[parts.scheme]
        port = parts.port or {"http": 80, "https": 443}[scheme]
        host = f"[{parts.host}]" if ":" in parts.host else parts.host
        self.name = "LibreTranslate"
        self._base = f"{scheme}://{host}:{port}{parts.path.rstrip('/')}"
        self._key = parts.password
        self._client = outgoing.Client(
            outgoing.OutgoingSettings(
                proxy=proxy, allowed_ports=(port,), allow_private=("0.0.0.0/0", "::/0"), max_redirects=0
            )
        )

    def languages(self) -> dict[str, list[str]]:
        """Into which languages it translates from each. Raises a VendorFailure."""
        answer = self._asked(lambda: self._client.get(f"{self._base}/languages", max_bytes=MOST_BYTES))
        found: list[_Language] = self._read(answer, list[_Language])
        codes = sorted(language.code for language in found)
        return {
            language.code: [code for code in sorted(language.targets or codes) if code != language.code]
            for language in found
        }

    def translate(self, texts: Sequence[str], source: str | None, target: str) -> Translated:
        """HTML in another language, piece by piece. Raises a VendorFailure."""
        asked: dict[str, Any] = {"q": list(texts), "source": source or "auto", "target": target, "format": "html"}
        if self._key:
            asked["api_key"] = self._key
        headers = {"content-type": "application/json"}
        content = msgspec.json.encode(asked)
        url = f"{self._base}/translate"
        answer = self._asked(lambda: self._client.post(url, content=content, headers=headers, max_bytes=MOST_BYTES))
        found: _Answer = self._read(answer, _Answer)
        if len(found.translated_text) != len(texts):
            raise NetworkFailure("The translation server gave back other texts than it was sent.", vendor=self.name)
        detected = found.detected_language[0].language if found.detected_language else source
        return Translated(texts=tuple(found.translated_text), source=detected or "und", provider=self.name)

    def _asked(self, ask: Any) -> outgoing.Answer:
        try:
            answer: outgoing.Answer = ask()
        except Problem as fault:
            raise NetworkFailure(fault.message, vendor=self.name) from fault
        if answer.ok:
            return answer
        words = f"The translation server answered {answer.status}."
        if answer.status in (403, 429):
            raise Quota(words, vendor=self.name)
        raise (BadContent if answer.status == 400 else NetworkFailure)(words, vendor=self.name)

    def _read(self, answer: outgoing.Answer, kind: Any) -> Any:
        try:
            return msgspec.json.decode(answer.body, type=kind)
        except msgspec.DecodeError as fault:
            words = "The translation server gave an answer that cannot be understood."
            raise NetworkFailure(words, vendor=self.name) from fault


class Translator:
    """A vendor with a memory: what was translated once, and which languages there are, is not asked again."""

    def __init__(self, vendor: TranslationVendor | None) -> None:
        self.vendor = vendor
        self._lock = threading.Lock()
        self._kept: OrderedDict[bytes, Translated] = OrderedDict()
        self._languages: dict[str, list[str]] = {}
        self._until = 0.0

    def languages(self) -> dict[str, list[str]]:
        """Into which languages is translated from each; the last known ones while the vendor does not answer."""
        if self.vendor is None:
            return {}
        if time.monotonic() >= self._until:
            lasts = LANGUAGES_LAST_S
            try:
                self._languages = self.vendor.languages()
            except VendorFailure:
                lasts = LANGUAGES_RETRY_S
            self._until = time.monotonic() + lasts
        return self._languages

    def translate(self, texts: Sequence[str], source: str | None, target: str) -> Translated:
        """Texts in another language, from memory where they have been translated. Raises a VendorFailure."""
        if self.vendor is None:
            raise NetworkFailure("This server translates nothing.", vendor="none")
        key = hashlib.sha256(msgspec.json.encode([texts, source, target])).digest()
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found
        found = self.vendor.translate(texts, source, target)
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return found


def translator(url: str, *, proxy: str = "") -> Translator:
    """The translator that a setting names; without one it translates nothing. Raises :class:`Misconfigured`."""
    return Translator(LibreTranslateVendor(url, proxy=proxy or None) if url else None)
