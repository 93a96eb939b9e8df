"""What the API for administrators makes of reports and accounts: cases, decisions, and what follows from them."""

from __future__ import annotations

import pytest

from holdfast import access, moderation
from holdfast.acting import SYSTEM, Acting
from holdfast.moderation import CannotReport, Subject
from tests.mastodon.conftest import town
from tests.mastodon.town import Person, Town
from tests.moderation.test_own_api import OWN, case_about, reported, staff

__all__ = ["town"]

ADMIN = "/api/v1/admin"


def report_about(who: Person, author: Person) -> str:
    """The newest open report about somebody."""
    found: str = who.get(f"{ADMIN}/reports", target_account_id=author.id)[0]["id"]
    return found


def test_a_report_is_its_cases(town: Town) -> None:
    author, _ = reported(town)
    mo, al = staff(town, "mo"), staff(town, "al")
    number, case = report_about(mo, author), case_about(mo, author)
    path = f"{ADMIN}/reports/{number}"
    mo.post(f"{path}/assign_to_self")
    assert case_about(al, author)["claimed_by_id"] == mo.id
    for action in ("assign_to_self", "unassign", "resolve"):
        answer = al.ask("POST", f"{path}/{action}")
        assert answer.status_code == 422 and "Somebody else works on this case" in answer.json()["error"]
    assert not mo.get(path)["action_taken"]
    mo.post(f"{path}/resolve")
    assert al.get(path)["action_taken_by_account"]["id"] == mo.id
    (decision,) = mo.get(f"{OWN}/cases/{case['id']}/decisions")
    assert (decision["measure"], decision["account_measure"], decision["closes"]) == ("nothing", "nothing", True)
    assert mo.post(f"{path}/resolve")["action_taken"]  # again: nothing is left to do
    assert len(mo.get(f"{OWN}/cases/{case['id']}/decisions")) == 1
    again = al.post(f"{path}/reopen")
    assert not again["action_taken"] and again["action_taken_by_account"] is None
    assert case_about(al, author)["id"] == case["id"]


def test_reopening_leaves_in_force_what_was_decided(town: Town) -> None:
    author, post = reported(town)
    mo = staff(town, "mo")
    number, case = report_about(mo, author), case_about(mo, author)
    mo.post(f"{OWN}/cases/{case['id']}/decisions", measure="hide")
    mo.post(f"{ADMIN}/reports/{number}/reopen")
    assert case_about(mo, author)["id"] == case["id"]
    assert town.stranger.ask("GET", f"/api/v1/statuses/{post['id']}").status_code == 404
    shown = mo.get(f"{ADMIN}/reports/{number}")["statuses"]  # the team sees it all the same
    assert [one["id"] for one in shown] == [post["id"]]


def test_an_action_is_a_decision_that_its_member_is_told_of_and_can_appeal(town: Town) -> None:
    town.db.set_settings(SYSTEM, {"letter_wait_seconds": 0})
    author, _ = reported(town)
    mo = staff(town, "mo")
    number = report_about(mo, author)
    path = f"{ADMIN}/accounts/{author.id}"
    mo.post(f"{path}/action", type="silence", text="Too loud.", report_id=number)
    assert mo.get(f"{ADMIN}/reports/{number}")["action_taken"] and mo.get(path)["silenced"]
    town.run_jobs()
    (told,) = author.get(f"{OWN}/statements")
    assert told["facts"] == "Too loud." and told["may_appeal"]
    (warning,) = author.get("/api/v1/notifications", types=["moderation_warning"])
    assert warning["moderation_warning"]["action"] == "silence"
    assert not mo.post(f"{path}/unsilence")["silenced"]
    assert author.get(f"{OWN}/statements/{told['id']}")["state"] == "ended"
    stranger = town.person("other")
    assert (
        mo.ask("POST", f"{ADMIN}/accounts/{stranger.id}/action", json={"type": "none", "report_id": number}).status_code
        == 404
    )
    answer = mo.ask("POST", f"{path}/action", json={"type": "none", "warning_preset_id": "3"})
    assert answer.status_code == 422 and "warning_preset_id" in answer.json()["details"]
    assert mo.ask("POST", f"{path}/action", json={"type": "burn"}).status_code == 422
    assert mo.ask("POST", f"{path}/action", json={}).status_code in (400, 422)


