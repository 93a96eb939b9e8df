"""A community with a bit of everything in it, and an address for every page of the route table.

For the tests that look at every page: a new page with something in its path has to be named here.
"""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urlencode

import httpx
import pyvips

from holdfast import access, config, moderation, web
from holdfast.access import applications
from holdfast.acting import SYSTEM, Acting
from holdfast.moderation import Selection, Signal, Subject, Verdict, delivering
from holdfast.moderation.planning import Due
from holdfast.site.wiring import open_database
from holdfast.transparency import reports
from holdfast.writes import Ability, Database
from tests.servers import PASSWORD, NewMember, RunningServer
from tests.web.asking import ask
from tests.web.browser import Browser

NO_PAGES = (".rss", ".atom", ".json", ".md", ".gz", ".zip", ".webmanifest", ".js", "/write/files/{media:str}")
"""How addresses end where a program, a feed's reader or a script finds something else than a page."""


class Community(NamedTuple):
    """Addresses of pages: for the owner, who sees all of them, and for strangers."""

    pages: list[str]
    for_strangers: list[str]


def fill(server: RunningServer) -> Community:
    """Let three people do a bit of everything on a server that is set up."""
    ada, bo = server.member("ada"), server.member("bo")
    with server.client() as http:
        me = http.get("/api/v1/accounts/lookup?acct=owner").json()["id"]
    token = server.call("user.token", name="owner", scopes="read write follow push")["token"]
    owner = NewMember("owner", me, token, "owner@example.org")
    first = _conversation(server, ada, bo)
    own = ask(server, owner, "POST", "/api/v1/statuses", status="Mine, about #harbour")
    for who in (ada, bo):
        ask(server, who, "PATCH", "/api/v1/accounts/update_credentials", discoverable=True)
        ask(server, owner, "POST", f"/api/v1/accounts/{who.id}/follow")
    listed = ask(server, owner, "POST", "/api/v1/lists", title="Harbour folk")
    ask(server, owner, "POST", f"/api/v1/lists/{listed['id']}/accounts", account_ids=[ada.id])
    words = [{"keyword": "spoiler", "whole_word": True}]
    kept = {"title": "Endings", "context": ["home"], "filter_action": "warn", "keywords_attributes": words}
    folded = ask(server, owner, "POST", "/api/v2/filters", **kept)
    sailors = ask(server, owner, "POST", "/api/v1/collections", name="Sailors", account_ids=[ada.id])
    ask(server, owner, "PATCH", "/api/v1/accounts/update_credentials", locked=True)
    ask(server, bo, "POST", f"/api/v1/accounts/{me}/follow")
    ask(server, bo, "POST", "/api/v1/statuses", status="@owner a word in private", visibility="direct")
    ask(server, ada, "POST", "/api/v1/reports", account_id=bo.id, status_ids=[], comment="See for yourself")
    app = ask(
        server, ada, "POST", "/api/v1/apps", client_name="Gull", redirect_uris="https://gull.example/", scopes="read"
    )
    asks = {"client_id": app["client_id"], "redirect_uri": "https://gull.example/", "response_type": "code"}
    with Browser(server.base_url) as browser:
        browser.sign_in("owner", PASSWORD)
        browser.open("/settings/invites")
        code = browser.send("/settings/invites").html.partition("/invite/")[2].partition("<")[0]
        for kind in ("terms", "privacy"):
            browser.open("/admin/documents")
            browser.send(f"/admin/documents/{kind}", **{kind: "Be kind."})
        browser.open("/about")
        browser.send("/terms")
        report = browser.open("/admin/reports").html.partition("/admin/reports/")[2].partition('"')[0]
        case = browser.open("/admin/cases").html.partition('href="/admin/cases/')[2].partition('"')[0]
        browser.open("/admin/screening")
        entry = browser.send("/admin/screening", value="Casino bonus").path.partition("?")[0]
        browser.open("/admin/notices")
        body = f"Look at {server.base_url}/@{ada.name} and at https://far.example/1"
        notice = browser.send("/admin/notices", sender="A host", body=body).path.partition("?")[0]
        browser.open("/admin/requests")
        asked = {"authority": "A court", "basis": "A law", "asked": "All", "deadline": "2031-01-02"}
        request = browser.send("/admin/requests", **asked).path.partition("?")[0]
    talk = ask(server, owner, "GET", "/api/v1/conversations")[0]["id"]
    post = f"/@{ada.name}/{first['id']}"
    decided = _decisions(server, int(own["id"]), int(first["id"]))
    known = {
        "/invite/{code:str}": f"/invite/{code}",
        "/oauth/authorize": f"/oauth/authorize?{urlencode(asks)}",
        "/settings/filters/{filter:str}": f"/settings/filters/{folded['id']}",
        "/collections/{id:str}": f"/collections/{sailors['collection']['id']}",
        "/admin/reports/{id:str}": f"/admin/reports/{report}",
        "/admin/cases/{id:str}": f"/admin/cases/{case}",
        "/admin/bulk/{id:str}": f"/admin/bulk/{decided.bulk}",
        "/admin/screening/{id:str}": entry,
        "/admin/notices/{id:str}": notice,
        "/admin/requests/{id:str}": request,
        "/posts/{status:str}/delete": f"/posts/{own['id']}/delete",
        "/transparency/{id:str}": f"/transparency/{decided.published}",
        "/settings/reports/{case:str}": f"/settings/reports/{decided.written}",
        "/settings/decisions/{id:str}": f"/settings/decisions/{decided.about_owner}",
        "/admin/appeals/{id:str}": f"/admin/appeals/{decided.appeal}",
        "/decisions/{key:str}": decided.way_in,
        "/application/{key:str}": decided.application,
        "/report": f"/report?account={ada.id}",
        "/terms/{version:str}": "/terms/1",
        "/privacy/{version:str}": "/privacy/1",
        "/{handle:str}/{status:str}": post,
        "/{handle:str}/{status:str}/history": f"{post}/history",
        "/{handle:str}/{status:str}/boosted_by": f"{post}/boosted_by",
        "/{handle:str}/{status:str}/favourited_by": f"{post}/favourited_by",
        "/tags/{name:str}": "/tags/harbour",
        "/lists/{list:str}": f"/lists/{listed['id']}",
        "/lists/{list:str}/edit": f"/lists/{listed['id']}/edit",
        "/lists/{list:str}/delete": f"/lists/{listed['id']}/delete",
        "/conversations/{conversation:str}": f"/conversations/{talk}",
    }
    pages = [one.path for one in web.declared() if one.method == "GET" and not one.path.endswith(NO_PAGES)]
    pages = [known.get(path, path).replace("{handle:str}", f"@{ada.name}") for path in pages]
    assert not [path for path in pages if "{" in path]
    more = [
        "/search?q=harbour&type=posts",
        "/notifications?only=mentions",
        f"/write?reply={first['id']}",
        "/no/such/page",
    ]
    return Community([*pages, *more], ["/public", f"/@{ada.name}", post, "/about", "/auth/sign_in", "/no/such/page"])


