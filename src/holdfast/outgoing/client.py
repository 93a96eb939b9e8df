"""The client: one call, one answer, whatever happens in between."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from types import TracebackType
from typing import TYPE_CHECKING

import msgspec

from holdfast.config.boot import BootSettings
from holdfast.outgoing.bodies import ACCEPTED_ENCODINGS, read_body
from holdfast.outgoing.errors import BadAnswer, TimedOut, TooManyRedirects, Unreachable, UrlRefused, WrongType
from holdfast.outgoing.resolving import Resolver, system_resolver
from holdfast.outgoing.settings import OutgoingSettings

if TYPE_CHECKING:
    import httpx

    from holdfast.outgoing.transport import CheckedTransport

_REDIRECTS = (301, 302, 303, 307, 308)
_OURS = {"host", "accept-encoding", "content-length", "transfer-encoding", "connection", "user-agent"}
_FOR_ONE_ORIGIN = {"authorization", "proxy-authorization", "cookie", "signature", "signature-input"}


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the other server said. Header names are in lower case, the body is decoded."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        """Whether the other server did what was asked."""
        return 200 <= self.status < 300

    @property
    def content_type(self) -> str:
        """The media type in lower case without parameters, or an empty string."""
        return _media_type(self.headers.get("content-type", ""))


class Client:
    """Makes requests; safe to share between threads, with connections pooled and no cookies kept.

    An answer of any status is an Answer; only what kept us from having one is raised. Errors:
    UrlRefused, AddressRefused, TooLarge, TooManyRedirects, WrongType (all final), TimedOut,
    Unreachable, BadAnswer (may pass).
    """

    def __init__(self, settings: OutgoingSettings, *, resolver: Resolver = system_resolver) -> None:
        self._settings = settings
        self._resolver = resolver
        self._lock = threading.Lock()
        self._opened: CheckedTransport | None = None

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        max_bytes: int | None = None,
        accept: Sequence[str] = (),
    ) -> Answer:
        """Fetch a URL, following redirects; every hop is checked anew.

        ``accept`` lists media types ("image/*", "application/json"): they are asked for, and a
        successful answer of another type is refused. ``max_bytes`` limits the decoded body.
        """
        with self._deadline():
            at = url
            kept = dict(headers or {})
            for _ in range(self._settings.max_redirects + 1):
                answer, after = self._hop("GET", at, kept, b"", max_bytes, accept)
                if answer is not None:
                    return answer
                if _origin(after, self._settings) != _origin(at, self._settings):
                    kept = {name: kept[name] for name in kept if name.lower() not in _FOR_ONE_ORIGIN}
                at = after
        raise TooManyRedirects(f"More than {self._settings.max_redirects} redirects were met.")

    def post(
        self,
        url: str,
        *,
        content: bytes,
        headers: Mapping[str, str] | None = None,
        max_bytes: int | None = None,
        accept: Sequence[str] = (),
    ) -> Answer:
        """Send a body. Redirects are not followed, as the body was meant for one server: see ``status``."""
        with self._deadline():
            answer, _ = self._hop("POST", url, dict(headers or {}), content, max_bytes, accept)
        assert answer is not None  # only GET follows redirects
        return answer

    def close(self) -> None:
        """Close the pooled connections; the next request opens new ones."""
        with self._lock:
            opened, self._opened = self._opened, None
        if opened is not None:
            opened.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _transport(self) -> CheckedTransport:
        with self._lock:
            if self._opened is None:
                from holdfast.outgoing.transport import CheckedTransport  # httpx loads on first use

                self._opened = CheckedTransport(self._settings, self._resolver)
            return self._opened

    @contextmanager
    def _deadline(self) -> Iterator[None]:
        self._transport().deadline.start(self._settings.total_timeout_seconds)
        yield

    def _hop(
        self,
        method: str,
        text: str,
        headers: Mapping[str, str],
        content: bytes,
        max_bytes: int | None,
        accept: Sequence[str],
    ) -> tuple[Answer | None, str]:
        """One request: the answer, or where a redirect leads."""
        import httpx  # on first use

        from holdfast.outgoing.urls import checked_url, joined_url  # imports httpx

        url = checked_url(text, self._settings)
        try:
            request = httpx.Request(method, url, headers=self._headers(headers, accept), content=content or None)
        except (UnicodeError, ValueError) as error:
            raise UrlRefused("A header has a form that cannot be sent.") from error
        with _told_apart(url.host):
            response = self._transport().handle_request(request)
            try:
                location = response.headers.get("location")
                if method == "GET" and response.status_code in _REDIRECTS and location:
                    return None, joined_url(url, location)
                return self._read(str(url), response, max_bytes, accept), ""
            finally:
                response.close()

    def _headers(self, given: Mapping[str, str], accept: Sequence[str]) -> dict[str, str]:
        kept = {name: value for name, value in given.items() if name.lower() not in _OURS}
        own = {"User-Agent": self._settings.user_agent, "Accept-Encoding": ACCEPTED_ENCODINGS}
        if accept:
            kept = {name: value for name, value in kept.items() if name.lower() != "accept"}
            own["Accept"] = ", ".join(accept)
        return own | kept

    def _read(self, url: str, response: httpx.Response, max_bytes: int | None, accept: Sequence[str]) -> Answer:
        kind = _media_type(response.headers.get("content-type", ""))
        if accept and response.is_success and not any(_matches(kind, wanted) for wanted in accept):
            raise WrongType(f"The answer is of type {kind or 'unknown'}.", content_type=kind)
        most = self._settings.max_body_bytes if max_bytes is None else max_bytes
        body = read_body(response.iter_raw(), response.headers.get("content-encoding", ""), most)
        return Answer(url=url, status=response.status_code, headers=dict(response.headers), body=body)


def client_from(boot: BootSettings) -> Client:
    """The process's client with the limits and ways that the boot settings name."""
    return _shared(
        OutgoingSettings(
            proxy=boot.outgoing_proxy or None,
            allow_private=boot.outgoing_allow_private,
            allowed_ports=boot.outgoing_ports,
        )
    )


@cache
def _shared(settings: OutgoingSettings) -> Client:
    return Client(settings)


@contextmanager
def _told_apart(host: str) -> Iterator[None]:
    """Errors of the wire, as errors of this room."""
    import httpcore  # comes with httpx, on first use

    try:
        yield
    except httpcore.LocalProtocolError as error:
        raise UrlRefused("A header has a form that cannot be sent.", host=host) from error
    except httpcore.TimeoutException as error:
        raise TimedOut(f"{host} did not answer in time.", host=host) from error
    except httpcore.NetworkError as error:
        raise Unreachable(f"{host} cannot be reached.", host=host) from error
    except (httpcore.ProtocolError, httpcore.UnsupportedProtocol, httpcore.ProxyError) as error:
        raise BadAnswer(f"{host} gave an answer that cannot be understood.", host=host) from error


def _media_type(header: str) -> str:
    return header.partition(";")[0].strip().lower()


def _matches(kind: str, wanted: str) -> bool:
    wanted = _media_type(wanted)
    if wanted == "*/*":
        return True
    return kind.startswith(wanted[:-1]) if wanted.endswith("/*") else kind == wanted


def _origin(text: str, settings: OutgoingSettings) -> tuple[str, str, int | None]:
    from holdfast.outgoing.urls import checked_url  # imports httpx

    url = checked_url(text, settings)
    return url.scheme, url.host, url.port
