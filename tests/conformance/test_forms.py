"""What holds for every method: headers, trailing slashes, and bodies in three forms."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from holdfast import mastodon
from tests.conformance.scenario import Asked, picture
from tests.mastodon.asking import links
from tests.mastodon.town import Person, Town
from tests.servers import RunningServer

RATE = ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset")
STREAMS = "/api/v1/streaming/"


def test_every_answer_may_be_read_by_any_page_and_tells_the_rate_limit(lived: list[Asked]) -> None:
    assert {asked.answer.status_code for asked in lived} >= {200, 404}
    for asked in lived:
        told, headers = f"{asked.method} {asked.path}", asked.answer.headers
        assert headers["access-control-allow-origin"] == "*", told
        assert {"link", "x-ratelimit-reset"} <= {
            name.strip().lower() for name in headers["access-control-expose-headers"].split(",")
        }, told
        assert all(headers[name].isdigit() for name in RATE[:2]), told
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", headers[RATE[2]]), told


def test_a_link_header_begins_with_the_next_page(lived: list[Asked]) -> None:
    seen = [asked.answer for asked in lived if "link" in asked.answer.headers]
    assert len(seen) > 10
    for answer in seen:
        found = links(answer)
        assert set(found) <= {"next", "prev"}
        assert all(url.startswith("http") for url in found.values())
        if "next" in found:
            assert answer.headers["link"].split(">; ")[1].startswith('rel="next"')


def test_a_slash_at_the_end_changes_nothing(recorded: Town) -> None:
    who = recorded.person("slash")
    for endpoint in mastodon.declared():
        method, path = endpoint.route.method, re.sub(r"\{\w+\}", "1", endpoint.route.path)
        if path.startswith(STREAMS) and not path.endswith("health"):
            continue
        plain, slashed = (who.ask(method, path + end) for end in ("", "/"))
        assert (slashed.status_code, slashed.status_code in (301, 307, 405)) == (plain.status_code, False), path


def test_errors_of_every_kind_are_json_that_any_page_may_read(server: RunningServer) -> None:
    member = server.member("err")
    kinds: list[tuple[int, str, str, dict[str, Any]]] = [
        (400, "POST", "/api/v1/statuses", {"content": b"{", "headers": {"content-type": "application/json"}}),
        (401, "GET", "/api/v1/timelines/home", {"headers": {"authorization": "Bearer nothing"}}),
        (404, "GET", "/api/v1/statuses/1", {}),
        (404, "GET", "/api/v1/nothing/here", {}),
        (404, "GET", "/api/v1/statuses/1/", {}),
        (405, "DELETE", "/api/v1/timelines/home", {}),
        (
            413,
            "POST",
            "/api/v1/statuses",
            {"content": b" " * 3_000_000, "headers": {"content-type": "application/json"}},
        ),
        (422, "POST", "/api/v1/statuses", {"json": {}}),
    ]
    with server.client(member.token) as client:
        for status, method, path, options in kinds:
            answer = client.request(method, path, **options)
            assert answer.status_code == status, (path, answer.text)
            assert isinstance(answer.json()["error"], str), path
            assert answer.headers["access-control-allow-origin"] == "*", (status, path)
            assert answer.headers["content-type"].startswith("application/json"), (status, path)


# ── three forms of the same body ──


def pairs(body: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """A JSON body as the pairs of a form."""

    def walk(name: str, value: Any) -> Iterator[tuple[str, str]]:
        if isinstance(value, dict):
            for key, inner in value.items():
                yield from walk(f"{name}[{key}]" if name else key, inner)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for position, inner in enumerate(value):
                yield from walk(f"{name}[{position}]", inner)
        elif isinstance(value, list):
            for inner in value:
                yield f"{name}[]", str(inner)
        else:
            yield name, str(int(value)) if isinstance(value, bool) else str(value)

    return walk("", body)


def as_json(body: dict[str, Any]) -> dict[str, Any]:
    return {"json": body}


def as_form(body: dict[str, Any]) -> dict[str, Any]:
    data: dict[str, list[str]] = {}
    for name, value in pairs(body):
        data.setdefault(name, []).append(value)
    return {"data": data}


def as_parts(body: dict[str, Any]) -> dict[str, Any]:
    return {"files": [(name, (None, value)) for name, value in pairs(body)]}


def as_query(body: dict[str, Any]) -> dict[str, Any]:
    return {"params": list(pairs(body))}


FORMS = (as_json, as_form, as_parts, as_query)


def everything(town: Town, form: Callable[[dict[str, Any]], dict[str, Any]]) -> list[Any]:
    """A sample of the methods that write, their bodies in one form; the answers, without what must differ."""
    me, other = town.people("me", "other")
    answers: list[Any] = []

    def ask(method: str, path: str, **body: Any) -> Any:
        answer = me.ask(method, path, **form(body))
        answers.append((method, path, answer.status_code, answer.json()))
        return answer.json()

    post = other.says("x")
    media = me.good(me.ask("POST", "/api/v2/media", files={"file": ("a.png", picture())}))
    ask(
        "POST",
        "/api/v1/apps",
        client_name="Gull",
        redirect_uris=["https://a.example/", "https://b.example/"],
        scopes="read",
    )
    ask("POST", f"/api/v1/accounts/{other.id}/follow", reblogs=False, notify=True, languages=["de", "en"])
    ask("POST", f"/api/v1/accounts/{other.id}/note", comment="föhn & +100% [x]")
    ask("POST", f"/api/v1/accounts/{other.id}/mute", notifications=False, duration=0)
    ask(
        "PATCH", "/api/v1/accounts/update_credentials", display_name="Me", note="a\nb", bot=True, locked=False,
        source={"privacy": "unlisted", "sensitive": True, "language": "de"}, attribution_domains=["a.example"],
        fields_attributes=[{"name": "one", "value": "1"}, {"name": "two", "value": "2"}],
    )  # fmt: skip
    ask("POST", "/api/v1/markers", home={"last_read_id": post["id"]}, notifications={"last_read_id": "5"})
    ask("PUT", f"/api/v1/media/{media['id']}", description="a picture", focus="0.5,-0.5")
    made = ask(
        "POST", "/api/v1/statuses", status="Höhe 🎉\nzwei", media_ids=[media["id"]], sensitive=False, language="de"
    )
    changes = [{"id": media["id"], "description": "changed"}]
    ask(
        "PUT", f"/api/v1/statuses/{made['id']}", status="changed", media_ids=[media["id"]], media_attributes=changes,
    )  # fmt: skip
    asked = ask(
        "POST", "/api/v1/statuses", status="?", poll={"options": ["a", "b"], "expires_in": 600, "multiple": True}
    )
    voter = asked["poll"]["id"]
    ask("POST", f"/api/v1/polls/{voter}/votes", choices=[0, 1])
    ask("POST", "/api/v1/reports", account_id=other.id, status_ids=[post["id"]], comment="rude", category="spam")
    ask("POST", "/api/v1/domain_blocks", domain="spam.example")
    ask("DELETE", "/api/v1/domain_blocks", domain="spam.example")
    ask("POST", f"/api/v1/statuses/{post['id']}/reblog", visibility="unlisted")
    ask("POST", "/api/v1/statuses", status="", visibility="nowhere")
    ask("DELETE", f"/api/v1/statuses/{made['id']}", delete_media=True)
    return [alike(one, me, other) for one in answers]


def alike(value: Any, me: Person, other: Person) -> str:
    """An answer without what must differ: names, ids, moments, secrets."""
    text = json.dumps(value, sort_keys=True).replace(me.name, "ME").replace(other.name, "OTHER")
    text = re.sub(r"\d{15,}", "ID", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME", text)
    text = re.sub(r"/media/(small/)?[\w.-]+", "/media/FILE", text)
    return re.sub(r'"(client_id|client_secret)": "[^"]+"', r'"\1": "SECRET"', text)


def test_a_body_means_the_same_in_every_form(recorded: Town) -> None:
    first, *rest = [everything(recorded, form) for form in FORMS]
    assert [json.loads(answer)[2] for answer in first].count(200) == len(first) - 2
    for form, answers in zip(FORMS[1:], rest, strict=True):
        for expected, found in zip(first, answers, strict=True):
            assert found == expected, form.__name__


@pytest.mark.parametrize("value", ["0", "f", "F", "false", "FALSE", "off", "OFF"])
def test_every_spelling_of_no_is_no(recorded: Town, value: str) -> None:
    who = recorded.person("no")
    who.good(who.ask("PATCH", "/api/v1/accounts/update_credentials", data={"locked": "yes", "bot": "1"}))
    found = who.good(who.ask("PATCH", "/api/v1/accounts/update_credentials", data={"locked": value, "bot": ""}))
    assert (found["locked"], found["bot"]) == (False, True)