class Decided(NamedTuple):
    """What the team has done: a decision about the owner, an appeal of another's, the ways in for who has a key."""

    about_owner: int
    appeal: int
    way_in: str
    bulk: int  # one decision in many cases
    written: int  # a case in which the team has written to the owner
    published: int  # a report for everybody
    application: str  # the page of somebody who asks to join


def _decisions(server: RunningServer, own: int, other: int) -> Decided:
    """Decide about two posts, from a process beside the server's."""
    db = open_database(config.load(server.environment), upgrade=False)
    try:
        first, second = (_decided(db, number) for number in (own, other))
        with db.read() as r:
            found = moderation.decision(r, second)
        ada = Acting(account_id=found.account_id)
        appeal = db.submit(lambda: moderation.file_appeal(db, ada, second, "Look again")).result()
        way_in, bulk, written = moderation.way_in(db, found), _bulk(db, other), _written(db, first)
        return Decided(first, appeal, way_in, bulk, written, _published(db), _application(db))
    finally:
        db.close()


def _published(db: Database) -> int:
    """The report of the last period that is over."""
    db.submit(lambda: reports.publish_due(db, reports.Nothing())).result()
    with db.read() as r:
        return reports.published(r)[0].id


def _written(db: Database, decision: int) -> int:
    """The case of a decision, in which the team asks whose it is about it."""
    with db.read() as r:
        case = moderation.decision(r, decision).case_id
    db.submit(lambda: moderation.write_word(db, SYSTEM, case, "author", "What did you mean?")).result()
    return case


def _bulk(db: Database, post: int) -> int:
    """The same decision in all cases about an account."""

    def run() -> int:
        with db.write(SYSTEM, Ability.MODERATION) as w:
            case = moderation.raise_signal(w, Subject.post(post), Signal(source="visitor", category="spam"))
        return moderation.decide_many(db, SYSTEM, Selection(case_ids=(case,)), Verdict(note="As agreed"))

    return db.submit(run).result()


def _application(db: Database) -> str:
    """Somebody who asks to join and was asked why; the way to their page."""

    def run() -> int:
        number = access.create_member(db, SYSTEM, "asks_in", approved=False)
        applications.ask_applicant(db, SYSTEM, number, "Why here?")
        return number

    return applications.application_way(db, db.submit(run).result())


def _decided(db: Database, post: int) -> int:
    """A label on a post, told to its author."""

    def run() -> int:
        with db.write(SYSTEM, Ability.MODERATION) as w:
            case = moderation.raise_signal(w, Subject.post(post), Signal(source="visitor", category="hate"))
        number = moderation.decide(db, SYSTEM, case, Verdict(on_subject="label", label="Disputed", facts="So it is."))
        delivering.deliver(db, Due(number))
        return number

    return db.submit(run).result()


def _conversation(server: RunningServer, ada: NewMember, bo: NewMember) -> dict[str, Any]:
    """Posts of two people: a picture, a reply, a warning, a poll, a boost, a change. The first of them."""
    drawn = pyvips.Image.black(64, 48, bands=3).pngsave_buffer()
    sent = httpx.post(
        f"{server.base_url}/api/v2/media",
        headers={"authorization": f"Bearer {ada.token}"},
        files={"file": ("a.png", drawn)},
        data={"description": "A dark square"},
    )
    with_picture = {"media_ids": [sent.json()["id"]]}
    first = ask(server, ada, "POST", "/api/v1/statuses", status="@owner Look #harbour", **with_picture)
    ask(server, bo, "POST", "/api/v1/statuses", status="Lovely!", in_reply_to_id=first["id"])
    ask(server, bo, "POST", "/api/v1/statuses", status="Hidden", spoiler_text="Food", language="de")
    ask(server, bo, "POST", "/api/v1/statuses", status="Well?", poll={"options": ["Yes", "No"], "expires_in": 3600})
    ask(server, bo, "POST", "/api/v1/statuses", status="Seen?", quoted_status_id=first["id"])
    ask(server, bo, "POST", f"/api/v1/statuses/{first['id']}/reblog")
    ask(server, bo, "POST", f"/api/v1/statuses/{first['id']}/favourite")
    ask(server, ada, "PUT", f"/api/v1/statuses/{first['id']}", status="@owner Look at the #harbour", **with_picture)
    found: dict[str, Any] = first
    return found
