"""Passkeys (WebAuthn): what the browser is asked for, and whether its answer holds.

    PasskeyInvalid  (Invalid)   the answer is malformed, or not to our question, place or key
    PasskeyCopied   (Refused)   rightly signed, but the key's counter went back: there may be a second copy

Nothing is kept here. The caller stores each challenge for a few minutes with the session that asked, takes it
away before verifying (so that an answer counts once), and stores what a verification returns.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Iterable, Mapping
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import msgspec

from holdfast.errors import Invalid, Refused

TIMEOUT_S = 300  # what the browser grants the member; keep the challenge at least as long
LONGEST_ANSWER = 65_536  # characters of JSON

Answer = str | bytes | Mapping[str, Any]
"""What the browser's ``credential.toJSON()`` gave, as JSON text or decoded."""


class PasskeyInvalid(Invalid):
    """The passkey could not be checked; please try again."""

    key = "passkey_invalid"


class PasskeyCopied(Refused):
    """This passkey may have been copied, so it was not accepted; sign in another way and replace it."""

    key = "passkey_copied"


class RelyingParty(msgspec.Struct, frozen=True):
    """Who the passkey is for: our domain, the server's name, and the addresses that pages come from.

    A passkey is bound to ``id`` for good: after a change of domain it opens nothing.
    """

    id: str
    name: str
    origins: tuple[str, ...]

    @classmethod
    def at(cls, address: str, name: str) -> RelyingParty:
        """For a server at this public address (``https://example.org``, ``http://localhost:8000``)."""
        parts = urlsplit(address)
        return cls(parts.hostname or "", name, (f"{parts.scheme}://{parts.netloc}",))


class KnownPasskey(msgspec.Struct, frozen=True):
    """A stored passkey, as far as options name it."""

    credential_id: bytes
    transports: tuple[str, ...] = ()


class Question(msgspec.Struct, frozen=True):
    """What the browser is asked (JSON for its ``parse…OptionsFromJSON``), and the challenge to store."""

    options: dict[str, Any]
    challenge: bytes


