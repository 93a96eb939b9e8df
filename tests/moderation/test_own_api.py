"""Moderation through our own API: the queue, a case, claims, decisions, letters, flags, appeals, screening."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from holdfast import access
from holdfast.acting import SYSTEM
from holdfast.moderation.tables import looks
from tests.mastodon.asking import Voice, links
from tests.mastodon.conftest import town
from tests.mastodon.town import Person, Town, walk

__all__ = ["town"]

TEAM = "admin:read admin:write read write"
OWN = "/api/holdfast/v1"


def staff(town: Town, name: str, role: str = "moderator", scopes: str = TEAM) -> Person:
    """Somebody of the team with a token for it."""
    found = town.person(name, scopes)
    access.set_role(town.db, SYSTEM, found.number or 0, role)
    return found


def reported(town: Town, text: str = "Rude", category: str = "spam", **options: Any) -> tuple[Person, Any]:
    """A post that somebody has reported, and its author."""
    author, reporter = town.people("author", "reporter")
    post = author.says(text)
    reporter.post("/api/v1/reports", account_id=author.id, status_ids=[post["id"]], category=category, **options)
    return author, post


def case_about(who: Voice, author: Person, **more: Any) -> Any:
    """The open case about somebody's post."""
    (found,) = who.get(f"{OWN}/cases", account_id=author.id, **more)
    return found


def refused(answer: Any, status: int, code: str) -> Any:
    """The body of an answer that says no."""
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert body["error"] == code and body["error_description"], body
    return body


def test_a_case_is_found_looked_at_decided_and_undone(town: Town) -> None:
    author, post = reported(town, "Buy now", comment="an advert")
    mo = staff(town, "mo")
    found = case_about(mo, author)
    assert found["subject"] == {"kind": "post", "key": post["id"]} and found["account"]["id"] == author.id
    assert (found["category"], found["severity"], found["is_overdue"], found["closed_at"]) == ("spam", 1, False, None)
    assert found["why"].startswith("Severity 1 of 5, ") and found["looked_at"] is None
    whole = mo.get(f"{OWN}/cases/{found['id']}")
    (evidence,) = whole["evidence"]
    assert (evidence["id"], evidence["is_deleted"], evidence["content"]) == (post["id"], False, "<p>Buy now</p>")
    (signal,) = whole["signals"]
    assert (signal["source"], signal["comment"]) == ("member", "an advert")
    assert mo.get(f"{OWN}/cases/{found['id']}/signals") == whole["signals"]
    assert whole["looked_at"] and whole["proposal"] == "warning" and whole["strikes"] == 0
    with town.db.read() as r:
        assert len(r.rows(select(looks.c.id).where(looks.c.case_id == int(found["id"])))) == 1

    decided = mo.post(
        f"{OWN}/cases/{found['id']}/decisions", revision=whole["revision"], measure="hide", account_measure="strike",
        category="spam", facts="Adverts are not wanted here.", note="third time",
    )  # fmt: skip
    assert (decided["measure"], decided["account_measure"], decided["state"]) == ("hide", "strike", "stands")
    assert decided["decided_by_id"] == mo.id and decided["facts"] == "Adverts are not wanted here."
    assert town.stranger.ask("GET", f"/api/v1/statuses/{post['id']}").status_code == 404
    assert mo.get(f"{OWN}/cases", account_id=author.id) == []
    assert found["id"] in [one["id"] for one in mo.get(f"{OWN}/cases", state="closed")]
    assert mo.get(f"{OWN}/cases/{found['id']}/decisions") == [decided]
    assert mo.get(f"{OWN}/cases/{found['id']}")["strikes"] == 1

    undone = mo.post(f"{OWN}/decisions/{decided['id']}/undo")
    assert undone["state"] == "undone" and undone == mo.get(f"{OWN}/decisions/{decided['id']}")
    assert town.stranger.get(f"/api/v1/statuses/{post['id']}")["id"] == post["id"]
    assert case_about(mo, author)["id"] == found["id"]
    refused(mo.ask("POST", f"{OWN}/decisions/{decided['id']}/undo"), 409, "cannot_undo")