def test_an_action_opens_a_case_that_a_decision_lets_rest(town: Town) -> None:
    author, mo = town.person("author"), staff(town, "mo")
    town.person("reporter").post("/api/v1/reports", account_id=author.id)
    case = case_about(mo, author)
    mo.post(f"{OWN}/cases/{case['id']}/decisions", rests=True)
    mo.post(f"{ADMIN}/accounts/{author.id}/action", type="none", text="Once more.")
    _, taken = mo.get(f"{OWN}/cases/{case['id']}/decisions")
    assert (taken["account_measure"], taken["facts"]) == ("warning", "Once more.")
    assert mo.get(f"{OWN}/cases", account_id=author.id) == []


def test_nobody_acts_on_a_peer_or_on_themselves(town: Town) -> None:
    mo, al, boss = staff(town, "mo"), staff(town, "al"), staff(town, "boss", "administrator")
    for target in (al, boss, mo):
        for action in ("silence", "suspend"):
            answer = mo.ask("POST", f"{ADMIN}/accounts/{target.id}/action", json={"type": action})
            assert answer.status_code in (403, 422), answer.text
        for lifted in ("enable", "unsilence", "unsensitive"):
            assert mo.ask("POST", f"{ADMIN}/accounts/{target.id}/{lifted}").status_code in (403, 422)
        found = boss.get(f"{ADMIN}/accounts/{target.id}")
        assert not (found["silenced"] or found["suspended"])
    assert moderation_cases(town, al) == 0


def moderation_cases(town: Town, who: Person) -> int:
    """How many cases there are about somebody's account."""
    with town.db.read() as r:
        return len(moderation.of_subject(r, Subject.account(who.number or 0)))


def test_what_a_sensitized_account_attaches_is_covered_until_that_is_lifted(town: Town) -> None:
    from tests.conformance.scenario import picture

    author, mo = town.person("author"), staff(town, "mo")

    def posts() -> bool:
        answer = author.ask("POST", "/api/v2/media", files={"file": ("x.png", picture(), "image/png")})
        made = author.says("look", media_ids=[author.good(answer)["id"]], sensitive=False)
        path = f"/api/v1/statuses/{made['id']}"
        body = {"status": "look again", "sensitive": False, "media_ids": [made["media_attachments"][0]["id"]]}
        changed = author.good(author.ask("PUT", path, json=body))
        assert changed["sensitive"] == made["sensitive"]
        return bool(made["sensitive"])

    assert posts() is False
    mo.post(f"{ADMIN}/accounts/{author.id}/action", type="sensitive")
    assert posts() is True and author.says("words alone")["sensitive"] is False
    assert mo.post(f"{ADMIN}/accounts/{author.id}/unsensitive")["sensitized"] is False
    assert posts() is False


def test_volunteers_work_on_reports_without_seeing_where_people_sign_in(town: Town) -> None:
    author, _ = reported(town)
    mo, vi = staff(town, "mo"), staff(town, "vi", "volunteer")
    town.db.submit(lambda: began(town, author)).result()
    number = report_about(vi, author)
    assert mo.get(f"{ADMIN}/reports/{number}")["target_account"]["ip"] == "192.0.2.77"
    shown = vi.get(f"{ADMIN}/reports/{number}")
    for one in (shown["account"], shown["target_account"]):
        assert (one["email"], one["ip"], one["ips"], one["invite_request"]) == ("", None, [], None)
    assert vi.ask("POST", f"{ADMIN}/reports/{number}/resolve").status_code == 403
    assert vi.ask("GET", f"{ADMIN}/accounts/{author.id}").status_code == 403


