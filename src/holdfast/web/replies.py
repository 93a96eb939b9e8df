"""What pages answer with, and the headers that every answer carries."""

from __future__ import annotations

import gzip
import re
from collections.abc import Sequence
from urllib.parse import quote, urlsplit

from litestar.types import Receive, Scope, Send

SMALLEST_ZIPPED = 1024  # bytes; a smaller page fits into one packet anyway
ZIP_LEVEL = 4  # a page of posts: a tenth of its size in under a millisecond
HTML = "text/html; charset=utf-8"

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "media-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
_IN_ADDRESSES = "/:?#[]@!$&'()*+,;=%~"
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*")
_HOST = re.compile(r"[a-z0-9.-]+(:[0-9]+)?")


class Reply:
    """Status, body and headers of an answer; an ASGI application of one use."""

    def __init__(self, body: bytes, status: int = 200, content_type: str = HTML) -> None:
        self.body = body
        self.status = status
        self.headers: list[tuple[bytes, bytes]] = [
            (b"content-type", content_type.encode()),
            (b"x-content-type-options", b"nosniff"),
        ]

    def header(self, name: str, value: str) -> Reply:
        """Add a header; for chaining."""
        self.headers.append((name.lower().encode("latin-1"), value.encode("latin-1", "replace")))
        return self

    def zipped(self, accepted: str) -> Reply:
        """Itself, compressed where the browser takes that (RFC 9110, section 12.5.3) and it is worth it."""
        self.header("vary", "Accept-Encoding")
        if "gzip" in accepted and len(self.body) >= SMALLEST_ZIPPED:
            self.body = gzip.compress(self.body, ZIP_LEVEL, mtime=0)
            self.header("content-encoding", "gzip")
        return self

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send it; an answer to HEAD goes without its body."""
        self.headers.append((b"content-length", str(len(self.body)).encode()))
        body = b"" if scope.get("method") == "HEAD" else self.body
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})


def page(
    html: str, status: int = 200, *, form_target: str = "", keeps_opener: bool = False, is_secret: bool = False
) -> Reply:
    """A page for one reader, not to be kept by anybody between (``is_secret``: nor by their browser).

    ``form_target`` is where its form may lead outside of this server; ``keeps_opener`` leaves the link to an
    app that opened the page in a window of its own.
    """
    answer = Reply(html.encode("utf-8", "replace"), status)
    answer.header("content-security-policy", content_policy(form_target))
    answer.header("referrer-policy", "same-origin")  # not less: browsers would hide where our own forms come from
    answer.header("x-frame-options", "DENY")
    answer.header("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
    answer.header("cross-origin-resource-policy", "same-origin")
    if not keeps_opener:
        answer.header("cross-origin-opener-policy", "same-origin")
    answer.header("cache-control", "no-store" if is_secret else "private, no-cache")
    answer.header("vary", "Cookie, HX-Request, Accept-Language")
    return answer


def redirect(to: str) -> Reply:
    """Go on elsewhere with a GET."""
    answer = Reply(b"", 303, "text/plain; charset=utf-8")
    answer.header("location", quote(to, safe=_IN_ADDRESSES)).header("cache-control", "private, no-store")
    return answer.header("referrer-policy", "same-origin")


def content_policy(form_target: str = "") -> str:
    """The Content-Security-Policy of a page: nothing but our own files, no script or style inside the page."""
    policy = dict(_POLICY)
    source = _form_source(form_target)
    if source:
        policy["form-action"] += f" {source}"
    return "; ".join(f"{name} {value}" for name, value in policy.items())


def _form_source(target: str) -> str:
    """The source expression that lets a form lead to this address: its origin, or the scheme of an app."""
    if not target:
        return ""
    try:
        parts = urlsplit(target)
    except ValueError:
        return ""
    scheme = parts.scheme.lower()
    if not _SCHEME.fullmatch(scheme):
        return ""
    place = parts.netloc.rpartition("@")[2].lower()
    if scheme in ("http", "https") and _HOST.fullmatch(place):
        return f"{scheme}://{place}"
    return f"{scheme}:"


def local_path(text: str, fallback: str = "/") -> str:
    """A path on this server to go on to, or the fallback when it might lead elsewhere."""
    if not text.startswith("/") or text.startswith(("//", "/\\")) or any(ord(c) < 33 or c == "\\" for c in text):
        return fallback
    return text


def cookie(name: str, value: str, *, secure: bool, max_age_s: int | None, same_site: str = "Lax") -> str:
    """A Set-Cookie value for the whole server that no script can read; ``max_age_s`` 0 deletes it."""
    parts: Sequence[str] = (
        f"{name}={value}",
        "Path=/",
        "HttpOnly",
        f"SameSite={same_site}",
        *(("Secure",) if secure else ()),
        *((f"Max-Age={max_age_s}",) if max_age_s is not None else ()),
    )
    return "; ".join(parts)
