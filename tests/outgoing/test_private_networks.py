"""Nothing inside is reached, however it is asked for."""

import pytest

from holdfast.outgoing import AddressRefused, Client, OutgoingSettings, Unreachable, UrlRefused

from .conftest import client, moved, reply


def test_loopback_is_refused_by_default(serve):
    server = serve(reply(b"secret"))
    with (
        Client(OutgoingSettings(allowed_ports=(server.port,))) as outside,
        pytest.raises(AddressRefused) as told,
    ):
        outside.get(server.url())
    assert "loopback" in str(told.value)
    assert server.connections == 0


def test_a_name_that_resolves_to_a_private_address_is_refused(serve):
    server = serve(reply(b"secret"))
    names = {
        "inside.example": ["127.0.0.1"],
        "mapped.example": ["::ffff:127.0.0.1"],
        "ten.example": ["10.0.0.1"],
    }
    for name in names:
        with (
            client(server, allow_private=(), resolver=lambda host, port: names[host]) as outside,
            pytest.raises(AddressRefused),
        ):
            outside.get(server.url(host=name))
    assert server.connections == 0


def test_the_system_resolvers_answer_is_checked_too(serve):
    server = serve(reply(b"secret"))
    with client(server, allow_private=()) as outside, pytest.raises(AddressRefused):
        outside.get(server.url(host="localhost"))
    assert server.connections == 0


def test_a_redirect_into_a_private_network_is_refused(serve):
    inside = serve(reply(b"secret"))
    outer = serve(moved(f"http://127.0.0.2:{inside.port}/"))
    with (
        client(outer, inside, allow_private=("127.0.0.1/32",)) as outside,
        pytest.raises(AddressRefused),
    ):
        outside.get(outer.url())
    assert (outer.connections, inside.connections) == (1, 0)


def test_a_redirect_to_a_name_that_resolves_inside_is_refused(serve):
    inside = serve(reply(b"secret"))
    outer = serve(moved(f"http://inside.example:{inside.port}/"))
    names = {"outer.example": ["127.0.0.1"], "inside.example": ["127.0.0.2"]}
    with (
        client(outer, inside, allow_private=("127.0.0.1/32",), resolver=lambda host, port: names[host]) as outside,
        pytest.raises(AddressRefused),
    ):
        outside.get(outer.url(host="outer.example"))
    assert inside.connections == 0


def test_only_the_checked_address_is_used_when_a_name_changes_its_mind(serve):
    server = serve(reply(b"public"))
    asked = []

    def rebinding(host, port):
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    with client(server, allow_private=("127.0.0.1/32",), resolver=rebinding) as outside:
        assert outside.get(server.url(host="rebind.example")).body == b"public"
        assert asked == ["rebind.example"]  # one lookup: what was checked is what was used
        with pytest.raises(AddressRefused):
            outside.get(server.url(host="rebind.example"))
    assert server.connections == 1


def test_a_private_address_among_public_ones_is_left_out(serve):
    server = serve(reply(b"public"))
    with client(
        server, allow_private=("127.0.0.1/32",), resolver=lambda host, port: ["127.0.0.2", "127.0.0.1"]
    ) as outside:
        assert outside.get(server.url(host="two.example")).body == b"public"


def test_the_host_header_keeps_the_name(serve):
    server = serve(reply(b""))
    with client(server, resolver=lambda host, port: ["127.0.0.1"]) as outside:
        outside.get(server.url(host="name.example"), headers={"Host": "forged.example"})
    assert f"\r\nHost: name.example:{server.port}\r\n".encode() in server.heads[0]
    assert b"forged" not in server.heads[0]


def test_the_next_address_is_tried_when_the_first_is_deaf(serve):
    server = serve(reply(b"here"))
    with client(server, resolver=lambda host, port: ["127.0.0.9", "127.0.0.1"]) as outside:
        assert outside.get(server.url(host="two.example")).body == b"here"


def test_a_name_without_an_address_is_unreachable():
    def nothing(host, port):
        raise OSError("no such name")

    with client(resolver=nothing, allowed_ports=(80,)) as outside, pytest.raises(Unreachable):
        outside.get("http://nowhere.example/")


ODD = [
    "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "//example.com/", "example.com",
    "http:///path", "http://2130706433/", "http://0x7f000001/", "http://0x7f.0.0.1/", "http://0177.0.0.1/",
    "http://127.1/", "http://127.0.0.1./", "http://example.com./", "http://a..b/", "http://.example.com/",
    "http://user@example.com/", "http://user:pass@example.com/", "http://@example.com/",
    "http://example.com\\@example.org/", "http://%31%32%37.0.0.1/", "http://exa mple.com/",
    "http://[fe80::1%25eth0]/", "http://[::1/", "http://example.com:22/", "http://example.com:0/",
    "http://example.com:99999/", "http://exam\nple.com/", "http://-a.example/", "http://ⓛocalhost/",
    "http://example.com/" + "a" * 9000,
]  # fmt: skip


@pytest.mark.parametrize("url", ODD)
def test_odd_urls_are_refused_before_any_name_is_looked_up(url):
    def never(host, port):
        raise AssertionError("looked up")

    with Client(OutgoingSettings(), resolver=never) as outside, pytest.raises((UrlRefused, AddressRefused)):
        outside.get(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/", "http://169.254.169.254/latest/meta-data/", "http://0.0.0.0/",
        "http://127。0。0。1/", "https://100.64.0.1/",
    ],
)  # fmt: skip
def test_literal_private_addresses_are_refused(url):
    with Client(OutgoingSettings()) as outside, pytest.raises(AddressRefused):
        outside.get(url)


def test_a_redirect_to_an_odd_url_is_refused(serve):
    for location in ("file:///etc/passwd", "http://2130706433/", "http://[::1", "http://a@127.0.0.1/"):
        server = serve(moved(location))
        with client(server) as outside, pytest.raises(UrlRefused):
            outside.get(server.url())
