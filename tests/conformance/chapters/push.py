"""Pushes to a phone: asked for, changed, ended."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

PATH = "/api/v1/push/subscription"


def live(life: Any) -> None:
    """Ada's phone has pushes, then other ones, then none."""
    ada = life.ada
    numbers = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
    point = b"\x04" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
    keys = {"p256dh": urlsafe_b64encode(point).decode(), "auth": urlsafe_b64encode(bytes(16)).decode()}
    target = {"endpoint": "https://push.example.org/ada", "keys": keys, "standard": True}
    made = ada.post(PATH, subscription=target, data={"alerts": {"mention": True}, "policy": "followed"})
    assert made["alerts"]["mention"] and not made["alerts"]["poll"]
    assert ada.get(PATH) == made
    changed = ada.good(ada.ask("PUT", PATH, json={"data": {"alerts": {"poll": True}, "policy": "all"}}))
    assert changed["alerts"]["poll"] and not changed["alerts"]["mention"]
    assert ada.get(PATH) == changed
    assert ada.good(ada.ask("DELETE", PATH)) == {}
    assert ada.ask("GET", PATH).status_code == 404