def test_two_never_work_on_one_case_and_who_comes_late_learns_who_was_faster(town: Town) -> None:
    author, _ = reported(town)
    mo, vi = staff(town, "mo"), staff(town, "vi", "volunteer")
    taken = vi.post(f"{OWN}/cases/claim_next", account_id=author.id)
    assert taken["claimed_by_id"] == vi.id and taken["evidence"] and taken["looked_at"]
    path = f"{OWN}/cases/{taken['id']}"
    assert case_about(vi, author, mine="true")["id"] == taken["id"]
    answer = mo.ask("POST", f"{OWN}/cases/claim_next", json={"account_id": author.id})
    assert (answer.status_code, answer.content) == (204, b"")
    for action in ("claim", "release", "decisions"):
        said = refused(mo.ask("POST", f"{path}/{action}"), 409, "case_claimed")["meanwhile"]
        assert (said["claimed_by"], said["until"]) == (vi.id, taken["claimed_until"]), action
    assert vi.post(f"{path}/claim")["claimed_by_id"] == vi.id
    assert vi.post(f"{path}/release")["claimed_by_id"] is None
    assert mo.post(f"{path}/claim")["claimed_by_id"] == mo.id
    mo.post(f"{path}/decisions", revision=taken["revision"], closes=False, measure="label", label="Disputed")
    mo.post(f"{path}/release")
    late = refused(vi.ask("POST", f"{path}/decisions", json={"revision": taken["revision"]}), 409, "case_decided")
    assert late["meanwhile"]["decided_by"] == mo.id and late["meanwhile"]["on_subject"] == "label"
    assert len(mo.get(f"{path}/decisions")) == 1
    assert mo.post(f"{path}/escalate", needs="cases.oversee")["needs"] == "cases.oversee"
    refused(mo.ask("POST", f"{path}/decisions"), 403, "not_permitted")


def test_decisions_that_make_no_sense_name_the_field_and_change_nothing(town: Town) -> None:
    author, _ = reported(town)
    mo, vi = staff(town, "mo"), staff(town, "vi", "volunteer")
    path = f"{OWN}/cases/{case_about(mo, author)['id']}/decisions"
    for field, values in {
        "measure": {"measure": "burn"},
        "account_measure": {"account_measure": "burn"},
        "label": {"measure": "label"},
        "category": {"category": "weather"},
        "rule_ids": {"rule_ids": ["1"]},
        "until": {"until": "2020-01-01T00:00:00Z"},
    }.items():
        body = refused(mo.ask("POST", path, json=values), 422, "cannot_decide")
        assert list(body["details"]) == [field] and body["details"][field][0]["description"], field
    refused(vi.ask("POST", path, json={"account_measure": "suspend"}), 403, "not_permitted")
    assert mo.get(path) == []
    refused(mo.ask("GET", f"{OWN}/cases/1"), 404, "case_not_found")
    refused(mo.ask("GET", f"{OWN}/decisions/1"), 404, "decision_not_found")


def test_nobody_sees_or_decides_a_case_about_themselves(town: Town) -> None:
    mo, reporter, other = staff(town, "mo"), town.person("reporter"), staff(town, "other")
    post = mo.says("Mine")
    reporter.post("/api/v1/reports", account_id=mo.id, status_ids=[post["id"]])
    found = case_about(other, mo)
    assert mo.get(f"{OWN}/cases", account_id=mo.id) == []
    refused(mo.ask("GET", f"{OWN}/cases/{found['id']}"), 404, "case_not_found")
    refused(mo.ask("GET", f"{OWN}/cases/{found['id']}/signals"), 404, "case_not_found")
    refused(mo.ask("POST", f"{OWN}/cases/{found['id']}/claim"), 403, "is_about_you")
    refused(mo.ask("POST", f"{OWN}/cases/{found['id']}/decisions"), 403, "is_about_you")


def test_the_queue_goes_by_harm_and_its_pages_lead_on(town: Town) -> None:
    mo = staff(town, "mo")
    for category in ("spam", "legal", "other"):
        reported(town, category=category)
    everything = walk(mo, f"{OWN}/cases", limit=2)
    found = [one for page in everything for one in page]
    assert [one["priority"] for one in found] == sorted((one["priority"] for one in found), reverse=True)
    assert len({one["id"] for one in found}) == len(found) >= 3
    assert {one["category"] for one in mo.get(f"{OWN}/cases", category=["illegal", "other"])} == {"illegal", "other"}
    assert "spam" not in {one["category"] for one in mo.get(f"{OWN}/cases", without=["spam"])}
    assert mo.get(f"{OWN}/cases", overdue="true") == [] == mo.get(f"{OWN}/cases", kind="domain")
    answer = mo.ask("GET", f"{OWN}/cases", params={"kind": "planet"})
    assert answer.status_code == 422 and list(answer.json()["details"]) == ["kind"]
    waits = mo.get(f"{OWN}/cases/backlog")
    assert waits["open"] >= len(found) and waits["overdue"] == 0


