"""Letters over SMTP, against real servers."""

import socket

import pytest

from holdfast.vendors import (
    AccountClosed,
    BadContent,
    Busy,
    Letter,
    NetworkFailure,
    NoVendorTook,
    OutcomeUnknown,
    Quota,
    RejectedRecipient,
    TimedOut,
    VendorFailure,
    email_pool,
)

FAST = "connect_timeout_seconds=0.5&reply_timeout_seconds=0.5"
LETTER = Letter(to="bo@example.org", subject="Hello", text="A line.\n.dots lead\n", message_id="<1@example.net>")
GREETING = ("220 hello", "250 hello", "250 sender fine", "250 recipient fine")


def pool(*ports, **options):
    urls = [f"smtp://127.0.0.1:{port}?tls=none&name=v{nth}&{FAST}" for nth, port in enumerate(ports)]
    return email_pool(urls, sender="Holdfast <post@example.net>", **options)


def failure_of(port):
    """What the one vendor of a pool raised."""
    with pytest.raises(NoVendorTook) as told:
        pool(port).send(LETTER)
    (tried,) = told.value.details["tried"]
    return tried


def test_a_letter_arrives_whole_and_its_receipt_says_who_took_it(mail):
    server = mail()
    letter = Letter(
        to="bo@bücher.example", subject="Grüße für Bo", text="Schöne Grüße\n.\n..\nfrom us\n",
        html="<p>Schöne Grüße</p>", headers={"List-Unsubscribe": "<https://example.net/u>"}, kind="digest",
    )  # fmt: skip
    sent = pool(server.port).send(letter)
    (arrived,) = server.letters
    assert arrived["From"] == "Holdfast <post@example.net>"
    assert arrived["To"] == "bo@xn--bcher-kva.example"
    assert arrived["Subject"] == "Grüße für Bo"
    assert arrived["List-Unsubscribe"] == "<https://example.net/u>"
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert arrived["Message-ID"] == sent.receipt.message_id
    plain, html = (arrived.get_body((kind,)).get_content().splitlines() for kind in ("plain", "html"))
    assert plain == ["Schöne Grüße", ".", "..", "from us"]
    assert html == ["<p>Schöne Grüße</p>"]
    assert (sent.receipt.vendor, sent.receipt.provider_id, sent.tried) == ("v0", "4F2A9C", ())
    assert all(byte < 128 for byte in server.raw[0])


def test_a_given_message_id_is_kept(mail):
    server = mail()
    assert pool(server.port).send(LETTER).receipt.message_id == "<1@example.net>"
    assert server.letters[0]["Message-ID"] == "<1@example.net>"


def test_lines_that_begin_with_a_dot_arrive_as_they_were(mail):
    server = mail()
    letter = Letter(to="bo@example.org", subject="Dots", text="one\n.\n..two\n.three\n")
    pool(server.port).send(letter)
    assert server.letters[0].get_content().splitlines() == ["one", ".", "..two", ".three"]


@pytest.mark.parametrize(
    ("step", "reply", "failure"),
    [
        ("MAIL", "550 5.1.8 Sender not ours", AccountClosed),
        ("MAIL", "421 4.3.2 Going down", Busy),
        ("MAIL", "550 5.4.5 Daily sending quota exceeded", Quota),
        ("RCPT", "450 4.2.0 Greylisted", Busy),
        ("RCPT", "554 5.7.1 Relay access denied", AccountClosed),
        ("RCPT", "450 4.7.28 Rate limit for this account", Quota),
        ("DATA", "554 5.6.0 Looks like spam", BadContent),
        ("DATA", "552 Message too big", BadContent),
        ("DATA", "451 4.3.0 Try later", Busy),
    ],
)
def test_refusals_are_told_apart(mail, step, reply, failure):
    assert failure_of(mail(refusing={step: reply}).port).key == failure.key


@pytest.mark.parametrize(
    "reply", ["550 5.1.1 No such user", "550 nobody here", "553 bad mailbox", "552 5.2.2 Mailbox over quota"]
)
def test_a_rejected_recipient_is_final(mail, reply):
    first, second = mail(refusing={"RCPT": reply}), mail()
    with pytest.raises(RejectedRecipient) as told:
        pool(first.port, second.port).send(LETTER)
    assert (told.value.vendor, told.value.reply) == ("v0", reply)
    assert second.letters == []


