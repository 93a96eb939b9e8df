"""The log: every request with its id, nothing secret in it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable

import pytest

from holdfast import config
from holdfast.ops.logs import JsonLines, TextLines, request_id
from holdfast.ops.metrics import RequestCounts
from holdfast.ops.observing import Observed
from tests.servers import PASSWORD, RunningServer

NewServer = Callable[..., RunningServer]


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_whole_scenario_leaves_no_secret_in_the_log(new_server: NewServer, form: str) -> None:
    server = new_server(HOLDFAST_LOG_FORMAT=form, HOLDFAST_LOG_LEVEL="debug").start()
    link = server.said().rpartition("token=")[2].strip()
    server.set_up()
    ada = server.member("ada")
    reset = server.call("user.reset", name=ada.name)["link"]
    invite = server.call("invite.create")
    with server.client(ada.token) as http:
        http.get("/api/v1/accounts/verify_credentials")
        http.get("/api/v1/timelines/home", params={"access_token": ada.token, "code": "s3cr3t-code"})
        http.get(reset)
        http.get(invite["link"])
        http.get(f"/setup?token={link}")
        form_fields = {"username": ada.email, "password": PASSWORD, "grant_type": "password", "code": "s3cr3t-code"}
        http.post("/oauth/token", data=form_fields)
        http.post("/auth/sign_in", data={"login": ada.email, "password": PASSWORD})
        http.post(
            "/api/v1/statuses", json={"status": "words that are private"}, headers={"cookie": "session=s3cr3t-code"}
        )
    server.stop()
    log = server.log()
    assert log.count("/api/v1/") >= 3
    secrets = (ada.token, PASSWORD, ada.email, "owner@example.org", reset.rpartition("=")[2], link, "s3cr3t-code")
    for secret in (*secrets, "words that are private"):
        assert secret not in log
    if form == "json":
        lines = [json.loads(line) for line in log.splitlines()]
        asked = [line for line in lines if line["event"] == "request"]
        assert all({"request_id", "method", "path", "status", "ms", "ip"} <= set(line) for line in asked)


def logged(formatter: logging.Formatter, words: str, **extra: object) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    logger = logging.Logger("test")
    logger.addHandler(handler)
    logger.warning(words, extra=extra)
    return stream.getvalue()


def test_lines_carry_the_id_of_their_request() -> None:
    given = request_id.set("abc-1")
    try:
        line = json.loads(logged(JsonLines(), "hello", job="mail"))
        assert (line["request_id"], line["event"], line["job"], line["level"]) == ("abc-1", "hello", "mail", "warning")
        assert "request_id=abc-1" in logged(TextLines(), "hello")
    finally:
        request_id.reset(given)


def test_a_path_cannot_forge_a_line(capfd: pytest.CaptureFixture[str]) -> None:
    import asyncio

    async def app(_scope: object, _receive: object, send: Callable[..., object]) -> None:
        await send({"type": "http.response.start", "status": 204, "headers": []})  # type: ignore[misc]

    async def ask() -> None:
        async def nothing(*_: object) -> dict[str, object]:
            return {}

        observed = Observed(app, config.load({}), RequestCounts())  # type: ignore[arg-type]
        scope = {"type": "http", "method": "GET", "path": "/a\n2026 forged", "headers": [], "client": ("127.0.0.1", 1)}
        await observed(scope, nothing, nothing)  # type: ignore[arg-type]

    asyncio.run(ask())
    assert len(capfd.readouterr().err.splitlines()) == 1


def test_little_is_logged_of_a_path_that_leads_nowhere(new_server: NewServer) -> None:
    server = new_server().start().set_up()
    with server.client() as http:
        http.get("/resets/s3cr3t-code/more")
        http.get("/resets/s3cr3t-code")
        http.get("/api/v9/s3cr3t-code")
        http.post("/api/v1/s3cr3t-code")
        http.get("/" + "x" * 20 + "-and-a-s3cr3t-code")
        http.get("/about")
    server.stop()
    lines = [json.loads(line) for line in server.log().splitlines()]
    paths = [line["path"] for line in lines if line["event"] == "request"]
    apis, resets = ["unmatched:/api"] * 2, ["unmatched:/resets"] * 2
    assert paths == [*resets, *apis, f"unmatched:/{'x' * 20}-and", "/about"]
    assert "s3cr3t-code" not in server.log()