def test_nobody_sees_reports_about_themselves(town: Town) -> None:
    mo, al = staff(town, "mo"), staff(town, "al")
    town.person("reporter").post("/api/v1/reports", account_id=mo.id)
    number = report_about(al, mo)
    assert mo.get(f"{ADMIN}/reports", target_account_id=mo.id) == []
    assert mo.ask("GET", f"{ADMIN}/reports/{number}").status_code == 404
    for action in ("assign_to_self", "resolve", "reopen"):
        assert mo.ask("POST", f"{ADMIN}/reports/{number}/{action}").status_code == 404


def test_a_report_says_what_it_is_about_as_the_team_sees_it(town: Town) -> None:
    author, _ = reported(town, category="spam")
    mo = staff(town, "mo")
    path = f"{ADMIN}/reports/{report_about(mo, author)}"
    rule = access.add_rule(town.db, SYSTEM, "Be kind.")
    changed = mo.good(mo.ask("PUT", path, json={"rule_ids": [str(rule)], "category": "spam"}))
    assert (changed["category"], [one["id"] for one in changed["rules"]]) == ("violation", [str(rule)])
    changed = mo.good(mo.ask("PUT", path, json={"category": "legal"}))
    assert (changed["category"], changed["rules"]) == ("legal", [])
    assert mo.ask("PUT", path, json={"rule_ids": ["1"]}).status_code == 422


def test_blocks_have_the_effects_that_they_have_today(town: Town) -> None:
    boss = staff(town, "boss", "administrator")
    block = boss.post(f"{ADMIN}/domain_blocks", domain="rude.example", reject_reports=True, severity="noop")
    assert town.stranger.get("/api/v1/instance/domain_blocks") == []  # one that does nothing is not told
    author = town.person("author")
    about = [Subject.account(author.number or 0)]

    def reports(server: str) -> list[int]:
        return town.db.submit(lambda: moderation.raise_from_server(town.db, SYSTEM, server, about)).result()

    for server in ("rude.example", "a.rude.example"):
        with pytest.raises(CannotReport):
            reports(server)
    assert reports("kind.example")
    boss.good(boss.ask("DELETE", f"{ADMIN}/domain_blocks/{block['id']}"))
    assert reports("rude.example")
    for domain in ("", "nonsense", town.db.local_domain):
        assert boss.ask("POST", f"{ADMIN}/domain_blocks", json={"domain": domain}).status_code == 422
        assert boss.ask("POST", f"{ADMIN}/domain_allows", json={"domain": domain}).status_code == 422

    boss.post(f"{ADMIN}/canonical_email_blocks", email="b.ad+1@mail.example")
    town.db.set_settings(SYSTEM, {"registration": "open"})
    for email, status in (("bad@mail.example", 422), ("good@mail.example", 200)):
        assert signs_up(town, email) == status, email
    assert boss.ask("POST", f"{ADMIN}/canonical_email_blocks", json={"email": "bad@mail.example"}).status_code == 422
    assert boss.ask("POST", f"{ADMIN}/canonical_email_blocks", json={}).status_code == 422
    boss.post(f"{ADMIN}/email_domain_blocks", domain="mail.example")
    assert signs_up(town, "other@sub.mail.example") == 422
    (counted,) = boss.get(f"{ADMIN}/email_domain_blocks")
    assert counted["history"][0]["accounts"] == "1"


def signs_up(town: Town, email: str) -> int:
    """The status of a sign-up by app with this address."""
    from tests.conformance.scenario import BACK

    made = access.register_app(town.db, Acting(ip="192.0.2.7"), "Gull", [BACK], "read write")
    alone = town.bearer(access.client_token(town.db, SYSTEM, made.app, "read write").token)
    name = email.partition("@")[0] + str(town.db.store.ids.new())[-6:]
    form = {
        "username": name,
        "email": email,
        "password": "correct horse battery staple",
        "agreement": True,
        "locale": "en",
    }
    return alone.ask("POST", "/api/v1/accounts", json=form).status_code


