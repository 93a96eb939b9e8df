"""Looks back at a year over HTTP: asked for, made by a job, read; and the refresh that says when it is ready."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from holdfast.store import ManualClock
from holdfast.writes import Database
from tests.mastodon.asking import Api, Voice
from tests.mastodon.test_notifications import say

REPORTS = "/api/v1/annual_reports"
DAY_MS = 86_400_000


def year_of(clock: ManualClock) -> int:
    return datetime.fromtimestamp(clock.now() / 1000, UTC).year


@pytest.fixture
def busy(clock: ManualClock, api: Api) -> Voice:
    """Ada, who has posted, answered, boosted, asked and been liked this year; Bo did less."""
    ada, bo = api.member("ada"), api.member("bo")
    theirs = say(bo, "A storm is coming")
    best = say(ada, "Boats in the #Harbour")
    say(ada, "More of the #harbour and the #sea")
    say(ada, "@bo so it is", in_reply_to_id=theirs["id"])
    ada.post(f"/api/v1/statuses/{theirs['id']}/reblog")
    bo.post(f"/api/v1/statuses/{best['id']}/favourite")
    bo.post(f"/api/v1/statuses/{best['id']}/reblog")
    bo.post(f"/api/v1/accounts/{ada.id}/follow")
    return ada


def test_a_year_is_counted_as_it_was(busy: Voice, api: Api, clock: ManualClock, run_jobs: Callable[[], None]) -> None:
    year = year_of(clock)
    assert busy.get(f"{REPORTS}/{year}/state") == {"state": "eligible"}
    assert busy.ask("GET", f"{REPORTS}/{year}").status_code == 404
    asked = busy.ask("POST", f"{REPORTS}/{year}/generate")
    assert asked.status_code == 202
    assert busy.get(f"{REPORTS}/{year}/state") == {"state": "generating"}
    assert busy.ask("GET", f"{REPORTS}/{year}").status_code == 404
    run_jobs()
    assert busy.get(f"{REPORTS}/{year}/state") == {"state": "available"}
    found = busy.get(f"{REPORTS}/{year}")
    (report,) = found["annual_reports"]
    bo, best = busy.get("/api/v1/accounts/lookup", acct="bo")["id"], found["statuses"][0]["id"]
    assert (report["year"], report["account_id"], report["share_url"]) == (year, busy.id, None)
    data = report["data"]
    months = data.pop("time_series")
    assert data == {
        "archetype": "oracle",
        "type_distribution": {"total": 4, "reblogs": 1, "replies": 1, "standalone": 2},
        "top_statuses": {"by_reblogs": best, "by_favourites": best, "by_replies": None},
        "most_used_apps": data["most_used_apps"],
        "commonly_interacted_with_accounts": [{"account_id": bo, "count": 1}],
        "top_hashtags": [{"name": "Harbour", "count": 2}, {"name": "sea", "count": 1}],
        "most_reblogged_accounts": [{"account_id": bo, "count": 1}],
        "percentiles": 100.0,
    }
    assert [one["count"] for one in data["most_used_apps"]] == [3]
    assert [sum(one[key] for one in months) for key in ("statuses", "followers", "following")] == [4, 1, 0]
    assert [one["month"] for one in months] == list(range(1, 13))
    assert {one["id"] for one in found["accounts"]} == {busy.id, bo}


def test_a_report_is_listed_until_it_is_read(busy: Voice, clock: ManualClock, run_jobs: Callable[[], None]) -> None:
    year = year_of(clock)
    assert busy.ask("POST", f"{REPORTS}/{year}/read").status_code == 404
    busy.ask("POST", f"{REPORTS}/{year}/generate")
    assert busy.get(REPORTS)["annual_reports"] == []
    run_jobs()
    assert [one["year"] for one in busy.get(REPORTS)["annual_reports"]] == [year]
    busy.post(f"{REPORTS}/{year}/read")
    assert busy.get(REPORTS)["annual_reports"] == []
    assert busy.get(f"{REPORTS}/{year}")["annual_reports"]


def test_the_refresh_says_when_it_is_ready_and_to_its_owner_alone(
    busy: Voice, api: Api, clock: ManualClock, run_jobs: Callable[[], None]
) -> None:
    header = busy.ask("POST", f"{REPORTS}/{year_of(clock)}/generate").headers["mastodon-async-refresh"]
    found = re.fullmatch(r'id="(\d+)", retry=(\d+)', header)
    assert found is not None
    path = f"/api/v1_alpha/async_refreshes/{found.group(1)}"
    running = {"id": found.group(1), "status": "running", "result_count": None}
    assert busy.get(path) == {"async_refresh": running}
    run_jobs()
    assert busy.get(path) == {"async_refresh": running | {"status": "finished", "result_count": 1}}
    assert api.member("cy").ask("GET", path).status_code == 404
    assert busy.ask("GET", "/api/v1_alpha/async_refreshes/1").status_code == 404


def test_a_year_without_posts_has_nothing_to_look_back_at(busy: Voice, api: Api, clock: ManualClock) -> None:
    year, cy = year_of(clock), api.member("cy")
    for who, when in ((busy, year - 1), (busy, year + 1), (busy, 1999), (cy, year)):
        assert who.get(f"{REPORTS}/{when}/state") == {"state": "ineligible"}
        refused = who.ask("POST", f"{REPORTS}/{when}/generate")
        assert (refused.status_code, str(when) in refused.json()["error"]) == (422, True)
    assert busy.ask("GET", f"{REPORTS}/harbour").status_code == 404


def test_a_report_of_a_running_year_is_made_anew(
    db: Database, busy: Voice, clock: ManualClock, run_jobs: Callable[[], None]
) -> None:
    year = year_of(clock)
    busy.ask("POST", f"{REPORTS}/{year}/generate")
    run_jobs()
    assert busy.ask("POST", f"{REPORTS}/{year}/generate").status_code == 200
    say(busy, "And one more")
    clock.advance(2 * DAY_MS)
    assert busy.ask("POST", f"{REPORTS}/{year}/generate").status_code == 202
    run_jobs()
    assert busy.get(f"{REPORTS}/{year}")["annual_reports"][0]["data"]["type_distribution"]["total"] == 5
