"""Forwarded headers count only when a trusted proxy sends them."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast import config, ops
from holdfast.config import Settings


def settings(*trusted: str) -> Settings:
    return config.load({"HOLDFAST_TRUSTED_PROXIES": ",".join(trusted), "HOLDFAST_LISTEN": "127.0.0.1:8000"})


def scope(peer: str, **headers: str) -> dict[str, Any]:
    named = [(key.replace("_", "-").encode(), value.encode()) for key, value in headers.items()]
    return {"client": (peer, 1), "headers": named, "scheme": "http"}


FORWARDED = {"host": "inner:8000", "x_forwarded_host": "social.example", "x_forwarded_proto": "https"}


def test_a_strangers_forwarded_headers_change_nothing() -> None:
    asked = scope("198.51.100.7", x_forwarded_for="10.0.0.1", **FORWARDED)
    assert ops.client_ip(asked, settings("127.0.0.1")) == "198.51.100.7"
    assert ops.external_base(asked, settings("127.0.0.1")) == "http://inner:8000"


def test_a_trusted_proxys_forwarded_headers_are_believed() -> None:
    asked = scope("127.0.0.1", x_forwarded_for="6.6.6.6, 203.0.113.9, 10.1.1.1", **FORWARDED)
    trusted = settings("127.0.0.1", "10.0.0.0/8")
    assert ops.client_ip(asked, trusted) == "203.0.113.9"
    assert ops.external_base(asked, trusted) == "https://social.example"


@pytest.mark.parametrize("host", ["evil.example/path", "a b", "", "x@y"])
def test_a_strange_host_is_not_repeated(host: str) -> None:
    assert ops.external_base(scope("127.0.0.1", host=host), settings()) == "http://127.0.0.1:8000"


def test_a_strange_scheme_is_not_believed() -> None:
    asked = scope("127.0.0.1", host="a.example", x_forwarded_proto="javascript")
    assert ops.external_base(asked, settings("127.0.0.1")) == "http://a.example"
