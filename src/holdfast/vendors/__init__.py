"""What the server needs from others, each need a pool of vendors named by URLs.

Letters: ``smtp://`` and ``smtps://``. Blobs: ``file:///``. A pool asks its vendors in order. Any
vendor can be replaced by another of its kind, and a pool of two outlives the loss of one.
"""

from holdfast.vendors.disk import DiskStore
from holdfast.vendors.errors import (
    AccountClosed,
    BadContent,
    BadLetter,
    BlobCorrupt,
    BlobMissing,
    Busy,
    NetworkFailure,
    NoVendorTook,
    OutcomeUnknown,
    Quota,
    RejectedRecipient,
    StorageFailed,
    StorageFull,
    TimedOut,
    VendorFailure,
)
from holdfast.vendors.pools import EmailPool, Sent, StoragePool, Tried, email_pool, storage_pool
from holdfast.vendors.protocols import Blob, EmailVendor, Letter, Receipt, StorageVendor
from holdfast.vendors.smtp import SmtpVendor

__all__ = [
    "AccountClosed",
    "BadContent",
    "BadLetter",
    "Blob",
    "BlobCorrupt",
    "BlobMissing",
    "Busy",
    "DiskStore",
    "EmailPool",
    "EmailVendor",
    "Letter",
    "NetworkFailure",
    "NoVendorTook",
    "OutcomeUnknown",
    "Quota",
    "Receipt",
    "RejectedRecipient",
    "Sent",
    "SmtpVendor",
    "StorageFailed",
    "StorageFull",
    "StoragePool",
    "StorageVendor",
    "TimedOut",
    "Tried",
    "VendorFailure",
    "email_pool",
    "storage_pool",
]
