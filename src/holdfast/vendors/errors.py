"""How a vendor can fail, told apart by what should happen next.

BadLetter          ours to mend, no vendor was asked
VendorFailure      one vendor failed; a pool asks the next
├── AccountClosed      it does not work for us any more (credentials, sender, policy)
├── Quota              it works for us, but not so much
├── BadContent         it does not carry this letter
├── Busy               it asks us to come back later
├── TimedOut           it did not answer in time, and has not taken anything
├── NetworkFailure     it could not be reached, or went away before taking anything
├── OutcomeUnknown     it went away after it had everything: taken or not, nobody knows
├── StorageFull        there is no room left
├── StorageFailed      reading or writing failed
└── BlobCorrupt        what is there is not what was stored
RejectedRecipient  final: there is nobody at this address
TryLater           a push service asks us to come back later, and may say when
SubscriptionGone   final: nobody listens at this push address any more
PushRefused        final: the push service does not take what we send to this address
BlobMissing        there is no such blob here
NoVendorTook       the whole pool failed; lists who said what
"""

from __future__ import annotations

from holdfast.errors import Invalid, NotFound, Refused, Unavailable


class BadLetter(Invalid):
    """The letter has a part that cannot be sent."""

    key = "vendors.bad_letter"


class VendorFailure(Unavailable):
    """A vendor failed."""

    key = "vendors.failure"

    def __init__(self, message: str = "", *, vendor: str, reply: str = "") -> None:
        super().__init__(message, vendor=vendor, reply=reply)
        self.vendor = vendor
        self.reply = reply  # what the vendor said, for the operator's eyes


class AccountClosed(VendorFailure):
    """The vendor does not accept our account."""

    key = "vendors.account_closed"


class Quota(VendorFailure):
    """The vendor's limit for us is used up."""

    key = "vendors.quota"


class BadContent(VendorFailure):
    """The vendor refuses the content."""

    key = "vendors.bad_content"


class Busy(VendorFailure):
    """The vendor asks to try again later."""

    key = "vendors.busy"


class TimedOut(VendorFailure):
    """The vendor did not answer in time."""

    key = "vendors.timed_out"


class NetworkFailure(VendorFailure):
    """The vendor cannot be reached."""

    key = "vendors.network_failure"


class OutcomeUnknown(VendorFailure):
    """The vendor had everything and gave no answer; whether it was taken is unknown."""

    key = "vendors.outcome_unknown"


class StorageFull(VendorFailure):
    """There is no room left to store this."""

    key = "vendors.storage_full"


class StorageFailed(VendorFailure):
    """Reading or writing failed."""

    key = "vendors.storage_failed"


class BlobCorrupt(VendorFailure):
    """The stored blob is damaged."""

    key = "vendors.blob_corrupt"


class RejectedRecipient(Refused):
    """This address does not exist or takes no letters."""

    key = "vendors.rejected_recipient"

    def __init__(self, message: str = "", *, vendor: str, reply: str = "") -> None:
        super().__init__(message, vendor=vendor, reply=reply)
        self.vendor = vendor
        self.reply = reply


class BlobMissing(NotFound):
    """There is no such file."""

    key = "vendors.blob_missing"


class NoVendorTook(Unavailable):
    """No vendor is able to do this at the moment."""

    key = "vendors.no_vendor_took"


class TryLater(VendorFailure):
    """The push service asks us to come back later."""

    key = "vendors.try_later"

    def __init__(self, message: str = "", *, vendor: str, wait_s: float | None = None) -> None:
        super().__init__(message, vendor=vendor)
        self.wait_s = wait_s  # None: it did not say how long


class SubscriptionGone(NotFound):
    """Nobody listens at this push address any more."""

    key = "vendors.subscription_gone"


class PushRefused(Refused):
    """The push service does not take this push."""

    key = "vendors.push_refused"

    def __init__(self, message: str = "", *, vendor: str, status: int) -> None:
        super().__init__(message, vendor=vendor, status=status)
        self.status = status  # what the push service answered; 0 where nobody was asked
