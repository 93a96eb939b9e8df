"""Which addresses may be connected to."""

import ipaddress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.errors import Misconfigured
from holdfast.outgoing import why_refused
from holdfast.outgoing.addresses import networks

REFUSED = [
    "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.255",
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.168.0.1",
    "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1",
    "255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1",
    "2001::1", "2001:db8::1", "2002:7f00:1::", "2002:808:808::1", "2a00::5efe:7f00:1",
    "fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%eth0", "2a00::1%eth0", "fec0::1", "ff02::1",
]  # fmt: skip
ALLOWED = [
    "1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.15.255.255", "172.32.0.1",
    "223.255.255.255", "2606:4700::1111", "2a00:1450::1", "64:ff9b::808:808", "::ffff:8.8.8.8",
]  # fmt: skip


@pytest.mark.parametrize("address", REFUSED)
def test_addresses_inside_are_refused(address):
    assert why_refused(ipaddress.ip_address(address)) is not None


@pytest.mark.parametrize("address", ALLOWED)
def test_addresses_of_the_public_internet_are_allowed(address):
    assert why_refused(ipaddress.ip_address(address)) is None


SPECIAL = ("private", "multicast", "reserved", "loopback", "link_local", "unspecified")
every_v4 = st.ip_addresses(v=4)
every_v6 = st.ip_addresses(v=6)


@settings(deadline=None)
@given(every_v4 | every_v6)
def test_what_is_allowed_is_global_to_the_standard_library_too(address):
    carries = address.version == 6 and any(
        address in ipaddress.ip_network(form) for form in ("64:ff9b::/96", "::ffff:0:0/96")
    )
    if why_refused(address) is None and not carries:
        assert address.is_global
        assert not any(getattr(address, f"is_{kind}") for kind in SPECIAL)


@settings(deadline=None)
@given(every_v4)
def test_no_ipv6_form_opens_a_refused_ipv4_address(address):
    number = int(address)
    forms = [
        ipaddress.IPv6Address(f"::ffff:{address}"),
        ipaddress.IPv6Address((0x64FF9B << 96) + number),
        ipaddress.IPv6Address(0x2002 << 112 | number << 80 | 1),
        ipaddress.IPv6Address(0x2A00 << 112 | 0x5EFE << 32 | number),
        ipaddress.IPv6Address(0xFFFF << 48 | number),
    ]
    if number > 1:
        forms.append(ipaddress.IPv6Address(number))
    if why_refused(address) is not None:
        assert all(why_refused(form) is not None for form in forms)


@settings(deadline=None)
@given(every_v4 | every_v6, st.integers(0, 32))
def test_an_allowed_network_opens_itself_and_nothing_else(address, prefix):
    opened = networks([str(ipaddress.ip_network((int(ipaddress.IPv4Address("10.0.0.0")), 8)))], "x")
    if address.version == 4 and address in opened[0]:
        assert why_refused(address, opened) is None
    elif address.version == 4:
        assert (why_refused(address, opened) is None) == (why_refused(address) is None)


def test_a_network_that_cannot_be_read_names_the_setting():
    with pytest.raises(Misconfigured) as told:
        networks(["10.0.0.1/8"], "outgoing.allow_private")
    assert told.value.setting == "outgoing.allow_private"
