"""Connections whose address was checked, under one deadline.

The check sits where the connection is made, below httpx: the pool asks for a name, this module
resolves it, refuses what must not be reached and connects to the very address it has checked. The
name stays what it was for Host, TLS SNI and the certificate. Imported on first use (httpx is slow).
"""

from __future__ import annotations

import base64
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import httpcore
import httpx

from holdfast.errors import Misconfigured
from holdfast.outgoing.addresses import Address, networks, why_refused
from holdfast.outgoing.errors import AddressRefused, TimedOut
from holdfast.outgoing.resolving import Resolver, addresses_of
from holdfast.outgoing.settings import OutgoingSettings

_MOST_ADDRESSES = 4  # tried per connection, so that a name with hundreds cannot use us as a scanner
_WRITE_BYTES = 16_384
_TUNNEL_HEAD_BYTES = 16_384
_KEEP_ALIVE_SECONDS = 15.0


class Deadline(threading.local):
    """When the request of this thread has to be over. httpcore works in the caller's own thread."""

    at: float = float("inf")

    def start(self, seconds: float) -> None:
        """From now on."""
        self.at = time.monotonic() + seconds

    def left(self, at_most: float | None = None) -> float:
        """Seconds left, at most those given. Raises TimedOut when there are none."""
        left = self.at - time.monotonic()
        if left <= 0:
            raise TimedOut("The other server took too long.")
        return left if at_most is None else min(left, at_most)


class _TimedStream(httpcore.NetworkStream):
    """A connection that asks the deadline before every wait, so that a slow drip ends, too."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _WRITE_BYTES):
            self._inner.write(buffer[start : start + _WRITE_BYTES], self._deadline.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        inner = self._inner.start_tls(ssl_context, server_hostname, self._deadline.left(timeout))
        return _TimedStream(inner, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _CheckedBackend(httpcore.NetworkBackend):
    """Makes connections, to checked addresses only."""

    def __init__(self, settings: OutgoingSettings, resolver: Resolver, deadline: Deadline) -> None:
        self._allowed = networks(settings.allow_private, "outgoing.allow_private")
        self._resolver = resolver
        self._deadline = deadline
        self._proxy = _Proxy(settings.proxy) if settings.proxy else None
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        last: Exception | None = None
        for address in self._checked(host, port, timeout)[:_MOST_ADDRESSES]:
            try:
                return self._connect(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        assert last is not None  # _checked never returns an empty list
        raise last

    def _checked(self, host: str, port: int, timeout: float | None) -> list[Address]:
        found = addresses_of(host, port, self._resolver, self._deadline.left(timeout))
        reasons = [why_refused(address, self._allowed) for address in found]
        fine = [address for address, reason in zip(found, reasons, strict=True) if reason is None]
        if not fine:
            raise AddressRefused(f"{host} may not be reached ({reasons[0]}).", host=host, reason=reasons[0])
        return fine

    def _connect(
        self,
        address: Address,
        port: int,
        timeout: float | None,
        local_address: str | None,
        options: Iterable[Any] | None,
    ) -> httpcore.NetworkStream:
        def dial(host: str, dialled_port: int) -> httpcore.NetworkStream:
            seconds = self._deadline.left(timeout)
            raw = self._inner.connect_tcp(host, dialled_port, seconds, local_address, options)
            return _TimedStream(raw, self._deadline)

        if self._proxy is None:
            return dial(str(address), port)
        return self._proxy.tunnel(dial, address, port, timeout)


class _Proxy:
    """An HTTP proxy, asked for a tunnel to the address we have checked, never to a name."""

    def __init__(self, url: str) -> None:
        try:
            parsed = httpx.URL(url)
        except httpx.InvalidURL:
            parsed = httpx.URL()
        if parsed.scheme != "http" or not parsed.host:
            raise Misconfigured(
                "outgoing.proxy: the address cannot be used; write http://host:port or http://user:password@host:port.",
                setting="outgoing.proxy",
            )
        self._host = parsed.host
        self._port = parsed.port or 80
        self._credentials = f"{parsed.username}:{parsed.password}" if parsed.userinfo else ""

    def tunnel(
        self,
        dial: Callable[[str, int], httpcore.NetworkStream],
        address: Address,
        port: int,
        timeout_seconds: float | None,
    ) -> httpcore.NetworkStream:
        """A connection through the proxy. Raises httpcore.ConnectError if the proxy declines."""
        stream = dial(self._host, self._port)
        try:
            stream.write(self._request(address, port), timeout_seconds)
            head = self._head(stream, timeout_seconds)
        except BaseException:
            stream.close()
            raise
        words = head.split(b"\r\n", 1)[0].split(b" ")
        if len(words) < 2 or words[1][:1] != b"2":
            stream.close()
            raise httpcore.ConnectError("The proxy declined the tunnel.")
        return stream

    def _request(self, address: Address, port: int) -> bytes:
        target = f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"
        lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
        if self._credentials:
            token = base64.b64encode(self._credentials.encode()).decode()
            lines.append(f"Proxy-Authorization: Basic {token}")
        return "\r\n".join([*lines, "", ""]).encode()

    @staticmethod
    def _head(stream: httpcore.NetworkStream, timeout_seconds: float | None) -> bytes:
        # Byte by byte: whatever follows the head belongs to the tunnelled connection.
        head = bytearray()
        while not head.endswith(b"\r\n\r\n"):
            piece = stream.read(1, timeout_seconds)
            if not piece or len(head) > _TUNNEL_HEAD_BYTES:
                raise httpcore.ConnectError("The proxy's answer cannot be understood.")
            head += piece
        return bytes(head)


class CheckedTransport(httpx.BaseTransport):
    """httpx over a pool of checked connections. Reads no proxy or netrc from the environment.

    Raises errors of this room, and httpcore's own for what happens on the wire.
    """

    def __init__(self, settings: OutgoingSettings, resolver: Resolver) -> None:
        self.deadline = Deadline()
        self._timeouts = {
            "connect": settings.connect_timeout_seconds,
            "read": settings.read_timeout_seconds,
            "write": settings.read_timeout_seconds,
        }
        self._pool = httpcore.ConnectionPool(
            ssl_context=_ssl_context(settings.ca_file),
            max_connections=settings.max_connections,
            max_keepalive_connections=settings.max_connections // 2,
            keepalive_expiry=_KEEP_ALIVE_SECONDS,
            network_backend=_CheckedBackend(settings, resolver, self.deadline),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One request, one hop; the answer's body is still on the wire."""
        assert isinstance(request.stream, httpx.SyncByteStream)
        url = request.url
        answer = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions={"timeout": {**self._timeouts, "pool": self.deadline.left()}},
            )
        )
        assert isinstance(answer.stream, Iterable)
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Body(answer.stream), extensions=answer.extensions
        )

    def close(self) -> None:
        """Close every pooled connection."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: Iterable[bytes]) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream

    def close(self) -> None:
        closing = getattr(self._stream, "close", None)
        if closing is not None:
            closing()


def _ssl_context(ca_file: str | None) -> ssl.SSLContext:
    context = httpx.create_ssl_context(trust_env=False)
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except OSError as error:  # ssl.SSLError is one
            raise Misconfigured(
                f"outgoing.ca_file: {ca_file} cannot be read as PEM certificates ({error}).",
                setting="outgoing.ca_file",
            ) from error
    return context
