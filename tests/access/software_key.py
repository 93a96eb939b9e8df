"""A security key in software: real keys, real CBOR, real signatures, and knobs for every lie."""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import urlsafe_b64encode
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ELIGIBLE, BACKED_UP, ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40


def text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


class SoftwareKey:
    """One credential on one authenticator, answering as ``credential.toJSON()`` does."""

    def __init__(self, origin: str, rp_id: str, *, counts: bool = True, flags: int = PRESENT | VERIFIED) -> None:
        self.origin = origin
        self.rp_id = rp_id
        self.flags = flags
        self.counts = counts
        self.counter = 0
        self.credential_id = secrets.token_bytes(32)
        self.aaguid = bytes(range(16))
        self.user_handle: bytes | None = None
        self._private = ec.generate_private_key(ec.SECP256R1())

    def registers(self, options: dict[str, Any], user_handle: bytes = b"") -> dict[str, Any]:
        self.user_handle = user_handle
        client = self._client_data("webauthn.create", options["challenge"])
        attested = self.aaguid + len(self.credential_id).to_bytes(2, "big") + self.credential_id + self._cose_key()
        authenticator = self._authenticator_data(self.flags | ATTESTED) + attested
        statement = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": authenticator})
        return self._answer(
            clientDataJSON=text(client),
            attestationObject=text(statement),
            transports=["internal", "hybrid", "moon"],
        )

    def signs_in(self, options: dict[str, Any]) -> dict[str, Any]:
        self.counter += self.counts
        client = self._client_data("webauthn.get", options["challenge"])
        authenticator = self._authenticator_data(self.flags)
        signature = self._private.sign(authenticator + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            clientDataJSON=text(client),
            authenticatorData=text(authenticator),
            signature=text(signature),
            userHandle=None if self.user_handle is None else text(self.user_handle),
        )

    def _answer(self, **response: Any) -> dict[str, Any]:
        name = text(self.credential_id)
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {},
        }

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _authenticator_data(self, flags: int) -> bytes:
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4, "big")

    def _cose_key(self) -> bytes:
        public = self._private.public_key().public_numbers()
        x, y = public.x.to_bytes(32, "big"), public.y.to_bytes(32, "big")
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
