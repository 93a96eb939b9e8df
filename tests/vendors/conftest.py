"""Real mail servers on loopback, good ones and bad ones."""

import datetime
import socket
import ssl
import threading
import time
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


class MailServer(Controller):
    """A real server on a free port; ``refusing`` maps a step to the reply it gives there."""

    def __init__(self, refusing=None, **options) -> None:
        self.refusing = refusing or {}
        self.raw: list[bytes] = []
        super().__init__(self, hostname="127.0.0.1", port=0, **options)

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()

    @property
    def letters(self):
        return [message_from_bytes(raw, policy=policy.default) for raw in self.raw]

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        if "MAIL" in self.refusing:
            return self.refusing["MAIL"]
        envelope.mail_from = address
        return "250 2.1.0 Ok"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if "RCPT" in self.refusing:
            return self.refusing["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if "DATA" in self.refusing:
            return self.refusing["DATA"]
        self.raw.append(envelope.content)
        return "250 2.0.0 Ok: queued as 4F2A9C"


@pytest.fixture
def mail():
    """Start a mail server: ``mail(refusing={"RCPT": "550 …"})``."""
    started = []

    def start(**options) -> MailServer:
        server = MailServer(**options)
        server.start()
        started.append(server)
        return server

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def scripted():
    """A server that says its lines one by one and then does what the last element tells."""
    opened = []

    def start(*lines: str, then: str = "close") -> int:
        listening = socket.create_server(("127.0.0.1", 0))
        opened.append(listening)

        def serve() -> None:
            try:
                peer, _ = listening.accept()
                with peer, peer.makefile("rb") as heard:
                    for line in lines:
                        peer.sendall(line.encode() + b"\r\n")
                        said = heard.readline()
                        if said.startswith(b"DATA"):
                            peer.sendall(b"354 go on\r\n")
                            while heard.readline() not in (b".\r\n", b""):
                                pass
                            break
                    if then == "silence":
                        time.sleep(3)
                    elif then != "close":
                        peer.sendall(then.encode() + b"\r\n")
                        time.sleep(0.2)
            except OSError:
                return  # the client has gone, as some tests want

        threading.Thread(target=serve, daemon=True).start()
        return listening.getsockname()[1]

    yield start
    for listening in opened:
        listening.close()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate for localhost, as PEM file with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path


@pytest.fixture
def server_tls(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def authenticator():
    """Knows one account, ada with the password p@ss/word."""

    def check(server, session, envelope, mechanism, data):
        fine = (data.login, data.password) == (b"ada", b"p@ss/word")
        return AuthResult(success=fine, handled=False)

    return check
