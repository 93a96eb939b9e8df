"""The console: the queue, a case, a decision and its undo, and what somebody who comes late is told."""

from __future__ import annotations

from collections.abc import Callable

import pyvips

from tests.servers import PASSWORD, NewMember, RunningServer
from tests.web.browser import Browser, Page
from tests.web.test_reading import assert_harmless, post
from tests.web.test_reports import report


def seen(server: RunningServer, status: str, who: NewMember) -> int:
    with server.client(who.token) as http:
        return http.get(f"/api/v1/statuses/{status}").status_code


def test_a_case_is_decided_and_the_decision_undone(server: RunningServer, browsers: Callable[..., Browser]) -> None:
    ada, bo = server.member("ada"), server.member("bo")
    mo, vi = server.member("mo", role="moderator"), server.member("vi", role="volunteer")
    loud = post(server, bo, "GO AWAY <b>")
    report(server, ada, bo, status_ids=[loud["id"]], category="violation", comment="<script>alert(1)</script>")

    late = browsers(server)
    late.sign_in(vi.name, PASSWORD)
    assert "GO AWAY" in late.open("/admin/cases").words
    case = case_about(late, bo)
    old = late.open(case)
    assert_harmless(old)
    assert "alert(1)" in old.words and f"@{ada.name}" in old.words and "Severity 2 of 5" in old.words
    revision = next(found["value"] for tag, found in old.tags if tag == "input" and found.get("name") == "seen")

    first = browsers(server)
    first.sign_in(mo.name, PASSWORD)
    first.open(case)
    first.send(
        case, on_subject="hide", on_account="nothing", days="0", category="harassment", seen=revision, closes="yes"
    )
    assert "Decided, and in force." in first.page.words
    assert (seen(server, loud["id"], ada), seen(server, loud["id"], bo)) == (404, 200)

    late.send(
        case, on_subject="remove", on_account="nothing", days="0", seen=revision, note="My own words", closes="yes"
    )
    assert f"@{mo.name} decided this case at" in late.page.words and "My own words" in late.page.words
    assert seen(server, loud["id"], bo) == 200

    first.open(case)
    first.send(f"{case}/undo")
    assert "Taken back." in first.page.words
    assert seen(server, loud["id"], ada) == 200

    late.open("/admin/cases")
    late.send("/admin/cases/next")
    assert "works on it" not in late.page.words and "Decide" in late.page.words
    taken = late.page.path.partition("?")[0]  # others share the server: it may be another case
    first.open(taken)
    first.send(taken, on_subject="nothing", on_account="nothing", days="0", closes="yes")
    assert f"@{vi.name} works on this case until" in first.page.words


def test_a_decision_closes_its_case_unless_somebody_wants_it_open(
    server: RunningServer, browsers: Callable[..., Browser]
) -> None:
    ada, bo, mo = server.member("ada"), server.member("bo"), server.member("mo", role="moderator")
    loud = post(server, bo, "GO AWAY")
    report(server, ada, bo, status_ids=[loud["id"]], category="spam")
    window = browsers(server)
    window.sign_in(mo.name, PASSWORD)
    case = case_about(window, bo)
    begins = window.open(case).form(case).values
    assert (begins["on_subject"], begins["on_account"], begins["days"]) == ("nothing", "nothing", "0")
    assert (begins["closes"], begins["category"]) == ("yes", "spam")
    still_open = window.send(case, on_account="note", note="Asked the others", but=("closes",))
    assert "Decided, and in force." in still_open.words and case_about(window, bo) == case
    window.open(case)
    window.send(case, on_subject="hide")  # the form as it stands
    assert "Decided, and in force." in window.page.words
    assert not cases_about(window, bo)


def test_a_case_keeps_its_evidence_and_offers_only_what_the_role_may_do(
    server: RunningServer, browsers: Callable[..., Browser]
) -> None:
    ada, bo = server.member("ada"), server.member("bo")
    mo, vi = server.member("mo", role="moderator"), server.member("vi", role="volunteer")
    drawn = pyvips.Image.black(64, 48, bands=3).pngsave_buffer()
    with server.client(bo.token) as http:
        sent = http.post("/api/v2/media", files={"file": ("a.png", drawn)}, data={"description": "A dark square"})
    picture = sent.json()["id"]
    gone = post(server, bo, f"@{ada.name} just between us", visibility="direct", media_ids=[picture])
    report(server, ada, bo, status_ids=[gone["id"]], rule_ids=[a_rule(server)], comment="Look")
    with server.client(bo.token) as http:
        http.delete(f"/api/v1/statuses/{gone['id']}").raise_for_status()

    volunteer = browsers(server)
    volunteer.sign_in(vi.name, PASSWORD)
    case = case_about(volunteer, bo)
    page = volunteer.open(case)
    assert "just between us" in page.words and "A dark square" in page.words
    assert "Deleted, or its author is gone" in page.words
    assert "Rules that it names No shouting in cases" in page.words
    assert not [
        found for tag, found in page.tags if tag in ("img", "video", "audio") and "/media/" in found.get("src", "")
    ]
    assert measures_offered(page) == {"nothing", "note", "warning", "strike", "sensitive", "limit", "freeze"}
    assert "on_subject" not in page.form(case).names  # nothing is left there to be changed
    volunteer.send(case, on_account="warning", facts="Do not write such things.")
    number = volunteer.open(case).form(f"{case}/undo").values["decision"]

    moderator = browsers(server)
    moderator.sign_in(mo.name, PASSWORD)
    page = moderator.open(case)
    assert "Do not write such things." in page.words
    assert f"{case}/undo" not in [one.action for one in page.forms]  # another's decision is not theirs to take back
    volunteer.send(f"{case}/undo", decision=number)
    assert measures_offered(moderator.open(case)) >= {"suspend", "delete"}
    owner = browsers(server)
    owner.sign_in("owner", PASSWORD)
    owner.open(case)
    owner.send(case, on_account="warning", facts="Once more.")
    assert f"{case}/undo" in [one.action for one in owner.open(case).forms]


