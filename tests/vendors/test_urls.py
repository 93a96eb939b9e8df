"""What is wrong with a vendor's URL is said with the setting's name, and without the password."""

import pytest

from holdfast import vendors
from holdfast.errors import Misconfigured
from holdfast.vendors import email_pool, storage_pool

WRONG_EMAIL = [
    "smtp.example.org", "ada:s3cret@smtp.example.org", "smtp://", "http://ada:s3cret@example.org",
    "smtp://ada:s3cret@smtp.example.org:port", "smtp://ada:s3cret@smtp.example.org:99999",
    "smtp://ada:s3cret@smtp.example.org?tls=maybe", "smtps://ada:s3cret@smtp.example.org?tls=none",
    "smtp://ada:s3cret@smtp.example.org?colour=red", "smtp://ada:s3cret@smtp.example.org?tls=none&tls=none",
    "smtp://ada:s3cret@smtp.example.org?reply_timeout_seconds=soon",
    "smtp://ada:s3cret@smtp.example.org?reply_timeout_seconds=-1",
    "smtp://ada:s3cret@smtp.example.org?reply_timeout_seconds=nan",
    "smtp://ada:s3cret@smtp.example.org?from=nobody", "smtp://ada:s3cret@smtp.example.org?ca_file=/nowhere.pem",
    "smtp://ada:x/s3cret@smtp.example.org", "smtp://ada:x?s3cret@smtp.example.org",
    "smtp://ada:x#s3cret@smtp.example.org", "smtp://ada:x@s3cret@smtp.example.org/path",
    "smtp://ada:s3cret@[::1", "smtp:ada:s3cret@smtp.example.org",
]  # fmt: skip


@pytest.mark.parametrize("url", WRONG_EMAIL)
def test_a_wrong_mail_url_names_the_setting_and_hides_the_password(url):
    with pytest.raises(Misconfigured) as told:
        email_pool([url], sender="post@example.net", setting="email.vendors")
    assert told.value.setting == "email.vendors"
    assert "email.vendors: " in str(told.value)
    assert "cannot be used: " in str(told.value)
    assert "s3cret" not in str(told.value)
    assert told.value.__cause__ is None or "s3cret" not in str(told.value.__cause__)


def test_the_masked_value_still_shows_which_one_it_is():
    with pytest.raises(Misconfigured, match=r"smtp://ada:\*\*\*@smtp\.example\.org\?tls=maybe cannot be used"):
        email_pool(["smtp://ada:s3cret@smtp.example.org?tls=maybe"], sender="post@example.net")


def test_letters_without_a_sender_are_refused_at_the_start():
    with pytest.raises(Misconfigured, match=r"add \?from="):
        email_pool(["smtp://smtp.example.org"])
    email_pool(["smtp://post%40example.net:s3cret@smtp.example.org"])
    email_pool(["smtp://smtp.example.org?from=post@example.net"])


def test_vendors_never_show_their_credentials():
    pool = email_pool(["smtp://ada:s3cret@smtp.example.org"], sender="post@example.net")
    shown = repr(pool) + repr(pool._vendors) + str(pool.names)
    assert "s3cret" not in shown
    assert "ada" not in shown


@pytest.mark.parametrize("url", ["/var/lib", "file://host/var", "file:///", "s3://bucket", "file:///srv/x?colour=red"])
def test_a_wrong_storage_url_names_the_setting(url):
    with pytest.raises(Misconfigured) as told:
        storage_pool([url])
    assert told.value.setting == "vendors.storage"


def test_two_vendors_of_the_same_name_are_refused(tmp_path):
    with pytest.raises(Misconfigured, match="two vendors are called"):
        storage_pool([f"file://{tmp_path}", f"file://{tmp_path}/"])


def test_the_room_offers_what_it_lists():
    assert sorted(vendors.__all__) == list(vendors.__all__)
    assert all(hasattr(vendors, name) for name in vendors.__all__)
