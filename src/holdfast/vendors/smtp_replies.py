"""What a mail server's refusal means: its code, its enhanced code (RFC 3463) and the step it came at."""

from __future__ import annotations

import enum
import re

from holdfast.vendors.errors import (
    AccountClosed,
    BadContent,
    Busy,
    NetworkFailure,
    Quota,
    RejectedRecipient,
    VendorFailure,
)

_ENHANCED = re.compile(r"^([245])\.(\d{1,3})\.(\d{1,3})\b")
_QUOTA_CODES = {(4, 5), (7, 28), (5, 3)}  # sending limit, rate limit, too many recipients
_QUOTA_WORDS = re.compile(
    r"\b(quota|rate.?limit\w*|(daily|hourly|sending|message) limit|too many (messages|mails|emails))\b",
    re.IGNORECASE,
)
_SENDER_CODES = {(1, 7), (1, 8)}


class Step(enum.Enum):
    """Where in the conversation a reply came."""

    GREETING = "greeting"
    SIGN_IN = "sign-in"
    SENDER = "sender"
    RECIPIENT = "recipient"
    DATA = "data"
    CONTENT = "content"


def failure(vendor: str, step: Step, code: int, reply: str) -> VendorFailure | RejectedRecipient:
    """The error for a reply that is not a yes.

    Only a clear word about the recipient is final; refusals by policy ("relaying denied") speak of
    us and that vendor, and another vendor may well deliver.
    """
    found = _ENHANCED.match(reply)
    subject, detail = (int(found.group(2)), int(found.group(3))) if found else (0, 0)
    told = f"{vendor} declined at {step.value}: {code} {reply}"
    about_mailbox = step is Step.RECIPIENT and subject == 2  # a full mailbox is not our quota
    if (subject, detail) in _QUOTA_CODES or (_QUOTA_WORDS.search(reply) and not about_mailbox):
        return Quota(told, vendor=vendor, reply=f"{code} {reply}")
    if code < 0 or code >= 600:
        return NetworkFailure(f"{vendor} does not speak SMTP.", vendor=vendor, reply=reply)
    if code < 500:
        return Busy(told, vendor=vendor, reply=f"{code} {reply}")
    if (subject, detail) in _SENDER_CODES:
        return AccountClosed(told, vendor=vendor, reply=f"{code} {reply}")
    if step is Step.RECIPIENT:
        if subject in (1, 2) or (subject == 0 and code in (550, 551, 552, 553)):
            return RejectedRecipient(told, vendor=vendor, reply=f"{code} {reply}")
        return AccountClosed(told, vendor=vendor, reply=f"{code} {reply}")
    if step in (Step.DATA, Step.CONTENT):
        if subject == 1:  # some servers judge the recipient only when they have the letter
            return RejectedRecipient(told, vendor=vendor, reply=f"{code} {reply}")
        return BadContent(told, vendor=vendor, reply=f"{code} {reply}")
    return AccountClosed(told, vendor=vendor, reply=f"{code} {reply}")