def test_networks_are_blocked_once_and_changed(town: Town) -> None:
    mo = staff(town, "mo")
    block = mo.post(f"{ADMIN}/ip_blocks", ip="198.51.100.7", severity="sign_up_block")
    assert block["ip"] == "198.51.100.7/32" and block["expires_at"] is None
    for body in (
        {"ip": "198.51.100.7", "severity": "no_access"}, {"ip": "x", "severity": "no_access"},
        {"ip": "198.51.100.8", "severity": "burn"}, {"ip": "198.51.100.8", "severity": "no_access", "expires_in": -1},
    ):  # fmt: skip
        assert mo.ask("POST", f"{ADMIN}/ip_blocks", json=body).status_code == 422, body
    path = f"{ADMIN}/ip_blocks/{block['id']}"
    changed = mo.good(mo.ask("PUT", path, json={"ip": "198.51.100.0/24", "comment": "all", "expires_in": 60}))
    assert (changed["ip"], changed["comment"], changed["severity"]) == ("198.51.100.0/24", "all", "sign_up_block")
    assert changed["expires_at"] is not None


def test_accounts_are_found_by_what_they_are(town: Town) -> None:
    mo, wren = staff(town, "mo"), town.person("wren")
    wren.good(wren.ask("PATCH", "/api/v1/accounts/update_credentials", json={"display_name": "Zaunkönig"}))
    for params in ({"username": wren.name}, {"display_name": "zaunk"}, {"ip": "192.0.2.88/30"}):
        if "ip" in params:
            town.db.submit(lambda: began(town, wren, "192.0.2.90")).result()
        for version in ("v1", "v2"):
            assert [one["id"] for one in mo.get(f"/api/{version}/admin/accounts", **params)] == [wren.id], params
    shown = mo.get(f"{ADMIN}/accounts/{wren.id}")
    assert shown["ip"] == "192.0.2.90" and shown["ips"][0]["used_at"] and shown["role"]["id"] == "0"
    assert mo.id in [one["id"] for one in mo.get(f"{ADMIN}/accounts", staff="true")]
    assert wren.id not in [one["id"] for one in mo.get("/api/v2/admin/accounts", permissions="staff")]
    assert mo.id in [one["id"] for one in mo.get("/api/v2/admin/accounts", role_ids=["3"])]
    assert mo.get(f"{ADMIN}/accounts", remote="true") == [] == mo.get("/api/v2/admin/accounts", by_domain="x.example")
    assert mo.ask("GET", f"{ADMIN}/accounts", params={"ip": "nonsense"}).status_code == 422
    first = mo.ask("GET", f"{ADMIN}/accounts", params={"limit": 1, "local": "true"})
    assert len(first.json()) == 1 and 'rel="next"' in first.headers["link"]


def began(town: Town, who: Person, ip: str = "192.0.2.77") -> None:
    """Let somebody have signed in from an address."""
    from holdfast.access import sessions
    from holdfast.writes import Ability

    with town.db.write(Acting(who.number, ip=ip), Ability.SIGN_IN) as w:
        sessions.begin(w, access.member(w, who.number or 0), "password", "a browser")


def test_figures_that_nobody_can_mean_are_refused(town: Town) -> None:
    boss = staff(town, "boss", "administrator")
    days = {"start_at": "2026-01-01", "end_at": "2026-01-03"}
    for path, body in (
        ("measures", {"keys": ["weather"], **days}), ("measures", {"keys": [], **days}),
        ("measures", {"keys": ["tag_uses"], **days}), ("measures", {"keys": ["instance_reports"], **days}),
        ("measures", {"keys": ["new_users"], "start_at": "2026-01-03", "end_at": "2026-01-01"}),
        ("measures", {"keys": ["new_users"], "start_at": "0001-01-03", "end_at": "2026-01-01"}),
        ("dimensions", {"keys": ["weather"]}), ("dimensions", {"keys": ["tag_servers"]}),
        ("dimensions", {"keys": ["instance_languages"]}),
        ("retention", {"start_at": "9999-12-31", "end_at": "9999-12-31", "frequency": "month"}),
        ("retention", {"start_at": "2020-01-01", "end_at": "2026-12-31", "frequency": "day"}),
    ):  # fmt: skip
        answer = boss.ask("POST", f"{ADMIN}/{path}", json=body)
        assert answer.status_code == 422 and answer.json()["details"], (path, body, answer.text)