class NewPasskey(msgspec.Struct, frozen=True):
    """A verified registration. ``public_key`` is in COSE form; ``backed_up`` says it is synchronised."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: tuple[str, ...]
    aaguid: str
    user_verified: bool
    backed_up: bool


class Claim(msgspec.Struct, frozen=True):
    """Whose key an answer says it comes from; believe nothing of it before ``verify_authentication``."""

    credential_id: bytes
    user_handle: bytes | None


class UsedPasskey(msgspec.Struct, frozen=True):
    """A verified sign-in: store ``sign_count``. Without ``user_verified`` it proves one factor, not two."""

    credential_id: bytes
    sign_count: int
    user_verified: bool
    backed_up: bool


def registration_options(
    party: RelyingParty,
    *,
    user_handle: bytes,
    user_name: str,
    display_name: str = "",
    existing: Iterable[KnownPasskey] = (),
) -> Question:
    """Ask for a new discoverable passkey.

    ``user_handle`` are at most 64 bytes that say nothing about the member (not the name, not the e-mail
    address) and come back at sign-in; ``existing`` ones are not registered twice.
    """
    from webauthn import generate_registration_options  # costs 200 ms and more; most requests never need it
    from webauthn.helpers import options_to_json_dict, structs

    options = generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_id=user_handle,
        user_name=user_name,
        user_display_name=display_name or user_name,
        timeout=TIMEOUT_S * 1000,
        attestation=structs.AttestationConveyancePreference.NONE,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=[_descriptor(structs, known) for known in existing],
    )
    return Question(options_to_json_dict(options), options.challenge)


def verify_registration(party: RelyingParty, challenge: bytes, answer: Answer) -> NewPasskey:
    """The new passkey, if the answer is to this challenge and from our pages. Raises PasskeyInvalid."""
    from webauthn import verify_registration_response  # see registration_options

    content = _decoded(answer)
    try:
        verified = verify_registration_response(
            credential=content,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=list(party.origins),
        )
    except Exception as error:  # a parser of hostile bytes: whatever it stumbles over is in the answer
        raise PasskeyInvalid from error
    return NewPasskey(
        credential_id=verified.credential_id,
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        transports=_transports(content),
        aaguid=verified.aaguid,
        user_verified=verified.user_verified,
        backed_up=verified.credential_backed_up,
    )


def authentication_options(party: RelyingParty, *, allowed: Iterable[KnownPasskey] = ()) -> Question:
    """Ask for a sign-in with any passkey of ours, or with one of the ``allowed`` (as a second factor)."""
    from webauthn import generate_authentication_options  # see registration_options
    from webauthn.helpers import options_to_json_dict, structs

    options = generate_authentication_options(
        rp_id=party.id,
        timeout=TIMEOUT_S * 1000,
        allow_credentials=[_descriptor(structs, known) for known in allowed],
        user_verification=structs.UserVerificationRequirement.PREFERRED,
    )
    return Question(options_to_json_dict(options), options.challenge)


def claim(answer: Answer) -> Claim:
    """Which passkey the answer speaks for, so that its public key can be looked up. Raises PasskeyInvalid."""
    from webauthn.helpers import parse_authentication_credential_json  # see registration_options

    try:
        credential = parse_authentication_credential_json(_decoded(answer))
    except PasskeyInvalid:
        raise
    except Exception as error:  # as in verify_registration
        raise PasskeyInvalid from error
    return Claim(credential.raw_id, credential.response.user_handle)


def challenge_of(answer: Answer) -> bytes:
    """The challenge that an answer says it is to, so that it can be looked up. Raises PasskeyInvalid."""
    try:
        client = _decoded(_bytes(_decoded(answer)["response"]["clientDataJSON"]))
        return _bytes(client["challenge"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PasskeyInvalid from error


def verify_authentication(
    party: RelyingParty, challenge: bytes, answer: Answer, *, public_key: bytes, sign_count: int
) -> UsedPasskey:
    """The sign-in, if the answer is to this challenge, from our pages and signed by this key.

    ``sign_count`` is the stored one; keys that do not count stay at 0. Raises PasskeyInvalid, or
    PasskeyCopied when a rightly signed answer's counter is not above the stored one.
    """
    from webauthn import verify_authentication_response  # see registration_options

    content = _decoded(answer)
    try:
        verified = verify_authentication_response(
            credential=content,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=list(party.origins),
            credential_public_key=public_key,
            # Compared below: the library looks at the counter before the signature, and anybody
            # could then make a member believe that their key was copied.
            credential_current_sign_count=0,
        )
    except Exception as error:  # as in verify_registration
        raise PasskeyInvalid from error
    if (verified.new_sign_count or sign_count) and verified.new_sign_count <= sign_count:
        raise PasskeyCopied
    return UsedPasskey(
        credential_id=verified.credential_id,
        sign_count=verified.new_sign_count,
        user_verified=verified.user_verified,
        backed_up=verified.credential_backed_up,
    )


def _decoded(answer: Answer) -> dict[str, Any]:
    if isinstance(answer, Mapping):
        return dict(answer)
    if len(answer) > LONGEST_ANSWER:
        raise PasskeyInvalid
    try:
        return msgspec.json.decode(answer, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise PasskeyInvalid from error


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _transports(content: dict[str, Any]) -> tuple[str, ...]:
    from webauthn.helpers.structs import AuthenticatorTransport  # see registration_options

    given = content["response"].get("transports")
    known = {transport.value for transport in AuthenticatorTransport}
    texts = [text for text in given if isinstance(text, str)] if isinstance(given, list) else []
    return tuple(dict.fromkeys(text for text in texts if text in known))


def _descriptor(structs: ModuleType, known: KnownPasskey) -> Any:
    return structs.PublicKeyCredentialDescriptor(
        id=known.credential_id,
        transports=[structs.AuthenticatorTransport(text) for text in known.transports] or None,
    )
