"""Passkeys from registration to sign-in, with a key in software that also lies."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from base64 import urlsafe_b64decode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.access import passkeys
from holdfast.access.passkeys import KnownPasskey, NewPasskey, PasskeyCopied, PasskeyInvalid, RelyingParty

from .software_key import BACKED_UP, ELIGIBLE, PRESENT, SoftwareKey, text

PARTY = RelyingParty.at("https://harbour.example", "Harbour")
HANDLE = b"\x07" * 16


def a_key(origin: str = "https://harbour.example", rp_id: str = "harbour.example", **more) -> SoftwareKey:
    return SoftwareKey(origin, rp_id, **more)


def registered(key: SoftwareKey, party: RelyingParty = PARTY) -> NewPasskey:
    question = passkeys.registration_options(party, user_handle=HANDLE, user_name="ada")
    return passkeys.verify_registration(party, question.challenge, key.registers(question.options, HANDLE))


def signed_in(key: SoftwareKey, stored: NewPasskey, sign_count: int | None = None, party: RelyingParty = PARTY):
    question = passkeys.authentication_options(party)
    count = stored.sign_count if sign_count is None else sign_count
    return passkeys.verify_authentication(
        party,
        question.challenge,
        key.signs_in(question.options),
        public_key=stored.public_key,
        sign_count=count,
    )


def test_a_member_registers_a_passkey_and_signs_in_with_it():
    key = a_key()
    stored = registered(key)
    assert stored.credential_id == key.credential_id
    assert stored.aaguid == "00010203-0405-0607-0809-0a0b0c0d0e0f"
    assert stored.transports == ("internal", "hybrid")  # what no standard knows is left out
    assert stored.user_verified
    used = signed_in(key, stored)
    assert used.credential_id == stored.credential_id
    assert used.sign_count == 1
    assert used.user_verified
    assert signed_in(key, stored, used.sign_count).sign_count == 2


def test_the_browser_is_asked_for_a_key_that_needs_no_name_at_sign_in():
    known = KnownPasskey(b"\x01\x02\x03\x04", ("usb",))
    question = passkeys.registration_options(
        PARTY, user_handle=HANDLE, user_name="ada", display_name="Ada L.", existing=[known]
    )
    options = json.loads(json.dumps(question.options))  # is plain JSON
    assert options["rp"] == {"id": "harbour.example", "name": "Harbour"}
    assert options["user"] == {"id": text(HANDLE), "name": "ada", "displayName": "Ada L."}
    assert options["attestation"] == "none"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "preferred"
    assert options["excludeCredentials"] == [
        {"id": text(known.credential_id), "type": "public-key", "transports": ["usb"]}
    ]
    assert urlsafe_b64decode(options["challenge"] + "==") == question.challenge
    assert len(question.challenge) >= 32


def test_sign_in_asks_for_any_key_or_for_the_members_own():
    anyone = passkeys.authentication_options(PARTY).options
    assert anyone["rpId"] == "harbour.example"
    assert anyone["allowCredentials"] == []
    own = passkeys.authentication_options(PARTY, allowed=[KnownPasskey(b"\x01\x02\x03\x04")]).options
    assert [entry["id"] for entry in own["allowCredentials"]] == [text(b"\x01\x02\x03\x04")]


def test_every_question_is_a_new_one():
    assert passkeys.authentication_options(PARTY).challenge != passkeys.authentication_options(PARTY).challenge


def test_the_answer_says_whose_key_to_look_up():
    key = a_key()
    registered(key)
    answer = key.signs_in(passkeys.authentication_options(PARTY).options)
    for form in (answer, json.dumps(answer), json.dumps(answer).encode()):
        claim = passkeys.claim(form)
        assert (claim.credential_id, claim.user_handle) == (key.credential_id, HANDLE)


def test_a_server_on_localhost_with_a_port_has_passkeys_too():
    party = RelyingParty.at("http://localhost:8000", "Trial")
    assert (party.id, party.origins) == ("localhost", ("http://localhost:8000",))
    key = a_key("http://localhost:8000", "localhost")
    assert signed_in(key, registered(key, party), party=party).sign_count == 1


@pytest.mark.parametrize(
    "origin",
    ["https://harbour.example.evil.test", "http://harbour.example", "https://harbour.example:444", "null"],
)
def test_a_page_elsewhere_neither_registers_nor_signs_in(origin):
    with pytest.raises(PasskeyInvalid):
        registered(a_key(origin))
    key = a_key()
    stored = registered(key)
    key.origin = origin
    with pytest.raises(PasskeyInvalid):
        signed_in(key, stored)


def test_a_key_made_for_another_domain_is_refused():
    with pytest.raises(PasskeyInvalid):
        registered(a_key(rp_id="other.example"))
    key = a_key()
    stored = registered(key)
    key.rp_id = "other.example"
    with pytest.raises(PasskeyInvalid):
        signed_in(key, stored)


def test_an_answer_to_another_question_is_refused():
    key = a_key()
    asked, other = (passkeys.registration_options(PARTY, user_handle=HANDLE, user_name="ada") for _ in range(2))
    with pytest.raises(PasskeyInvalid):
        passkeys.verify_registration(PARTY, other.challenge, key.registers(asked.options))
    stored = registered(key)
    first, second = passkeys.authentication_options(PARTY), passkeys.authentication_options(PARTY)
    answer = key.signs_in(first.options)
    with pytest.raises(PasskeyInvalid):
        passkeys.verify_authentication(PARTY, second.challenge, answer, public_key=stored.public_key, sign_count=0)


def test_a_registration_cannot_be_replayed_as_a_sign_in():
    key = a_key()
    stored = registered(key)
    question = passkeys.authentication_options(PARTY)
    answer = key.registers(question.options)
    with pytest.raises(PasskeyInvalid):
        passkeys.verify_authentication(PARTY, question.challenge, answer, public_key=stored.public_key, sign_count=0)


def test_another_key_with_the_same_name_does_not_sign_in():
    key, thief = a_key(), a_key()
    stored = registered(key)
    thief.credential_id = key.credential_id
    with pytest.raises(PasskeyInvalid):
        signed_in(thief, stored)


def test_a_counter_that_went_back_tells_of_a_copy():
    key = a_key()
    stored = registered(key)
    for already in (1, 5):  # the same number again, and a higher one in store
        key.counter = 0
        with pytest.raises(PasskeyCopied, match="copied"):
            signed_in(key, stored, sign_count=already)


def test_nobody_can_raise_that_alarm_without_the_key():
    key, thief = a_key(), a_key()
    stored = registered(key)
    thief.credential_id = key.credential_id
    with pytest.raises(PasskeyInvalid):
        signed_in(thief, stored, sign_count=100)


def test_a_synchronised_key_that_does_not_count_keeps_working():
    key = a_key(counts=False, flags=PRESENT | ELIGIBLE | BACKED_UP)
    stored = registered(key)
    assert stored.backed_up
    for _ in range(3):
        used = signed_in(key, stored)
        assert used.sign_count == 0
        assert not used.user_verified  # present, but asked for no PIN or finger
        assert used.backed_up


def test_a_key_that_nobody_touched_is_refused():
    key = a_key()
    stored = registered(key)
    key.flags = 0
    with pytest.raises(PasskeyInvalid):
        signed_in(key, stored)
    with pytest.raises(PasskeyInvalid):
        registered(key)


REGISTERING = passkeys.registration_options(PARTY, user_handle=HANDLE, user_name="ada")
ENTERING = passkeys.authentication_options(PARTY)
KEY = a_key()
REGISTRATION = KEY.registers(REGISTERING.options, HANDLE)
STORED = passkeys.verify_registration(PARTY, REGISTERING.challenge, REGISTRATION)
ENTRY = KEY.signs_in(ENTERING.options)

rubbish = st.one_of(
    st.none(),
    st.integers(),
    st.text(max_size=30),
    st.binary(max_size=90).map(text),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.none(), max_size=2),
)


def all_refuse(registration: object, entry: object) -> None:
    with pytest.raises(PasskeyInvalid):
        passkeys.verify_registration(PARTY, REGISTERING.challenge, registration)  # type: ignore[arg-type]
    with pytest.raises(PasskeyInvalid):
        passkeys.verify_authentication(
            PARTY,
            ENTERING.challenge,
            entry,
            public_key=STORED.public_key,
            sign_count=0,  # type: ignore[arg-type]
        )


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_mangled_answer_is_refused_in_words(data):
    field = data.draw(st.sampled_from(["id", "rawId", "response", "type", "clientDataJSON", "signed"]))
    value = data.draw(rubbish)
    registration, entry = copy.deepcopy(REGISTRATION), copy.deepcopy(ENTRY)
    for answer, signed in ((registration, "attestationObject"), (entry, "signature")):
        where = answer if field in answer else answer["response"]
        where[signed if field == "signed" else field] = value
    all_refuse(registration, entry)


@settings(max_examples=150, deadline=None)
@given(st.integers(0), st.integers(1, 255))
def test_one_flipped_byte_of_what_the_key_said_is_noticed(place, flip):
    def flipped(encoded: str) -> str:
        raw = bytearray(urlsafe_b64decode(encoded + "=="))
        raw[place % len(raw)] ^= flip
        return text(bytes(raw))

    entry = copy.deepcopy(ENTRY)
    part = ["clientDataJSON", "authenticatorData", "signature"][place % 3]
    entry["response"][part] = flipped(entry["response"][part])
    with pytest.raises(PasskeyInvalid):
        passkeys.verify_authentication(PARTY, ENTERING.challenge, entry, public_key=STORED.public_key, sign_count=0)


@given(st.text(max_size=60) | st.binary(max_size=60))
def test_what_is_no_json_is_refused(raw):
    all_refuse(raw, raw)
    with pytest.raises(PasskeyInvalid):
        passkeys.claim(raw)


def test_huge_and_deep_answers_are_refused_without_work():
    all_refuse('{"id": "' + "a" * 10_000_000 + '"}', b"x" * 10_000_000)
    all_refuse("[" * 60_000, '{"a":' * 10_000)


def test_the_heavy_library_loads_on_first_use_only():
    check = "import sys, holdfast.access.passkeys; sys.exit('webauthn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], env={"PYTHONPATH": "src"}).returncode == 0
