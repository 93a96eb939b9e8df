"""Nothing can be smuggled into a letter's head."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.errors import Invalid
from holdfast.vendors import Letter, email_pool
from holdfast.vendors.letters import checked_address, checked_sender, compose

SENDER = checked_sender("Post <post@example.net>")


def refused(**parts):
    defaults = {"to": "bo@example.org", "subject": "s", "text": "t"}
    with pytest.raises(Invalid):
        compose(Letter(**(defaults | parts)), SENDER)


@pytest.mark.parametrize("subject", ["a\nBcc: x@y.z", "a\rb", "a\r\nb", "a\x00b", "a\x0bb", "a\u2028b", "x" * 600])
def test_subjects_with_line_breaks_are_refused(subject):
    refused(subject=subject)


@pytest.mark.parametrize(
    "to",
    [
        "bo@example.org\nBcc: x@y.z", "bo@example.org\r\n", "bo@example.org>\r\nRCPT TO:<x@y.z", "bo", "@example.org",
        "bo@",
        "bo bo@example.org", "a@b@example.org", "Bo <bo@example.org>", "bo@example.org, x@y.z", "bo@exa mple.org",
        "bo@-example.org",
        "bo@exam\tple.org", '"bo"@example.org', ".bo@example.org", "bö@example.org", "b" * 65 + "@a.b",
        "bo@[127.0.0.1]", "bo@example.org SIZE=1",
    ],
)  # fmt: skip
def test_what_is_no_single_plain_address_is_refused(to):
    refused(to=to)


@pytest.mark.parametrize("to", ["bo@example.org", "b.o+tag@sub.example.org", "o'bo@example.org", "bo@bücher.de"])
def test_ordinary_addresses_are_taken(to):
    assert checked_address(to).isascii()


@pytest.mark.parametrize(
    "headers",
    [
        {"Bcc": "x@y.z"}, {"to": "x@y.z"}, {"From": "x@y.z"}, {"Content-Type": "text/html"},
        {"X-A": "1\r\nBcc: x@y.z"}, {"X-A\r\nBcc": "x"}, {"X A": "1"}, {"X-A:": "1"}, {"": "1"},
    ],
)  # fmt: skip
def test_headers_that_are_ours_or_hold_line_breaks_are_refused(headers):
    refused(headers=headers)


@pytest.mark.parametrize("message_id", ["1@example.net", "<1>", "<1@a>\r\nBcc: <x@y.z>", "<1 2@a.b>"])
def test_odd_message_ids_are_refused(message_id):
    refused(message_id=message_id)


def test_text_that_cannot_be_encoded_is_refused():
    refused(text="\ud800")


@settings(deadline=None)
@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=200))
def test_whatever_is_taken_has_exactly_one_recipient_and_one_subject(subject, value, text):
    try:
        message, to = compose(
            Letter(to="bo@example.org", subject=subject, text=text, headers={"X-Note": value}), SENDER
        )
    except Invalid:
        return
    head = message.as_bytes().split(b"\r\n\r\n", 1)[0]
    names = [line.split(b":")[0].lower() for line in head.split(b"\r\n") if line[:1] not in (b" ", b"\t")]
    assert to == "bo@example.org"
    assert sorted(names) == sorted(
        [
            b"from", b"to", b"subject", b"date", b"message-id", b"x-note", b"auto-submitted", b"content-type",
            b"content-transfer-encoding", b"mime-version",
        ]
    )  # fmt: skip
    assert b"\n" not in head.replace(b"\r\n", b"")


def test_a_letters_repr_hides_address_and_text():
    letter = Letter(to="bo@example.org", subject="Your code", text="123456", kind="sign_in")
    assert repr(letter) == "Letter(kind='sign_in', message_id=None)"


def test_a_bad_letter_reaches_no_vendor():
    pool = email_pool(["smtp://127.0.0.1:1?tls=none"], sender="post@example.net")
    with pytest.raises(Invalid):
        pool.send(Letter(to="bo@example.org", subject="a\nb", text=""))
