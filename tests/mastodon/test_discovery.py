"""Webfinger, host-meta, nodeinfo and the other places where programs look first."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from sqlalchemy import update

from holdfast.acting import SYSTEM
from holdfast.people import tables
from holdfast.writes import Ability
from tests.mastodon.asking import Api


def finger(api: Api, resource: str):
    return api.stranger.ask("GET", "/.well-known/webfinger", params={"resource": resource})


def test_webfinger_finds_an_account_by_handle_and_by_address(api: Api) -> None:
    api.member("ada")
    domain, base = api.db.local_domain, api.db.base_url
    for resource in (f"acct:ada@{domain}", f"acct:ADA@{domain}", f"ada@{domain}", f"{base}/@ada", f"{base}/users/ada"):
        answer = finger(api, resource)
        assert answer.status_code == 200, resource
        assert answer.headers["content-type"].startswith("application/jrd+json")
        assert answer.headers["access-control-allow-origin"] == "*"
        found = answer.json()
        assert found["subject"] == f"acct:ada@{domain}"
        assert {"rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": f"{base}/@ada"} in (
            found["links"]
        )


def test_webfinger_knows_nobody_else(api: Api) -> None:
    api.member("ada")
    gone = api.member("gone")
    with api.db.write(SYSTEM, Ability.JOBS) as w:
        w.run(update(tables.accounts).where(tables.accounts.c.id == gone.number).values(suspended_at=1))
    domain, base = api.db.local_domain, api.db.base_url
    for resource in (
        f"acct:nobody@{domain}", "acct:ada@elsewhere.example", f"acct:gone@{domain}", "https://elsewhere.example/@ada",
        f"{base}/about", "nonsense", "",
    ):  # fmt: skip
        assert finger(api, resource).status_code == 404, resource
    assert api.stranger.ask("GET", "/.well-known/webfinger").status_code == 400


def test_host_meta_leads_to_webfinger(api: Api) -> None:
    answer = api.stranger.ask("GET", "/.well-known/host-meta")
    assert answer.headers["content-type"].startswith("application/xrd+xml")
    (link,) = ET.fromstring(answer.text)
    assert link.attrib["template"] == f"{api.db.base_url}/.well-known/webfinger?resource={{uri}}"


def test_nodeinfo_is_linked_and_counts(api: Api) -> None:
    api.member("ada")
    (link,) = api.stranger.get("/.well-known/nodeinfo")["links"]
    assert link["href"] == f"{api.db.base_url}/nodeinfo/2.0"
    found = api.stranger.get("/nodeinfo/2.0")
    assert (found["version"], found["software"]["name"]) == ("2.0", "holdfast")
    assert found["usage"]["users"]["total"] == 1
    assert found["usage"]["localPosts"] == 0
    assert found["metadata"]["federation"] == {"enabled": False}
    api.db.set_settings(SYSTEM, {"registration": "open"})
    assert api.stranger.get("/nodeinfo/2.0")["openRegistrations"] is True


def test_change_password_leads_to_the_page(api: Api) -> None:
    answer = api.stranger.ask("GET", "/.well-known/change-password")
    assert answer.status_code == 302
    assert answer.headers["location"].startswith(api.db.base_url)


def test_health_answers_in_one_word_and_in_json_when_asked(api: Api) -> None:
    assert api.stranger.ask("GET", "/health").text == "OK"
    assert api.stranger.ask("GET", "/health", headers={"accept": "application/json"}).json() == {"status": "OK"}
