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
    PushRefused,
    Quota,
    RejectedRecipient,
    StorageFailed,
    StorageFull,
    SubscriptionGone,
    TimedOut,
    TryLater,
    VendorFailure,
)
from holdfast.vendors.pools import EmailPool, PushPool, Sent, StoragePool, Tried, email_pool, storage_pool
from holdfast.vendors.protocols import (
    Blob,
    EmailVendor,
    Letter,
    Push,
    PushTarget,
    PushVendor,
    Receipt,
    StorageVendor,
    Translated,
    TranslationVendor,
)
from holdfast.vendors.smtp import SmtpVendor
from holdfast.vendors.translation import LibreTranslateVendor, Translator, translator
from holdfast.vendors.web_push import BadPushKey, WebPushVendor, checked_keys

__all__ = [
    "AccountClosed",
    "BadContent",
    "BadLetter",
    "BadPushKey",
    "Blob",
    "BlobCorrupt",
    "BlobMissing",
    "Busy",
    "DiskStore",
    "EmailPool",
    "EmailVendor",
    "Letter",
    "LibreTranslateVendor",
    "NetworkFailure",
    "NoVendorTook",
    "OutcomeUnknown",
    "Push",
    "PushPool",
    "PushRefused",
    "PushTarget",
    "PushVendor",
    "Quota",
    "Receipt",
    "RejectedRecipient",
    "Sent",
    "SmtpVendor",
    "StorageFailed",
    "StorageFull",
    "StoragePool",
    "StorageVendor",
    "SubscriptionGone",
    "TimedOut",
    "Translated",
    "TranslationVendor",
    "Translator",
    "Tried",
    "TryLater",
    "VendorFailure",
    "WebPushVendor",
    "checked_keys",
    "email_pool",
    "storage_pool",
    "translator",
]
