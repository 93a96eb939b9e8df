"""Reports in the administration: who reads them, and what each shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.servers import PASSWORD, NewMember, RunningServer
from tests.web.browser import Browser
from tests.web.test_reading import assert_harmless, post, posts_on


def report(server: RunningServer, who: NewMember, about: NewMember, **more: Any) -> str:
    """File a report by the client API; its id."""
    with server.client(who.token) as http:
        answer = http.post("/api/v1/reports", json={"account_id": about.id} | more).raise_for_status()
        return str(answer.json()["id"])


def test_a_report_is_read_with_its_posts_its_rules_and_those_that_belong_with_it(
    server: RunningServer, browsers: Callable[..., Browser]
) -> None:
    ada, bo, cy = server.member("ada"), server.member("bo"), server.member("cy")
    mo, other = server.member("mo", role="moderator"), server.member("other", role="moderator")
    owner = browsers(server)
    owner.sign_in("owner", PASSWORD)
    owner.open("/admin/rules")
    owner.send("/admin/rules", text="No shouting", hint="")
    with server.client(ada.token) as http:
        rule = http.get("/api/v1/instance/rules").json()[-1]
    loud = post(server, bo, f"@{ada.name} GO AWAY <b>", visibility="direct")
    gone = post(server, bo, f"@{ada.name} soon gone", visibility="direct")
    about_bo = report(
        server, ada, bo, status_ids=[loud["id"], gone["id"]], rule_ids=[rule["id"]], comment="<script>alert(1)</script>"
    )
    sibling = report(server, cy, bo, category="spam", comment="Me too")
    about_mo = report(server, bo, mo, comment="Unfair")
    apart = report(server, cy, mo, comment="About somebody else altogether")
    with server.client(bo.token) as http:
        http.delete(f"/api/v1/statuses/{gone['id']}").raise_for_status()
    owner.open("/admin/rules")
    owner.send("/admin/rules/remove", id=rule["id"])

    reader = browsers(server)
    reader.sign_in(mo.name, PASSWORD)
    listed = reader.open("/admin/reports")
    links = [
        found["href"]
        for tag, found in listed.tags
        if tag == "a" and found.get("href", "").startswith("/admin/reports/")
    ]
    assert links[:2] == [f"/admin/reports/{sibling}", f"/admin/reports/{about_bo}"]
    assert not {f"/admin/reports/{about_mo}", f"/admin/reports/{apart}"} & set(links)  # about who reads
    page = reader.open(f"/admin/reports/{about_bo}")
    assert_harmless(page)
    assert f"@{ada.name}" in page.words and f"@{bo.name}" in page.words and "alert(1)" in page.words
    assert "Against the rules" in page.words and "No shouting" in page.words and "GO AWAY <b>" in page.words
    assert not any(found.action.endswith("/act") for found in page.forms)  # a report is read, not liked
    assert posts_on(page) == [loud["id"], gone["id"]] and page.words.count("Deleted, or its author is gone") == 1
    links = [
        found["href"] for tag, found in page.tags if tag == "a" and found.get("href", "").startswith("/admin/reports/")
    ]
    assert links == [f"/admin/reports/{sibling}"] and "Me too" in page.words

    for number in (about_mo, apart, "1", "x"):
        assert reader.open(f"/admin/reports/{number}").status == 404
    reader = browsers(server)
    reader.sign_in(other.name, PASSWORD)
    assert "Unfair" in reader.open(f"/admin/reports/{about_mo}").words
    reader = browsers(server)
    reader.sign_in(ada.name, PASSWORD)  # who reported is no reader of reports
    assert reader.open(f"/admin/reports/{about_bo}").status == reader.open("/admin/reports").status == 404
