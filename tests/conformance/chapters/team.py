"""Those who run the server do all that the API for administrators lets them, and read back what it changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from holdfast import access, posts
from holdfast.acting import SYSTEM, Acting
from tests.mastodon.town import Person

ADMIN = "/api/v1/admin"
ALL_SCOPES = "admin:read admin:write read write"


def live(life: Any) -> None:
    """The owner looks at people, reports, blocks, trends and figures, and decides."""
    number = life.owner.number
    keeper = Person(life.town._client, access.issue_token(life.db, SYSTEM, number, ALL_SCOPES).token, number)
    joining(life, keeper)
    accounts(life, keeper)
    reports(life, keeper)
    servers(life, keeper)
    emails(keeper)
    networks(keeper)
    trends(life, keeper)
    figures(life, keeper)


def gone(who: Person, path: str) -> None:
    """Delete something; it is there no more."""
    who.good(who.ask("DELETE", path))
    assert who.ask("GET", path).status_code == 404


def joining(life: Any, keeper: Person) -> None:
    """Somebody is let in, somebody turned down, and somebody comes with an invitation."""
    asks = {"grant_type": "client_credentials", "scope": "read write"}
    alone = life.town.bearer(life.stranger.post("/oauth/token", **life.secrets | asks)["access_token"])
    life.db.set_settings(SYSTEM, {"registration": "approval"})
    invite = access.create_invite(life.db, Acting(life.owner.number, permissions=access.permissions_of("owner")))
    form = {"password": "correct horse battery staple", "agreement": True, "locale": "en", "reason": "I row."}
    for name in ("rower", "rowdy"):
        alone.post("/api/v1/accounts", **form, username=name, email=f"{name}@harbour.example")
    guest = {"username": "gannet", "email": "gannet@harbour.example", "invite_code": invite.code}
    alone.post("/api/v1/accounts", **form | guest)
    life.db.set_settings(SYSTEM, {"registration": "open"})
    waiting = {one["username"]: one for one in keeper.get("/api/v2/admin/accounts", status="pending")}
    assert waiting.keys() == {"rower", "rowdy"} and waiting["rower"]["invite_request"] == "I row."
    assert waiting["rower"]["email"] == "rower@harbour.example" and not waiting["rower"]["approved"]
    assert [one["username"] for one in keeper.get(f"{ADMIN}/accounts", email="rower@harbour.example")] == ["rower"]
    approved = keeper.post(f"{ADMIN}/accounts/{waiting['rower']['id']}/approve")
    assert approved["approved"] and approved == keeper.get(f"{ADMIN}/accounts/{approved['id']}")
    assert keeper.ask("POST", f"{ADMIN}/accounts/{approved['id']}/approve").status_code == 403
    keeper.post(f"{ADMIN}/accounts/{waiting['rowdy']['id']}/reject")
    assert keeper.get("/api/v2/admin/accounts", status="pending") == []
    (invited,) = keeper.get("/api/v2/admin/accounts", invited_by=life.owner.id)
    assert invited["invited_by_account_id"] == life.owner.id and invited["created_by_application_id"]


def accounts(life: Any, keeper: Person) -> None:
    """Each measure is taken, seen and lifted."""
    target = life.town.person("target")
    path = f"{ADMIN}/accounts/{target.id}"
    for kind, attribute, lifted, status in (
        ("sensitive", "sensitized", "unsensitive", None), ("disable", "disabled", "enable", "disabled"),
        ("silence", "silenced", "unsilence", "silenced"), ("suspend", "suspended", "unsuspend", "suspended"),
    ):  # fmt: skip
        assert keeper.post(f"{path}/action", type=kind, text="For a reason.") == {}
        assert keeper.get(path)[attribute], kind
        assert target.id in [one["id"] for one in keeper.get(f"{ADMIN}/accounts", **{attribute: "true"})]
        if status:
            assert target.id in [one["id"] for one in keeper.get("/api/v2/admin/accounts", status=status)]
        assert not keeper.post(f"{path}/{lifted}")[attribute], kind
    keeper.post(f"{path}/action", type="suspend")
    keeper.good(keeper.ask("DELETE", path))
    assert keeper.get(path)["suspended"] and target.id not in [one["id"] for one in keeper.get(f"{ADMIN}/accounts")]


def reports(life: Any, keeper: Person) -> None:
    """A report is taken, given back, settled, taken up again, recategorised."""
    author, reporter = life.town.people("rude", "reporter")
    post = author.says("Rude!")
    named = {"account_id": author.id, "status_ids": [post["id"]], "comment": "see there"}
    number = reporter.post("/api/v1/reports", **named)["id"]
    path = f"{ADMIN}/reports/{number}"
    assert number in [one["id"] for one in keeper.get(f"{ADMIN}/reports", target_account_id=author.id)]
    assert [one["id"] for one in keeper.get(f"{ADMIN}/reports", account_id=reporter.id)] == [number]
    changed = keeper.good(keeper.ask("PUT", path, json={"rule_ids": [str(life.rule)]}))
    assert (changed["category"], [one["id"] for one in changed["rules"]]) == ("violation", [str(life.rule)])
    assert changed["statuses"][0]["id"] == post["id"] and changed["account"]["id"] == reporter.id
    assert keeper.post(f"{path}/assign_to_self")["assigned_account"]["id"] == keeper.id
    assert keeper.post(f"{path}/unassign")["assigned_account"] is None
    settled = keeper.post(f"{path}/resolve")
    assert settled["action_taken"] and settled["action_taken_by_account"]["id"] == keeper.id
    assert settled == keeper.get(path)
    assert number in [one["id"] for one in keeper.get(f"{ADMIN}/reports", resolved="true")]
    assert not keeper.post(f"{path}/reopen")["action_taken"]
    keeper.post(f"{ADMIN}/accounts/{author.id}/action", type="none", report_id=number, text="Be kind.")
    assert keeper.get(path)["action_taken"]


def servers(life: Any, keeper: Person) -> None:
    """Other servers are blocked, told to everybody, and allowed."""
    wanted = {"domain": "Spam.example", "severity": "suspend", "reject_media": True, "public_comment": "spam"}
    made = keeper.post(f"{ADMIN}/domain_blocks", **wanted, private_comment="ours", obfuscate=True)
    assert (made["domain"], made["severity"], made["reject_reports"]) == ("spam.example", "suspend", False)
    path = f"{ADMIN}/domain_blocks/{made['id']}"
    assert keeper.get(f"{ADMIN}/domain_blocks") == [made] and keeper.get(path) == made
    again = keeper.ask("POST", f"{ADMIN}/domain_blocks", json=wanted)
    assert again.status_code == 422 and again.json()["existing_domain_block"] == made
    changed = keeper.good(keeper.ask("PUT", path, json={"reject_reports": True}))
    assert changed == made | {"reject_reports": True}
    (told,) = life.stranger.get("/api/v1/instance/domain_blocks")
    assert (told["domain"], told["comment"], told["digest"]) == ("s**m.example", "spam", made["digest"])
    gone(keeper, path)
    allowed = keeper.post(f"{ADMIN}/domain_allows", domain="friends.example")
    assert keeper.get(f"{ADMIN}/domain_allows") == [allowed]
    assert keeper.get(f"{ADMIN}/domain_allows/{allowed['id']}") == allowed
    gone(keeper, f"{ADMIN}/domain_allows/{allowed['id']}")


def emails(keeper: Person) -> None:
    """Addresses and providers that cannot sign up."""
    path = f"{ADMIN}/canonical_email_blocks"
    made = keeper.post(path, email="b.a.d+x@mail.example")
    assert keeper.get(path) == [made] == keeper.post(f"{path}/test", email="bad@mail.example")
    assert keeper.get(f"{path}/{made['id']}") == made and keeper.post(f"{path}/test", email="good@mail.example") == []
    gone(keeper, f"{path}/{made['id']}")
    path = f"{ADMIN}/email_domain_blocks"
    made = keeper.post(path, domain="mail.example")
    assert keeper.get(path) == [made] and keeper.get(f"{path}/{made['id']}") == made and len(made["history"]) == 7
    gone(keeper, f"{path}/{made['id']}")


def networks(keeper: Person) -> None:
    """Networks from which nothing is wanted."""
    path = f"{ADMIN}/ip_blocks"
    made = keeper.post(path, ip="192.0.2.0/24", severity="sign_up_block", comment="a wave", expires_in=3600)
    assert made["ip"] == "192.0.2.0/24" and made["expires_at"] and keeper.get(path) == [made]
    changed = keeper.good(keeper.ask("PUT", f"{path}/{made['id']}", json={"severity": "no_access"}))
    assert changed == made | {"severity": "no_access"} == keeper.get(f"{path}/{made['id']}")
    gone(keeper, f"{path}/{made['id']}")


def trends(life: Any, keeper: Person) -> None:
    """What is refused as a trend is one no more."""
    for kind, name in (("tags", "name"), ("statuses", "id"), ("links", "url")):
        one = keeper.get(f"{ADMIN}/trends/{kind}")[0]
        path = f"{ADMIN}/trends/{kind}/{one['id']}"
        assert keeper.post(f"{path}/reject")["id"] == one["id"]
        assert one[name] not in [each[name] for each in life.stranger.get(f"/api/v1/trends/{kind}")]
        keeper.post(f"{path}/approve")
        assert one[name] in [each[name] for each in life.stranger.get(f"/api/v1/trends/{kind}")]


def figures(life: Any, keeper: Person) -> None:
    """Every measure and every dimension."""
    with life.db.read() as r:
        tag = {"id": str(posts.tag_named(r, "regatta").id)}
    server = {"domain": "elsewhere.example"}
    now = datetime.now(UTC)
    days = {"start_at": (now - timedelta(days=2)).isoformat(), "end_at": now.isoformat()}
    of_tag, of_server = ("accounts", "uses", "servers"), (
        "accounts", "media_attachments", "reports", "statuses", "follows", "followers",
    )  # fmt: skip
    abouts = {f"tag_{name}": tag for name in of_tag} | {f"instance_{name}": server for name in of_server}
    simple = ["active_users", "new_users", "interactions", "opened_reports", "resolved_reports"]
    found = {one["key"]: one for one in keeper.post(f"{ADMIN}/measures", keys=[*simple, *abouts], **days, **abouts)}
    assert found.keys() == {*simple, *abouts} and all(len(one["data"]) == 3 for one in found.values())
    for key in ("active_users", "interactions", "opened_reports", "resolved_reports", "tag_uses", "tag_servers"):
        assert int(found[key]["total"]) > 0, key
    parts = ["languages", "sources", "servers", "space_usage", "software_versions"]
    abouts = {"tag_servers": tag, "tag_languages": tag, "instance_accounts": server, "instance_languages": server}
    made = {one["key"]: one["data"] for one in keeper.post(f"{ADMIN}/dimensions", keys=[*parts, *abouts], **abouts)}
    assert all(made[key] for key in (*parts, "tag_servers", "tag_languages"))
    assert made["tag_servers"][0]["value"] == "4" and made["servers"][0]["key"] == life.db.local_domain
    for frequency in ("day", "month"):
        (*_, last) = keeper.post(f"{ADMIN}/retention", **days, frequency=frequency)
        assert last["frequency"] == frequency and int(last["data"][0]["value"]) > 0 and last["data"][0]["rate"] == 1
