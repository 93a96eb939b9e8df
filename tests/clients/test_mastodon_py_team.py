"""What Mastodon.py, unchanged, does for those who run and moderate a server."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from mastodon import Mastodon, MastodonAPIError, MastodonNotFoundError

from tests.clients.test_mastodon_py import ids
from tests.servers import RunningServer

SignIn = Callable[[str], Mastodon]

SCOPES = "admin:read admin:write read write"


def member_of(server: RunningServer, role: str) -> Mastodon:
    """An app of somebody with this role."""
    made = server.member(role, role=role, scopes=SCOPES)
    return Mastodon(access_token=made.token, api_base_url=server.base_url)


def test_moderators_work_on_reports_and_accounts(server: RunningServer, signed_in: SignIn) -> None:
    ada, bo, mo = signed_in("ada"), signed_in("bo"), member_of(server, "moderator")
    report = bo.report(ada.me(), [ada.status_post("Rude")], comment="rude")
    assert report.id in [one.id for one in mo.admin_reports(target_account_id=ada.me())]
    assert mo.admin_report(report.id).target_account.account.acct == ada.me().acct
    assert mo.admin_report_assign(report.id).assigned_account.username == mo.me().username
    assert mo.admin_report_unassign(report.id).assigned_account is None
    assert mo.admin_report_resolve(report.id).action_taken is True
    assert report.id in [one.id for one in mo.admin_reports(resolved=True)]
    assert mo.admin_report_reopen(report.id).action_taken is False
    target = ada.me()
    mo.admin_account_moderate(target, "silence", report_id=report.id, text="Too loud.")
    assert mo.admin_account(target).silenced and mo.admin_report(report.id).action_taken
    assert not mo.admin_account_unsilence(target).silenced
    mo.admin_account_moderate(target, "sensitive")
    assert not mo.admin_account_unsensitive(target).sensitized
    mo.admin_account_moderate(target, "disable")
    assert mo.admin_account(target).disabled and not mo.admin_account_enable(target).disabled
    mo.admin_account_moderate(target, "suspend")
    assert target.id in [one.id for one in mo.admin_accounts_v2(status="suspended")]
    assert not mo.admin_account_unsuspend(target).suspended
    for find in (mo.admin_accounts, mo.admin_accounts_v1, mo.admin_accounts_v2):
        found = find(username=target.username)  # the library leaves the entries of the old form as they came
        assert [str(one["id"]) for one in found] == [str(target.id)]
    for refused in (mo.admin_account_approve, mo.admin_account_reject, mo.admin_account_delete):
        with pytest.raises(MastodonAPIError):
            refused(target)
    for listed in (mo.admin_trending_tags(), mo.admin_trending_statuses(), mo.admin_trending_links()):
        assert isinstance(listed, list)  # what trends here is for the other tests of this server to say
    for judge in (
        mo.admin_approve_trending_tag, mo.admin_reject_trending_tag, mo.admin_approve_trending_status,
        mo.admin_reject_trending_status, mo.admin_approve_trending_link, mo.admin_reject_trending_link,
    ):  # fmt: skip
        with pytest.raises(MastodonNotFoundError):
            judge(1)


def test_administrators_keep_lists_of_what_is_kept_out(server: RunningServer) -> None:
    boss = member_of(server, "administrator")
    block = boss.admin_create_domain_block("spam.example", "suspend", reject_reports=True)
    assert ids(boss.admin_domain_blocks()) == [str(block.id)] and boss.admin_domain_blocks(block.id).reject_reports
    assert boss.admin_update_domain_block(block.id, severity="noop").severity == "noop"
    boss.admin_delete_domain_block(block)
    allow = boss.admin_create_domain_allow("friends.example")
    assert ids(boss.admin_domain_allows()) == [str(allow.id)] == [str(boss.admin_domain_allow(allow.id).id)]
    boss.admin_delete_domain_allow(allow.id)
    email = boss.admin_create_canonical_email_block(email="b.a.d@mail.example")
    assert ids(boss.admin_test_canonical_email_block("bad+1@mail.example")) == [str(email.id)]
    assert ids(boss.admin_canonical_email_blocks()) == [str(boss.admin_canonical_email_block(email.id).id)]
    boss.admin_delete_canonical_email_block(email.id)
    provider = boss.admin_create_email_domain_block("mail.example")
    assert ids(boss.admin_email_domain_blocks()) == [str(boss.admin_email_domain_block(provider.id).id)]
    boss.admin_delete_email_domain_block(provider.id)
    network = boss.admin_create_ip_block("203.0.113.0/24", "sign_up_block", expires_in=60)
    assert ids(boss.admin_ip_blocks()) == [str(boss.admin_ip_block(network.id).id)]
    assert boss.admin_update_ip_block(network.id, comment="a wave").comment == "a wave"
    boss.admin_delete_ip_block(network.id)
    assert boss.admin_ip_blocks() == boss.admin_domain_blocks() == boss.admin_domain_allows() == []


def test_administrators_see_how_the_server_has_been_doing(server: RunningServer) -> None:
    boss = member_of(server, "administrator")
    boss.status_post("See #figures")
    tag, end = boss.tag("figures"), datetime.now(UTC)
    start = end - timedelta(days=1)
    found = boss.admin_measures(start, end, new_users=True, tag_uses=tag, instance_reports="a.example")
    assert {one.key for one in found} == {"new_users", "tag_uses", "instance_reports"}
    assert all(int(one.total) >= 0 and len(one.data) == 2 for one in found)
    parts = boss.admin_dimensions(start, end, languages=True, software_versions=True, tag_languages=tag)
    assert {one.key for one in parts} == {"languages", "software_versions", "tag_languages"}
    assert all(one.data for one in parts)
    (*_, last) = boss.admin_retention(start, end)
    assert last.frequency == "day" and last.data[0].rate == 1
