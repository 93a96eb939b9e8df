"""Forwarded headers count only when a trusted proxy sends them."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast import config
from holdfast.access.proxies import client_ip, is_from_trusted_proxy, is_loopback
from holdfast.config import Settings


def settings(*trusted: str) -> Settings:
    return config.load({"HOLDFAST_TRUSTED_PROXIES": ",".join(trusted), "HOLDFAST_LISTEN": "127.0.0.1:8000"})


def scope(peer: str, **headers: str) -> dict[str, Any]:
    named = [(key.replace("_", "-").encode(), value.encode()) for key, value in headers.items()]
    return {"client": (peer, 1), "headers": named, "scheme": "http"}


def test_a_strangers_forwarded_headers_change_nothing() -> None:
    asked = scope("198.51.100.7", x_forwarded_for="10.0.0.1")
    assert client_ip(asked, settings("127.0.0.1")) == "198.51.100.7"
    assert not is_from_trusted_proxy(asked, settings("127.0.0.1"))


def test_a_trusted_proxys_forwarded_headers_are_believed() -> None:
    asked = scope("127.0.0.1", x_forwarded_for="6.6.6.6, 203.0.113.9, 10.1.1.1")
    trusted = settings("127.0.0.1", "10.0.0.0/8")
    assert client_ip(asked, trusted) == "203.0.113.9"
    assert is_from_trusted_proxy(asked, trusted)
    assert not is_from_trusted_proxy(asked, settings())


@pytest.mark.parametrize(
    ("peer", "headers", "is_near"),
    [
        ("127.0.0.1", {}, True),
        ("::1", {}, True),
        ("127.0.0.1", {"x_forwarded_for": "203.0.113.9"}, False),
        ("127.0.0.1", {"forwarded": "for=203.0.113.9"}, False),
        ("127.0.0.1", {"x_real_ip": "203.0.113.9"}, False),
        ("203.0.113.9", {}, False),
        ("/run/holdfast.sock", {}, False),
    ],
)
def test_this_machine_is_who_speaks_for_nobody_else(peer: str, headers: dict[str, str], is_near: bool) -> None:
    assert is_loopback(scope(peer, **headers)) is is_near
