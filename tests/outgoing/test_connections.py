"""TLS keeps the name although the address is pinned; a proxy is asked for addresses only."""

import contextlib
import datetime
import socket
import ssl
import threading

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from holdfast.errors import Misconfigured
from holdfast.outgoing import AddressRefused, Client, OutgoingSettings, Unreachable

from .conftest import client, reply


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for name.example, as PEM file with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "name.example")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("name.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "name.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path


@pytest.fixture
def tls_server(serve, certificate):
    names: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda peer, name, _: names.append(name)
    server = serve(reply(b"safe"), wrap=lambda peer: context.wrap_socket(peer, server_side=True))
    return server, names


def loopback(host, port):
    return ["127.0.0.1"]


def test_tls_asks_for_the_name_and_checks_the_certificate_against_it(tls_server, certificate):
    server, names = tls_server
    with client(server, resolver=loopback, ca_file=str(certificate)) as outside:
        assert outside.get(f"https://name.example:{server.port}/").body == b"safe"
        with pytest.raises(Unreachable):
            outside.get(f"https://other.example:{server.port}/")
    assert names == ["name.example", "other.example"]


def test_an_unknown_authority_is_not_trusted(tls_server):
    server, _ = tls_server
    with client(server, resolver=loopback) as outside, pytest.raises(Unreachable):
        outside.get(f"https://name.example:{server.port}/")
    assert server.heads == []


def test_a_connection_is_used_again_for_the_same_name_only(serve):
    def keeping(head, peer):
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        while peer.recv(65536):
            peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    server = serve(keeping)
    with client(server, resolver=loopback) as outside:
        for _ in range(3):
            assert outside.get(server.url(host="one.example")).body == b"ok"
        assert server.connections == 1
        assert outside.get(server.url(host="two.example")).body == b"ok"
        assert server.connections == 2


def test_threads_share_a_client_and_each_has_its_own_deadline(serve):
    server = serve(reply(b"ok"))
    bodies = []
    with client(server, max_connections=4) as outside:
        threads = [threading.Thread(target=lambda: bodies.append(outside.get(server.url()).body)) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert bodies == [b"ok"] * 16


def pump(source, target):
    with contextlib.suppress(OSError):  # the other end may be gone
        while piece := source.recv(65536):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)


def tunnelling(head, peer):
    """A proxy that knows CONNECT and numeric addresses."""
    host, port = head.split()[1].decode().split(":")
    with socket.create_connection((host, int(port))) as far:
        peer.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        threading.Thread(target=pump, args=(peer, far), daemon=True).start()
        pump(far, peer)


def test_a_proxy_is_asked_for_the_checked_address(serve, tls_server, certificate):
    proxy = serve(tunnelling)
    target, _ = tls_server
    settings = {"proxy": f"http://me:s3cret@127.0.0.1:{proxy.port}", "ca_file": str(certificate)}
    with client(target, resolver=loopback, **settings) as outside:
        assert outside.get(f"https://name.example:{target.port}/").body == b"safe"
    assert proxy.heads[0].startswith(f"CONNECT 127.0.0.1:{target.port} HTTP/1.1\r\n".encode())
    assert b"Proxy-Authorization: Basic bWU6czNjcmV0\r\n" in proxy.heads[0]
    assert b"Proxy-Authorization" not in target.heads[0]


def test_private_addresses_are_refused_behind_a_proxy_too(serve):
    proxy = serve(tunnelling)
    with (
        client(
            allowed_ports=(80,),
            allow_private=(),
            resolver=lambda host, port: ["10.0.0.1"],
            proxy=proxy.url(),
        ) as outside,
        pytest.raises(AddressRefused),
    ):
        outside.get("http://inside.example/")
    assert proxy.connections == 0


def test_a_proxy_that_declines_makes_the_target_unreachable(serve):
    proxy = serve(reply(b"no", status="403 Forbidden"))
    with (
        client(allowed_ports=(80,), resolver=loopback, proxy=proxy.url()) as outside,
        pytest.raises(Unreachable),
    ):
        outside.get("http://name.example/")


def test_a_proxys_password_is_never_shown():
    settings = OutgoingSettings(proxy="http://me:s3cret@proxy.example:3128")
    assert "s3cret" not in repr(settings)
    assert "s3cret" not in str(settings)
    with (
        Client(OutgoingSettings(proxy="socks5://me:s3cret@proxy.example")) as outside,
        pytest.raises(Misconfigured) as told,
    ):
        outside.get("http://name.example/")
    assert told.value.setting == "outgoing.proxy"
    assert "s3cret" not in str(told.value)


def test_a_missing_authority_file_names_the_setting():
    with Client(OutgoingSettings(ca_file="/nowhere/ca.pem")) as outside, pytest.raises(Misconfigured) as told:
        outside.get("http://name.example/")
    assert told.value.setting == "outgoing.ca_file"


def test_the_environment_names_no_proxy(serve, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.9:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.9:1")
    server = serve(reply(b"direct"))
    with client(server) as outside:
        assert outside.get(server.url()).body == b"direct"
