"""What one of two processes has acknowledged, the other knows; when one dies, the other serves on."""

from __future__ import annotations

import json
import statistics
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.conformance.scenario import picture
from tests.postgres import Server
from tests.servers import PASSWORD, NewMember, RunningServer, free_port
from tests.site.several import WAIT_S, Pair, pair_on, until
from tests.web.browser import Browser

SEEN_S = 1.0  # from the answer of one process until the other one knows


@pytest.fixture(scope="module")
def pair(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Two processes that the tests of this module share."""
    with pair_on(postgres, tmp_path_factory.mktemp("pair")) as running:
        yield running


def post(server: RunningServer, who: NewMember, path: str, **data: Any) -> Any:
    with server.client(who.token) as http:
        answer = http.post(path, json=data)
    assert answer.status_code == 200, answer.text
    return answer.json()


def says(server: RunningServer, who: NewMember, words: str, **data: Any) -> str:
    return str(post(server, who, "/api/v1/statuses", status=words, **data)["id"])


def asker(server: RunningServer, who: NewMember, path: str) -> Callable[[], Any]:
    def ask() -> Any:
        with server.client(who.token) as http:
            return http.get(path).raise_for_status().json()

    return ask


def home(server: RunningServer, who: NewMember) -> list[str]:
    return [status["id"] for status in asker(server, who, "/api/v1/timelines/home?limit=40")()]


@contextmanager
def stream(server: RunningServer, who: NewMember) -> Iterator[ClientConnection]:
    url = f"ws://127.0.0.1:{server.port}/api/v1/streaming?stream=user"
    with connect(url, additional_headers={"Authorization": f"Bearer {who.token}"}, proxy=None) as connection:
        yield connection


def next_update(connection: ClientConnection) -> str:
    while True:
        frame = json.loads(connection.recv(timeout=WAIT_S))
        if frame["event"] == "update":
            return str(json.loads(frame["payload"])["id"])


def followed(pair: Pair) -> tuple[NewMember, NewMember]:
    """Somebody, and a follower."""
    ada, bo = pair.one.member("ada"), pair.two.member("bo")
    post(pair.one, bo, f"/api/v1/accounts/{ada.id}/follow")
    return ada, bo


def test_two_that_start_at_once_on_an_empty_database_share_one_schema_and_one_key(pair: Pair) -> None:
    for server in pair:
        with server.client() as http:
            assert http.get("/readyz").json()["ready"]
        assert "Traceback" not in server.log()
        assert not (server.data_dir / "secrets").exists()
    (key,) = (pair.folder / "shared" / "secrets").glob("master.key*")
    assert key.stat().st_mode & 0o777 == 0o600


def test_a_post_is_in_the_others_home_timeline_and_stream_within_a_second(pair: Pair) -> None:
    ada, bo = followed(pair)
    in_home, in_stream = [], []
    with stream(pair.two, bo) as connection:
        for number in range(5):
            made = says(pair.one, ada, f"post {number}")
            in_home.append(until(lambda made=made: home(pair.two, bo)[:1] == [made]))
            in_stream.append(until(lambda made=made: next_update(connection) == made) + in_home[-1])
    assert statistics.median(in_home) < SEEN_S
    assert statistics.median(in_stream) < SEEN_S


def test_the_home_timelines_of_both_are_the_same_after_posts_and_deletions_on_both(pair: Pair) -> None:
    ada, bo = followed(pair)
    made: list[str] = []

    def write(server: RunningServer) -> None:
        made.extend(says(server, ada, f"number {number}") for number in range(8))

    threads = [threading.Thread(target=write, args=(server,)) for server in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    gone = sorted(made)[::5]
    for number, status in enumerate(gone):
        with list(pair)[number % 2].client(ada.token) as http:
            assert http.delete(f"/api/v1/statuses/{status}").status_code == 200
    expected = sorted(set(made) - set(gone), key=int, reverse=True)
    for server in pair:
        until(lambda server=server: home(server, bo) == expected)


def test_an_edit_and_a_new_name_show_on_the_other_at_once(pair: Pair) -> None:
    ada, bo = followed(pair)
    made = says(pair.one, ada, "before")
    path = f"/api/v1/statuses/{made}"
    assert asker(pair.two, bo, path)()["content"] == "<p>before</p>"
    with pair.one.client(ada.token) as http:
        http.put(path, json={"status": "after"}).raise_for_status()
        http.patch("/api/v1/accounts/update_credentials", json={"display_name": "Ada L."}).raise_for_status()
    shown = asker(pair.two, bo, path)()
    assert (shown["content"], shown["account"]["display_name"]) == ("<p>after</p>", "Ada L.")


def test_a_revoked_token_is_refused_by_the_other_and_its_stream_ends(pair: Pair) -> None:
    ada = pair.one.member("ada")
    with stream(pair.two, ada) as connection:
        with Browser(pair.one.base_url) as browser:
            browser.sign_in(ada.name, PASSWORD)
            browser.open("/settings/sessions")
            browser.send("/settings/apps/end")
        with pair.two.client(ada.token) as http:
            assert http.get("/api/v1/accounts/verify_credentials").status_code == 401

        def ends() -> bool:
            try:
                connection.recv(timeout=WAIT_S)
            except ConnectionClosed:
                return True
            return False

        assert until(ends) < SEEN_S


def test_a_block_holds_on_the_other_at_once_also_in_its_streams(pair: Pair) -> None:
    ada, bo = followed(pair)
    seen = says(pair.one, ada, "before the block")
    until(lambda: home(pair.two, bo) == [seen])
    with stream(pair.two, bo) as connection:
        post(pair.one, ada, f"/api/v1/accounts/{bo.id}/block")
        assert home(pair.two, bo) == []
        with pair.two.client(bo.token) as http:
            assert http.get(f"/api/v1/statuses/{seen}").status_code == 404
        says(pair.one, ada, "after the block")
        own = says(pair.one, bo, "my own")
        assert next_update(connection) == own


def test_a_changed_setting_and_a_switched_off_ability_hold_on_the_other(pair: Pair) -> None:
    ada = pair.one.member("ada")
    title = asker(pair.two, ada, "/api/v2/instance")
    pair.one.call("settings.set", values={"name": "Haven"})
    assert until(lambda: title()["title"] == "Haven") < SEEN_S
    pair.one.call("mode.off", ability="posting", reason="moving house")
    try:
        with pair.two.client(ada.token) as http:
            refused = http.post("/api/v1/statuses", json={"status": "now?"})
        assert refused.status_code == 503 and "moving house" in refused.text
    finally:
        pair.two.call("mode.on", ability="posting")
    says(pair.one, ada, "again")


def test_a_form_from_one_is_taken_by_the_other_and_a_session_holds_on_both(pair: Pair) -> None:
    ada = pair.one.member("ada")
    with Browser(pair.one.base_url) as browser:
        browser.open("/auth/sign_in")
        first = browser.base_url
        browser.base_url = pair.two.base_url
        browser.http.base_url = pair.two.base_url  # as a proxy would send it: the same browser, another process
        page = browser.send("/auth/sign_in", login=ada.name, password=PASSWORD)
        assert page.status == 200, page.words
        browser.http.base_url = browser.base_url = first
        assert browser.open("/settings/sessions").status == 200
        assert browser.page is not None and browser.page.path == "/settings/sessions"


def test_a_picture_that_one_took_is_given_out_by_the_other(pair: Pair) -> None:
    ada = pair.one.member("ada")
    with pair.one.client(ada.token) as http:
        media = http.post("/api/v2/media", files={"file": ("p.png", picture(), "image/png")}).raise_for_status().json()
    made = says(pair.two, ada, "look", media_ids=[media["id"]])
    with pair.two.client() as http:
        (shown,) = http.get(f"/api/v1/statuses/{made}").json()["media_attachments"]
        file = http.get("/" + shown["url"].split("/", 3)[3])
    assert file.status_code == 200 and file.headers["content-type"] == "image/png"


def test_the_same_idempotency_key_on_both_makes_one_post(pair: Pair) -> None:
    ada = pair.one.member("ada")
    made: list[str] = []

    def write(server: RunningServer) -> None:
        with server.client(ada.token) as http:
            headers = {"idempotency-key": "one and the same"}
            answer = http.post("/api/v1/statuses", json={"status": "once"}, headers=headers)
        assert answer.status_code == 200, answer.text
        made.append(answer.json()["id"])

    threads = [threading.Thread(target=write, args=(server,)) for server in [*pair] * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 6 and len(set(made)) == 1


def test_every_job_runs_once_whichever_process_enqueued_it(pair: Pair) -> None:
    ada, bo = pair.one.member("ada"), pair.two.member("bo")
    made: list[str] = []

    def write(server: RunningServer) -> None:
        made.extend(says(server, ada, f"@{bo.name} {number}") for number in range(15))

    threads = [threading.Thread(target=write, args=(server,)) for server in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = asker(pair.two, bo, "/api/v1/notifications?limit=80&types[]=mention")
    until(lambda: len(told()) >= len(made))

    def left() -> list[Any]:
        return [job for job in pair.one.call("jobs.list")["jobs"] if job["kind"].startswith("notifications.")]

    until(lambda: not left())
    assert sorted(one["status"]["id"] for one in told()) == sorted(made)
    waiting = [job["kind"] for job in pair.one.call("jobs.list")["jobs"]]
    assert len(waiting) == len(set(waiting)), "a repeating job waits once, not once for each process"


def test_guesses_are_counted_together(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> None:
    strict = {"HOLDFAST_RATE_LIMITS": "on"}
    with pair_on(postgres, tmp_path_factory.mktemp("strict"), **strict) as pair:
        ada = pair.one.member("ada")
        answers = []
        for number in range(12):
            with Browser(list(pair)[number % 2].base_url) as browser:
                browser.open("/auth/sign_in")
                answers.append(browser.send("/auth/sign_in", login=ada.name, password=f"wrong {number}").status)
        assert answers == [422] * 10 + [429] * 2


@pytest.mark.long
def test_when_one_is_killed_the_other_serves_seals_and_streams_on_and_the_first_comes_back(
    postgres: Server, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with pair_on(postgres, tmp_path_factory.mktemp("killed")) as pair:
        ada, bo = followed(pair)
        for number in range(6):
            says(list(pair)[number % 2], ada, f"@{bo.name} {number}")
        pair.one.stop(kill=True)
        with stream(pair.two, bo) as connection:
            made = says(pair.two, ada, f"@{bo.name} still here")
            while next_update(connection) != made:  # what the killed one has not sealed comes first
                continue
        told = asker(pair.two, bo, "/api/v1/notifications?limit=80&types[]=mention")
        assert until(lambda: any(one["status"]["id"] == made for one in told())) < SEEN_S
        pair.one.start()
        until(lambda: len(told()) == 7)
        assert home(pair.one, bo) == home(pair.two, bo)
        verdict = pair.two.call("audit.verify")
        assert verdict["faults"] == []
        with psycopg.connect(pair.one.environment["HOLDFAST_DATABASE"]) as database:
            until(lambda: database.execute("SELECT count(*) FROM changes WHERE seq IS NULL").fetchone() == (0,))


def test_a_process_with_other_keys_is_refused_until_they_are_accepted(pair: Pair) -> None:
    stranger = pair.folder / "stranger"
    environment = {
        "HOLDFAST_DATA_DIR": str(stranger),
        "HOLDFAST_SECRETS_DIR": "",
        "HOLDFAST_LISTEN": f"127.0.0.1:{free_port()}",
    }
    refused = pair.two.cli("up", **environment)
    assert refused.code == 1
    assert str(stranger / "secrets") in refused.err and "HOLDFAST_SECRETS_DIR" in refused.err
    assert "Traceback" not in refused.err
    assert pair.two.cli("user", "list", **environment).code == 1, "nor may a command work with them"
    pair.two.cli("db", "accept-keys", **environment).ok()
    pair.two.cli("user", "list", **environment).ok()
    again = {"HOLDFAST_DATA_DIR": str(stranger)}
    assert pair.two.cli("user", "list", **again).code == 1
    pair.two.cli("db", "accept-keys", **again).ok()  # the pair's own keys once more
    pair.two.cli("user", "list", **again).ok()