def test_a_letter_becomes_cases_and_answers_itself(town: Town) -> None:
    author, mo = town.person("author"), staff(town, "mo")
    post = author.says("Bad")
    body = f"1. {post['url']}\n2. https://elsewhere.example/x"
    letter = {"sender": "Example Hosting", "body": body, "hours": 24, "category": "hate"}
    added = mo.post(f"{OWN}/notices", **letter, reference="#4711")
    assert (added["items_count"], added["found"], added["not_found"], added["open"]) == (2, 1, 1, 1)
    assert added["added_by_id"] == mo.id and added["kind"] == "host" and added["is_deadline_met"] is None
    first, second = added["items"]
    assert (first["state"], second["state"], second["problem"]) == ("open", "not_found", "foreign")
    mo.post(f"{OWN}/cases/{first['case_id']}/decisions", measure="remove", law="§ 126 StGB")
    shown = mo.get(f"{OWN}/notices/{added['id']}")
    assert (shown["decided"], shown["is_deadline_met"]) == (1, True) and shown["items"][0]["measure"] == "remove"
    assert shown["items"][0]["after"] is not None and shown["until_decided"]["most"] is not None
    assert mo.get(f"{OWN}/notices/{added['id']}/items") == shown["items"]
    assert mo.get(f"{OWN}/notices/{added['id']}/letter") == {"text": body}
    assert "§ 126 StGB" in mo.get(f"{OWN}/notices/{added['id']}/answer")["text"]
    assert mo.post(f"{OWN}/notices/{added['id']}/answered")["answered_at"]
    assert added["id"] in [one["id"] for one in mo.get(f"{OWN}/notices")]
    for field, value in {"sender": " ", "kind": "neighbour", "category": "weather", "body": "no address"}.items():
        said = refused(mo.ask("POST", f"{OWN}/notices", json=letter | {field: value}), 422, "cannot_take_notice")
        assert list(said["details"]) == [field]
    answer = mo.ask("POST", f"{OWN}/notices", json=letter | {"hours": ""})
    assert list(answer.json()["details"]) == ["deadline"]
    vi = staff(town, "vi", "volunteer")
    refused(vi.ask("GET", f"{OWN}/notices/{added['id']}"), 403, "not_permitted")
    refused(vi.ask("POST", f"{OWN}/notices", json=letter), 403, "not_permitted")


