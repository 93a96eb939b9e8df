"""From a letter to the bytes that travel. No header can be smuggled in."""

from __future__ import annotations

import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, localtime, make_msgid, parseaddr

import idna

from holdfast.vendors.errors import BadLetter
from holdfast.vendors.protocols import Letter

# 7 bit throughout: not every server on the way announces 8BITMIME.
_POLICY = SMTP.clone(cte_type="7bit")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+>")
_LONGEST_SUBJECT = 500  # characters
_OURS = {
    "bcc", "cc", "content-transfer-encoding", "content-type", "date", "from", "message-id", "mime-version",
    "reply-to", "resent-bcc", "resent-cc", "resent-from", "resent-to", "return-path", "sender",
    "subject", "to",
}  # fmt: skip


def checked_address(text: str, field: str = "to") -> str:
    """A bare e-mail address with its domain in ASCII. Raises BadLetter."""
    local, at, domain = text.rpartition("@")
    if not at or len(text) > 254 or len(local) > 64 or not _LOCAL_PART.fullmatch(local):
        raise BadLetter.field(field, "ERR_INVALID", "This is not an e-mail address that can be written to.")
    try:
        ascii_domain = idna.encode(domain.lower(), uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise BadLetter.field(field, "ERR_INVALID", "The e-mail address has no valid domain.") from error
    return f"{local}@{ascii_domain}"


def checked_sender(text: str) -> Address:
    """A sender as "Name <address>" or a bare address. Raises BadLetter."""
    if _CONTROLS.search(text):
        raise BadLetter.field("from", "ERR_INVALID", "The sender holds a line break.")
    name, address = parseaddr(text)
    return Address(display_name=name, addr_spec=checked_address(address, "from"))


def compose(letter: Letter, sender: Address) -> tuple[EmailMessage, str]:
    """The message and its recipient's checked address.

    Raises BadLetter for line breaks in the subject or a header, for headers that are ours to set,
    and for addresses that are none.
    """
    to = checked_address(letter.to)
    if _CONTROLS.search(letter.subject) or len(letter.subject) > _LONGEST_SUBJECT:
        raise BadLetter.field("subject", "ERR_INVALID", "The subject holds a line break or is too long.")
    message = EmailMessage(policy=_POLICY)
    message["From"] = sender
    message["To"] = Address(addr_spec=to)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(localtime())
    message["Message-ID"] = _message_id(letter, sender)
    for name, value in letter.headers.items():
        message[_checked_header(name, value)] = value
    if "Auto-Submitted" not in message:
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office replies, please
    try:
        message.set_content(letter.text)
        if letter.html is not None:
            message.add_alternative(letter.html, subtype="html")
        message.as_bytes()
    except UnicodeError as error:
        raise BadLetter.field("text", "ERR_INVALID", "The text holds characters that cannot be sent.") from error
    return message, to


def _checked_header(name: str, value: str) -> str:
    if not _HEADER_NAME.fullmatch(name) or name.lower() in _OURS:
        raise BadLetter.field("headers", "ERR_INVALID", "A header of this name cannot be set.")
    if _CONTROLS.search(value):
        raise BadLetter.field("headers", "ERR_INVALID", "A header holds a line break.")
    return name


def _message_id(letter: Letter, sender: Address) -> str:
    if letter.message_id is None:
        return make_msgid(domain=sender.domain)
    if not _MESSAGE_ID.fullmatch(letter.message_id):
        raise BadLetter.field("message_id", "ERR_INVALID", "The message id must look like <name@domain>.")
    return letter.message_id
