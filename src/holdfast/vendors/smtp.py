"""Letters over SMTP.

Done step by step instead of by ``smtplib.sendmail``, because only the step tells what a failure
means: before the final dot nothing was taken over, after it nobody knows.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.headerregistry import Address
from pathlib import Path

from holdfast.errors import Problem
from holdfast.vendors.errors import BadLetter, NetworkFailure, OutcomeUnknown, TimedOut
from holdfast.vendors.letters import checked_sender, compose
from holdfast.vendors.protocols import Letter, Receipt
from holdfast.vendors.smtp_replies import Step, failure
from holdfast.vendors.vendor_urls import VendorUrl

_OPTIONS = ("tls", "from", "name", "ca_file", "connect_timeout_seconds", "reply_timeout_seconds")
_DEFAULT_PORTS = {"smtp": 587, "smtps": 465}
_QUEUED_AS = re.compile(r"(?:queued as|\bid[ =:])\s*<?([A-Za-z0-9._@-]+)", re.IGNORECASE)
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


class SmtpVendor:
    """A mail server that takes our letters over; one connection per letter, safe to share between threads.

    ``smtp://`` insists on STARTTLS unless the URL says ``tls=none``; ``smtps://`` speaks TLS at once.
    """

    def __init__(self, url: VendorUrl, sender: str = "") -> None:
        options = url.options(_OPTIONS)
        if url.scheme not in _DEFAULT_PORTS or not url.host or url.path not in ("", "/"):
            raise url.wrong("it does not name a mail server", "write smtp://user:password@host:port")
        self._host = url.host
        self._port = _DEFAULT_PORTS[url.scheme] if url.port is None else url.port
        self._username, self._password = url.username, url.password
        self._tls = _tls_mode(url, options)
        self._connect_seconds = url.seconds(options, "connect_timeout_seconds", 10)
        self._reply_seconds = url.seconds(options, "reply_timeout_seconds", 30)
        self._sender = _sender(url, options.get("from") or sender)
        self._ssl = _ssl_context(url, options.get("ca_file"))
        self.name = options.get("name") or f"{url.scheme}:{self._host}:{self._port}"

    def __repr__(self) -> str:
        return f"SmtpVendor({self.name!r})"

    def send(self, letter: Letter) -> Receipt:
        """Hand a letter over.

        Raises BadLetter, RejectedRecipient (final), or a VendorFailure: AccountClosed, Quota,
        BadContent, Busy, TimedOut, NetworkFailure; OutcomeUnknown if the server had the whole
        letter and did not answer.
        """
        message, to = compose(letter, self._sender)
        server = self._connected()
        try:
            self._introduce(server)
            self._address(server, to)
            reply = self._hand_over(server, message.as_bytes())
            found = _QUEUED_AS.search(reply)
            return Receipt(
                vendor=self.name,
                message_id=str(message["Message-ID"]),
                provider_id=found.group(1) if found else "",
                reply=reply,
            )
        finally:
            server.close()  # without QUIT: the letter is theirs, a polite wait would gain nothing

    @contextmanager
    def _wire(self) -> Iterator[None]:
        """What the wire does before the final dot: nothing was taken over."""
        try:
            yield
        except Problem:
            raise
        except TimeoutError as error:
            raise TimedOut(f"{self.name} did not answer in time.", vendor=self.name) from error
        except (OSError, UnicodeError) as error:  # smtplib's own errors are OSErrors
            if isinstance(error.__context__, TimeoutError):  # smtplib tells a timeout as a disconnection
                raise TimedOut(f"{self.name} did not answer in time.", vendor=self.name) from error
            raise NetworkFailure(f"{self.name} cannot be reached: {error}", vendor=self.name) from error

    def _connected(self) -> smtplib.SMTP:
        with self._wire():
            try:
                server = self._dialled()
            except smtplib.SMTPConnectError as error:
                raise failure(self.name, Step.GREETING, error.smtp_code, _text(error.smtp_error)) from None
            if server.sock is None:
                raise NetworkFailure(f"{self.name} closed the connection.", vendor=self.name)
            server.sock.settimeout(self._reply_seconds)
            return server

    def _dialled(self) -> smtplib.SMTP:
        own = self._sender.domain  # else smtplib looks our own name up, which may hang
        if self._tls == "implicit":
            return smtplib.SMTP_SSL(self._host, self._port, own, timeout=self._connect_seconds, context=self._ssl)
        return smtplib.SMTP(self._host, self._port, own, timeout=self._connect_seconds)

    def _introduce(self, server: smtplib.SMTP) -> None:
        with self._wire():
            self._greet(server)
            if self._tls == "starttls":
                if not server.has_extn("starttls"):
                    raise NetworkFailure(
                        f"{self.name} does not offer STARTTLS, so nothing was sent to it; if that is how it "
                        "should be, add ?tls=none to its URL.",
                        vendor=self.name,
                    )
                self._expect(Step.GREETING, *server.starttls(context=self._ssl))
                self._greet(server)
            if self._username:
                self._sign_in(server)

    def _greet(self, server: smtplib.SMTP) -> None:
        code, text = server.ehlo()
        if not 200 <= code < 300:
            code, text = server.helo()
        self._expect(Step.GREETING, code, text)

    def _sign_in(self, server: smtplib.SMTP) -> None:
        try:
            server.login(self._username, self._password)
        except smtplib.SMTPAuthenticationError as error:
            raise failure(self.name, Step.SIGN_IN, error.smtp_code, _text(error.smtp_error)) from None
        except smtplib.SMTPNotSupportedError:
            raise failure(self.name, Step.SIGN_IN, 502, "no way of signing in is offered") from None

    def _address(self, server: smtplib.SMTP, to: str) -> None:
        with self._wire():
            self._expect(Step.SENDER, *server.mail(self._sender.addr_spec))
            self._expect(Step.RECIPIENT, *server.rcpt(to))
            self._expect(Step.DATA, *server.docmd("DATA"), wanted=3)

    def _hand_over(self, server: smtplib.SMTP, content: bytes) -> str:
        with self._wire():
            server.send(_LEADING_DOT.sub(b"..", content))
        try:
            server.send(b".\r\n")
            code, text = server.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise OutcomeUnknown(f"{self.name} went silent after the letter.", vendor=self.name) from error
        self._expect(Step.CONTENT, code, text)
        return _text(text)

    def _expect(self, step: Step, code: int, text: bytes, wanted: int = 2) -> None:
        if code // 100 != wanted:
            raise failure(self.name, step, code, _text(text))


def _text(reply: bytes | str) -> str:
    plain = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return " ".join(plain.split())[:500]


def _tls_mode(url: VendorUrl, options: dict[str, str]) -> str:
    if url.scheme == "smtps":
        if "tls" in options:
            raise url.wrong("smtps:// always speaks TLS", "leave tls= out")
        return "implicit"
    mode = options.get("tls", "starttls")
    if mode not in ("starttls", "none"):
        raise url.wrong(f"tls={mode} is not known", "write tls=starttls or tls=none")
    return mode


def _sender(url: VendorUrl, text: str) -> Address:
    if not text and "@" in url.username:
        text = url.username
    try:
        return checked_sender(text)
    except BadLetter:
        raise url.wrong("it is not known who the letters are from", "add ?from=name@your.domain") from None


def _ssl_context(url: VendorUrl, ca_file: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(Path(ca_file))
        except OSError as error:  # ssl.SSLError is one
            raise url.wrong(f"{ca_file} cannot be read ({error})", "name a PEM file") from error
    return context