def test_any_other_failure_goes_on_to_the_next_vendor(mail, scripted):
    closed = mail(refusing={"MAIL": "550 5.7.1 Account suspended"})
    deaf = scripted(then="silence")
    good = mail()
    sent = pool(closed.port, deaf, good.port).send(LETTER)
    assert sent.receipt.vendor == "v2"
    assert [(tried.vendor, tried.key) for tried in sent.tried] == [
        ("v0", AccountClosed.key),
        ("v1", TimedOut.key),
    ]
    assert len(good.letters) == 1


def test_a_shut_port_is_a_network_failure():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    assert failure_of(port).key == NetworkFailure.key


def test_a_black_hole_times_out(scripted):
    assert failure_of(scripted(then="silence")).key == TimedOut.key


@pytest.mark.parametrize("said", [GREETING[:1], GREETING[:2], GREETING[:3], GREETING[:4]])
def test_silence_before_the_letter_times_out(scripted, said):
    assert failure_of(scripted(*said[:-1], then="silence")).key == TimedOut.key


def test_a_greeting_of_421_is_busy(scripted):
    assert failure_of(scripted(then="421 too many connections")).key == Busy.key


def test_something_that_is_no_mail_server_is_a_network_failure(scripted):
    assert failure_of(scripted(then="SSH-2.0-OpenSSH_9.2")).key == NetworkFailure.key


@pytest.mark.parametrize("then", ["silence", "close"])
def test_nobody_knows_the_outcome_after_the_final_dot(scripted, then):
    assert failure_of(scripted(*GREETING, "250 never said", then=then)).key == OutcomeUnknown.key


def test_a_disconnection_before_the_letter_is_a_network_failure(scripted):
    assert failure_of(scripted(*GREETING[:3])).key == NetworkFailure.key


def test_nothing_is_sent_where_tls_is_required_and_not_offered(mail):
    server = mail()
    unsafe = email_pool([f"smtp://ada:s3cret@127.0.0.1:{server.port}?{FAST}"], sender="post@example.net")
    with pytest.raises(NoVendorTook, match="STARTTLS"):
        unsafe.send(LETTER)
    assert server.letters == []


def test_starttls_signs_in_and_delivers(mail, server_tls, certificate, authenticator):
    server = mail(tls_context=server_tls, require_starttls=True, auth_required=True, authenticator=authenticator)
    where = f"localhost:{server.port}?ca_file={certificate}&{FAST}"
    sent = email_pool([f"smtp://ada:p%40ss%2Fword@{where}"], sender="post@example.net").send(LETTER)
    assert sent.receipt.vendor == f"smtp:localhost:{server.port}"
    with pytest.raises(NoVendorTook) as told:
        email_pool([f"smtp://ada:wrong@{where}"], sender="post@example.net").send(LETTER)
    assert told.value.details["tried"][0].key == AccountClosed.key
    assert "wrong" not in str(told.value)
    assert len(server.letters) == 1


def test_an_untrusted_certificate_is_a_network_failure(mail, server_tls):
    server = mail(tls_context=server_tls)
    untrusted = email_pool([f"smtp://localhost:{server.port}?{FAST}"], sender="post@example.net")
    with pytest.raises(NoVendorTook) as told:
        untrusted.send(LETTER)
    assert told.value.details["tried"][0].key == NetworkFailure.key


def test_smtps_speaks_tls_at_once(mail, server_tls, certificate):
    server = mail(ssl_context=server_tls)
    safe = email_pool([f"smtps://localhost:{server.port}?ca_file={certificate}&{FAST}"], sender="a@example.net")
    safe.send(LETTER)
    assert len(server.letters) == 1


def test_an_empty_pool_says_that_no_vendor_is_configured():
    with pytest.raises(NoVendorTook, match="No vendor is configured"):
        email_pool([]).send(LETTER)


def test_every_failure_but_a_rejected_recipient_is_a_vendors_failure():
    assert not issubclass(RejectedRecipient, VendorFailure)
    for kind in (AccountClosed, Quota, BadContent, Busy, TimedOut, NetworkFailure, OutcomeUnknown):
        assert issubclass(kind, VendorFailure)