def test_trusted_flaggers_and_programs_point_at_what_they_found(town: Town) -> None:
    author, mo = town.person("author"), staff(town, "mo")
    flagger = staff(town, "flagger", "trusted_flagger", "read write")
    post, secret = author.says("Bad"), author.says("Hidden", visibility="private")
    flag = {"category": "hate", "url": post["url"], "comment": "see line 1"}
    (case,) = flagger.post(f"{OWN}/signals", **flag)["case_ids"]
    whole = mo.get(f"{OWN}/cases/{case}")
    assert [(one["source"], one["account_id"]) for one in whole["signals"]] == [("trusted_flagger", flagger.id)]
    program = {"category": "threat", "kind": "post", "key": post["id"], "source": "classifier", "program": "eye 2"}
    assert mo.post(f"{OWN}/signals", **program, confidence=0.7)["case_ids"] == [case]
    grown = mo.get(f"{OWN}/cases/{case}")
    assert grown["category"] == "threat" and grown["probability"] > whole["probability"]
    assert mo.post(f"{OWN}/signals", **program, confidence=0.7)["case_ids"] == [case]
    assert mo.get(f"{OWN}/cases/{case}")["probability"] == pytest.approx(grown["probability"])  # said twice counts once
    for kind, key, kept in (
        ("hashtag", "#Bad", "bad"), ("domain", "https://www.bad.example/x", "bad.example"),
    ):  # fmt: skip
        (other,) = mo.post(f"{OWN}/signals", **program | {"kind": kind, "key": key})["case_ids"]
        assert mo.get(f"{OWN}/cases/{other}")["subject"] == {"kind": kind, "key": kept}
    for values, code, field in (
        ({"category": "weather"}, "cannot_flag", "category"), ({"url": "https://x.example/"}, "cannot_flag", "url"),
        ({"url": ""}, "cannot_flag", "url"), ({"url": "", "kind": "post", "key": "x"}, "cannot_flag", "key"),
        ({"source": "rumour"}, None, ""),
    ):  # fmt: skip
        answer = flagger.ask("POST", f"{OWN}/signals", json=flag | values)
        if code is None:
            refused(answer, 403, "not_permitted")
        else:
            assert list(refused(answer, 422, code)["details"]) == [field]
    unseen = {"category": "hate", "kind": "post", "key": secret["id"]}
    refused(flagger.ask("POST", f"{OWN}/signals", json=unseen), 404, "subject_not_found")
    refused(town.person("bo").ask("POST", f"{OWN}/signals", json=flag), 403, "not_permitted")
    refused(flagger.ask("POST", f"{OWN}/signals", json=flag | {"source": "hash"}), 403, "not_permitted")
    said = refused(mo.ask("POST", f"{OWN}/signals", json=program | {"program": ""}), 422, "cannot_flag")
    assert list(said["details"]) == ["program"]
    said = refused(mo.ask("POST", f"{OWN}/signals", json=program | {"confidence": 2}), 422, "cannot_flag")
    assert list(said["details"]) == ["confidence"]


def test_a_member_reads_their_statement_appeals_and_somebody_else_answers(town: Town) -> None:
    town.db.set_settings(SYSTEM, {"letter_wait_seconds": 0})
    author, post = reported(town)
    mo, al = staff(town, "mo"), staff(town, "al")
    case = case_about(mo, author)
    decided = mo.post(f"{OWN}/cases/{case['id']}/decisions", measure="hide", facts="It insults.")
    assert author.get(f"{OWN}/statements") == []
    town.run_jobs()
    (told,) = author.get(f"{OWN}/statements")
    assert told == author.get(f"{OWN}/statements/{decided['id']}")
    assert (told["status_id"], told["facts"], told["state"]) == (post["id"], "It insults.", "stands")
    assert told["measures"] == ["Your post was hidden. Only you see it."] and told["may_appeal"]
    town.db.submit(lambda: access.choose_language(town.db, author.acting, "de")).result()
    assert author.get(f"{OWN}/statements/{decided['id']}")["measures"] != told["measures"]
    refused(mo.ask("GET", f"{OWN}/statements/{decided['id']}"), 404, "decision_not_found")

    appealed = author.post(f"{OWN}/statements/{decided['id']}/appeal", text="It was a joke")
    assert appealed["appeal"]["text"] == "It was a joke" and not appealed["may_appeal"]
    refused(author.ask("POST", f"{OWN}/statements/{decided['id']}/appeal"), 422, "cannot_appeal")
    number = appealed["appeal"]["id"]
    assert number not in [one["id"] for one in mo.get(f"{OWN}/appeals")]  # who decided does not answer
    assert number in [one["id"] for one in al.get(f"{OWN}/appeals")]
    assert al.get(f"{OWN}/appeals/{number}")["outcome"] is None
    refused(author.ask("GET", f"{OWN}/appeals"), 403, "insufficient_scope")
    path = f"{OWN}/appeals/{number}/answer"
    refused(mo.ask("POST", path, json={"outcome": "overturned"}), 403, "decided_by_you")
    said = refused(al.ask("POST", path, json={"outcome": "upheld"}), 422, "cannot_answer")
    assert list(said["details"]) == ["answer"]
    assert al.post(path, outcome="overturned", answer="You are right")["outcome"] == "overturned"
    refused(al.ask("POST", path, json={"outcome": "overturned"}), 409, "appeal_answered")
    assert town.stranger.get(f"/api/v1/statuses/{post['id']}")["id"] == post["id"]
    assert author.get(f"{OWN}/statements/{decided['id']}")["state"] == "undone"