def test_who_asks_for_some_cases_is_given_the_next_of_them(
    server: RunningServer, browsers: Callable[..., Browser]
) -> None:
    ada, bo, cy = server.member("ada"), server.member("bo"), server.member("cy")
    mo = server.member("mo", role="moderator")
    report(server, ada, bo, status_ids=[post(server, bo, "Buy this")["id"]], category="spam")
    report(server, ada, cy, category="legal")
    window = browsers(server)
    window.sign_in(mo.name, PASSWORD)
    row = row_about(window, bo)
    assert "Buy this" in row and "Severity 1 of 5, 35% likely, 0 views an hour, due in 47 h." in row
    for query, about_bo, about_cy in (("kind=account", 0, 1), ("overdue=yes", 0, 0), ("overdue=no&contained=no", 1, 1)):
        found = [len(cases_about(window, who, f"/admin/cases?{query}")) for who in (bo, cy)]
        assert found == [about_bo, about_cy], query
    assert not cases_about(window, bo, "/admin/cases?mine=yes") and "No open case is like that." in window.page.words
    assert cases_about(window, bo, "/admin/cases?kind=nonsense&category=nonsense&language=%00")

    window.open("/admin/cases?category=illegal&kind=account")
    taken = window.send("/admin/cases/next")
    assert taken.heading == "Otherwise against the law: Account"  # though others come before it
    case = taken.path.partition("?")[0]
    assert case in window.open("/admin/cases?mine=yes").html
    window.open(taken.path)
    given_back = window.send(f"{case}/release")
    assert "Given back to the queue." in given_back.words and "category=illegal" in given_back.path

    (own,) = cases_about(window, bo)
    window.open(f"/admin/cases/{own}?asked=category%3Dspam")
    window.send(f"/admin/cases/{own}", on_account="strike", facts="Advertising")
    assert window.page.form("/admin/cases/next").values["asked"] == "category=spam"
    report(server, ada, bo, comment="Again")
    assert "1 strike counts" in row_about(window, bo)


def measures_offered(page: Page) -> set[str]:
    """The measures on an account that a page lets one choose."""
    return {found["value"] for tag, found in page.tags if tag == "input" and found.get("name") == "on_account"}


def a_rule(server: RunningServer) -> str:
    """A rule of the server; its id."""
    with Browser(server.base_url) as owner:
        owner.sign_in("owner", PASSWORD)
        owner.open("/admin/rules")
        owner.send("/admin/rules", text="No shouting in cases", hint="")
    with server.client() as http:
        return str(http.get("/api/v1/instance/rules").json()[-1]["id"])


def row_about(window: Browser, who: NewMember, queue: str = "/admin/cases") -> str:
    """What the queue says of the open cases about a member, as it is written; empty where there are none."""
    rows = window.open(queue).html.split("<li")[1:]
    return "".join(row for row in rows if f"@{who.name}</bdi> ·" in row)


def cases_about(window: Browser, who: NewMember, queue: str = "/admin/cases") -> list[str]:
    """The ids of the open cases about a member, as they stand in the queue."""
    rows = row_about(window, who, queue).split('href="/admin/cases/')[1:]
    return [row.partition('"')[0] for row in rows]


def case_about(window: Browser, who: NewMember) -> str:
    """The address of the one open case about a member."""
    (number,) = cases_about(window, who)
    return f"/admin/cases/{number}"


def test_members_see_no_cases_and_nobody_one_about_themselves(
    server: RunningServer, browsers: Callable[..., Browser]
) -> None:
    ada, mo = server.member("ada"), server.member("mo", role="moderator")
    report(server, ada, mo, comment="Unfair")
    window = browsers(server)
    window.sign_in(ada.name, PASSWORD)
    assert window.open("/admin/cases").status == 404
    window = browsers(server)
    window.sign_in(mo.name, PASSWORD)
    listed = window.open("/admin/cases")
    assert listed.status == 200 and f"@{mo.name} ·" not in listed.words