def test_what_is_looked_for_is_kept_through_the_api(town: Town) -> None:
    mo, author = staff(town, "mo"), town.person("author")
    wanted = {"kind": "domain", "value": "https://scam.example/x", "category": "fraud", "action": "refuse"}
    added = mo.post(f"{OWN}/screening/terms", **wanted, note="seen today")
    assert (added["value"], added["action"], added["note"]) == ("scam.example", "refuse", "seen today")
    assert added in mo.get(f"{OWN}/screening/terms") and added == mo.get(f"{OWN}/screening/terms/{added['id']}")
    assert mo.post(f"{OWN}/screening/test", text="look: https://a.scam.example/") == [added]
    assert author.ask("POST", "/api/v1/statuses", json={"status": "https://scam.example/"}).status_code == 422
    refused(mo.ask("POST", f"{OWN}/screening/terms", json=wanted), 409, "term_taken")
    said = refused(mo.ask("POST", f"{OWN}/screening/terms", json=wanted | {"kind": "smell"}), 422, "cannot_screen")
    assert list(said["details"]) == ["kind"]
    assert mo.good(mo.ask("DELETE", f"{OWN}/screening/terms/{added['id']}")) == added
    refused(mo.ask("GET", f"{OWN}/screening/terms/{added['id']}"), 404, "term_not_found")
    author.says("https://scam.example/")
    vi = staff(town, "vi", "volunteer")
    for method, path in (("GET", "terms"), ("GET", "terms/1")):
        refused(vi.ask(method, f"{OWN}/screening/{path}"), 403, "not_permitted")
    refused(vi.ask("POST", f"{OWN}/screening/test", json={"text": "x"}), 403, "not_permitted")


def test_members_strangers_and_weak_tokens_get_nothing_and_change_nothing(town: Town) -> None:
    """Every method of the team, asked by everybody who must not."""
    from holdfast.mastodon import own

    author, _ = reported(town)
    mo = staff(town, "mo")
    case = case_about(mo, author)
    member, auditor = town.person("bo", TEAM), staff(town, "au", "auditor")
    reader, weak = staff(town, "re", scopes="admin:read:reports"), staff(town, "we", scopes="read write follow push")
    before = mo.get(f"{OWN}/cases/{case['id']}")
    for one in own.declared():
        route = one.route
        path = route.path.replace("{id}", case["id"])
        if "statements" in path or (path.endswith("/signals") and route.method == "POST"):
            continue  # for members too; above
        writes = route.scopes == ("admin:write:reports",)
        whole: dict[str, Any] = {
            "sender": "x", "body": "x", "hours": 1, "value": "xx", "category": "spam", "text": "x",
            "outcome": "upheld", "needs": "cases.decide",
        } | ({"kind": "term"} if "screening" in path else {})  # fmt: skip
        options: dict[str, Any] = {} if route.method == "GET" else {"json": whole}
        asked = (route.method, path)
        answer = town.stranger.ask(*asked, **options)
        refused(answer, 401, "unauthenticated")
        refused(weak.ask(*asked, **options), 403, "insufficient_scope")
        if writes:
            refused(reader.ask(*asked, **options), 403, "insufficient_scope")
            if "notices" not in path and "screening" not in path and "appeals" not in path:
                assert auditor.ask(*asked, **options).status_code in (403, 404), asked
        assert member.ask(*asked, **options).status_code in (403, 404), asked
    after = mo.get(f"{OWN}/cases/{case['id']}")
    assert {**after, "priority": 0, "why": ""} == {**before, "priority": 0, "why": ""}


def test_the_documents_describe_it(town: Town) -> None:
    document = town.stranger.get("/docs/openapi.json")
    decide = document["paths"][f"{OWN}/cases/{{id}}/decisions"]["post"]
    fields = decide["requestBody"]["content"]["application/json"]["schema"]["properties"]
    assert {"revision", "measure", "account_measure", "rule_ids", "facts", "note", "closes"} <= fields.keys()
    assert decide["security"] == [{"oauth2": ["admin:write:reports"]}]
    assert "hide" in document["components"]["schemas"]["CaseDecision"]["properties"]["measure"]["enum"]
    assert f"<code>POST {OWN}/cases/claim_next</code>" in town.stranger.ask("GET", "/docs").text
    assert links(town.stranger.ask("GET", "/docs")) == {}
