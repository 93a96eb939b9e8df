"""Bodies that nobody should send, at every method of the client API: a 4xx with a sentence, never a server error."""

from __future__ import annotations

import http.client
import json
import re
import socket
import time
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlencode

import httpx
import msgspec
import pytest

from holdfast import mastodon
from holdfast.mastodon.endpoints import Declared
from tests.faults.scene import settled
from tests.servers import RunningServer

ENDPOINTS = [endpoint for endpoint in mastodon.declared() if "streaming" not in endpoint.route.path]
WRITING = [endpoint for endpoint in ENDPOINTS if endpoint.route.method != "GET"]
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=x"
PAGING = {"max_id", "since_id", "min_id", "limit", "offset"}
DEEP = 80_000  # levels that still fit into the largest body

# What cannot be read at all, wherever it is sent: content type, body, and whether it must be refused.
UNREADABLE: dict[str, tuple[str, bytes]] = {
    "an array": (JSON, b"[1, 2, 3]"),
    "a text": (JSON, b'"status"'),
    "a number": (JSON, b"41"),
    "half an object": (JSON, b'{"status": "he'),
    "two objects": (JSON, b'{"status": "a"}{"status": "b"}'),
    "NaN": (JSON, b'{"limit": NaN}'),
    "infinity": (JSON, b'{"limit": Infinity}'),
    "a lone surrogate": (JSON, b'{"status": "\\ud800"}'),
    "invalid UTF-8": (JSON, b'{"status": "\xff\xfe"}'),
    "UTF-16": (JSON, '{"status": "a"}'.encode("utf-16")),
    "deep arrays": (JSON, b"[" * DEEP + b"]" * DEEP),
    "deep objects": (JSON, b'{"status":' * DEEP + b"1" + b"}" * DEEP),
    "depth in a field": (JSON, b'{"poll": {"options": ' + b"[" * DEEP + b"]" * DEEP + b"}}"),
    "many keys": (JSON, json.dumps({f"key{n}": n for n in range(5_000)}).encode()),
    "many values": (JSON, json.dumps({"media_ids": list(range(5_000))}).encode()),
    "a form of invalid UTF-8": (FORM, b"status=%ff%fe"),
    "many fields": (FORM, b"&".join(b"key%d=1" % n for n in range(5_000))),
    "deep brackets": (FORM, b"a" + b"[b]" * 500 + b"=1"),
    "one name in two forms": (FORM, b"poll=1&poll[options][]=2&status[a]=1&status[]=2"),
    "parts that end too early": (PARTS, b'--x\r\ncontent-disposition: form-data; name="status"\r\n\r\nhe'),
    "no parts": (PARTS, b"nothing of the kind"),
    "a part without a name": (PARTS, b"--x\r\ncontent-disposition: form-data\r\n\r\nhello\r\n--x--\r\n"),
    "parts without a boundary": ("multipart/form-data", b"--x\r\n\r\n"),
    "many parts": (PARTS, b'--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n' * 2_000 + b"--x--\r\n"),
}

# What can be read, and means nothing that a field could hold.
ODD_VALUES: dict[str, Any] = {
    "a null character": "a\0b",
    "beyond 64 bits": 2**64,
    "far beyond 64 bits": 10**300,
    "below 64 bits": -(2**63) - 1,
    "the largest": 2**63 - 1,
    "negative": -1,
    "a huge fraction": 1e308,
    "an array": [1, "two", None, [3]],
    "an object": {"a": {"b": [1]}},
    "an empty object": {},
    "an array of objects": [{"id": "1"}, {"title": 5}, {}],
    "true": True,
    "null": None,
    "empty": "",
    "blank": "  \n ",
    "a direction change": "\u202egnp.llug\u2069",
    "the last character": "\U0010ffff",
    "many digits": "9" * 5_000,
    "a long text": "ж" * 100_000,
    "a date far away": "9999-12-31T23:59:59-23:59",
    "a query": "'; DROP TABLE statuses; --",
    "a pattern": "%_\\%",
}


def address(endpoint: Declared) -> str:
    """An address of an endpoint; ids in it name nothing."""
    return re.sub(r"\{(\w+)\}", "1", endpoint.route.path)


def fields_of(endpoint: Declared) -> list[str]:
    """The names of the parameters that do not come with the path."""
    if endpoint.route.params is None:
        return []
    in_path = re.findall(r"\{(\w+)\}", endpoint.route.path)
    return [f.encode_name for f in msgspec.structs.fields(endpoint.route.params) if f.encode_name not in in_path]


class Answer(NamedTuple):
    """What came back."""

    status_code: int
    text: str

    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.text)


class Asker:
    """The requests of a client's member, for tests that send thousands: httpx takes as long as the server."""

    def __init__(self, client: httpx.Client) -> None:
        self._connection = http.client.HTTPConnection(client.base_url.host, client.base_url.port, timeout=30)
        self._headers = {"authorization": client.headers["authorization"]}

    def ask(self, method: str, path: str, kind: str = "", body: bytes | None = None) -> Answer:
        """One request; ``kind`` is the body's content type."""
        headers = self._headers | ({"content-type": kind} if kind else {})
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        return Answer(answer.status, answer.read().decode())

    def close(self) -> None:
        """End the connection."""
        self._connection.close()


def told(answer: Answer | httpx.Response, endpoint: Declared, what: str) -> str:
    """What is wrong with an answer; empty when it is as it must be."""
    where = f"{endpoint.route.method} {endpoint.route.path}, {what}: {answer.status_code} {answer.text[:200]}"
    if answer.status_code == 503 and endpoint.route.path.endswith("/translate"):
        return ""  # documented: these servers have nobody who translates
    if answer.status_code >= 500:
        return where
    if answer.status_code >= 400:
        try:
            return "" if answer.json()["error"] else where
        except (ValueError, KeyError, TypeError):
            return where
    return ""


@pytest.fixture
def client(server: RunningServer) -> Iterator[httpx.Client]:
    """A member's client; posts of new accounts are not limited here."""
    server.call("settings.set", values={"new_account_posts_per_hour": 0})
    with server.client(server.member("odd").token, follow_redirects=False) as made:
        yield made


@pytest.fixture
def asker(client: httpx.Client) -> Iterator[Asker]:
    """The same member over a plain connection."""
    made = Asker(client)
    yield made
    made.close()


@pytest.mark.long
@pytest.mark.parametrize("server", ["sqlite"], indirect=True)  # a body that cannot be read reaches no database
def test_bodies_that_cannot_be_read_are_refused_everywhere(asker: Asker) -> None:
    wrong: list[str] = []
    for endpoint in WRITING:
        for what, (kind, body) in UNREADABLE.items():
            answer = asker.ask(endpoint.route.method, address(endpoint), kind, body)
            wrong.append(told(answer, endpoint, what))
            if fields_of(endpoint) and answer.status_code not in (400, 403, 404, 422):
                wrong.append(f"{endpoint.route.method} {endpoint.route.path}, {what}: {answer.status_code}")
    assert not [one for one in wrong if one]


@pytest.mark.long
def test_values_that_no_field_can_hold_are_never_a_server_error(
    server: RunningServer, client: httpx.Client, asker: Asker
) -> None:
    there = settled(server, client)
    wrong: list[str] = []
    for endpoint in ENDPOINTS:
        names, path = fields_of(endpoint), address(endpoint)
        if endpoint.route.method != "DELETE":  # what is deleted could not be asked for any more
            path = there.fill(endpoint.route.path)
        for what, value in ODD_VALUES.items():
            if endpoint.route.method == "GET":
                if isinstance(value, dict | list | None) or len(str(value)) > 5_000:
                    continue
                # A page's bounds and size mean the same everywhere, so they are sent together.
                together = PAGING & {*names}
                for chosen in ([together] if together else []) + [{name} for name in names if name not in PAGING]:
                    params = urlencode({name: str(value) for name in chosen})
                    wrong.append(told(asker.ask("GET", f"{path}?{params}"), endpoint, f"{chosen} {what}"))
                continue
            for chosen in ([names] if len(names) > 1 else []) + [[name] for name in names]:
                body = json.dumps(dict.fromkeys(chosen, value)).encode()
                if len(body) <= 900_000:
                    answer = asker.ask(endpoint.route.method, path, JSON, body)
                    wrong.append(told(answer, endpoint, f"{chosen} {what}"))
    assert not [one for one in wrong if one]


def test_ids_in_addresses_that_are_none_are_not_found(client: httpx.Client) -> None:
    odd = [
        "0",
        "-1",
        "9" * 18,
        "9" * 19,
        "9" * 40,
        "1e3",
        "%00",
        "a%00b",
        "%ff",
        "%F0%9F%90%A6",
        "..%2f..",
        "%20",
        "1;2",
    ]
    wrong: list[str] = []
    for endpoint in ENDPOINTS:
        if "{" not in endpoint.route.path:
            continue
        for value in odd:
            path = re.sub(r"\{(\w+)\}", value, endpoint.route.path)
            answer = client.request(endpoint.route.method, path)
            wrong.append(told(answer, endpoint, value))
    assert not [one for one in wrong if one]


def test_bodies_that_are_too_large_are_refused_and_cut_off(server: RunningServer, client: httpx.Client) -> None:
    for endpoint in WRITING:
        if endpoint.body_limit > 1_000_000 or not fields_of(endpoint):
            continue
        body = b'{"status": "' + b"a" * 1_100_000 + b'"}'
        answer = client.request(endpoint.route.method, address(endpoint), content=body, headers={"content-type": JSON})
        is_for_the_team = any(
            need.startswith("admin:") for need in endpoint.needs
        )  # who may not ask is told that first
        assert answer.status_code == (403 if is_for_the_team else 413), (endpoint.route.path, answer.status_code)
    # What is refused is received to its end, so that the connection serves on.
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        lines = (
            "POST /api/v1/statuses HTTP/1.1",
            "Host: localhost",
            f"Content-Type: {JSON}",
            "Content-Length: 8000000",
        )
        connection.sendall("\r\n".join((*lines, "", "")).encode() + b" " * 8_000_000)
        connection.sendall(b"GET /api/v2/instance HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answers = b"".join(iter(lambda: connection.recv(65_536), b""))
        assert re.findall(rb"HTTP/1.1 (\d+)", answers) == [b"401", b"200"]
    # One who says that a thousand gigabytes will come is not waited for.
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        token = client.headers["authorization"]
        connection.sendall(
            f"POST /api/v1/statuses HTTP/1.1\r\nHost: localhost\r\nAuthorization: {token}\r\nContent-Type: {JSON}\r\n"
            "Content-Length: 1000000000000\r\n\r\n".encode()
            + b" " * 100_000
        )
        began = time.monotonic()
        assert b" 413 " in connection.recv(4_096).partition(b"\r\n")[0]
        assert time.monotonic() - began < 5


def test_a_body_of_an_unknown_kind_says_nothing(client: httpx.Client) -> None:
    body = b'{"status": "not read"}'
    for kind in ("text/plain", "application/xml", "application/octet-stream", "nonsense", "", "a/b;c;;=d", "\xe9"):
        headers = {b"content-type": kind.encode("latin-1")}
        answer = client.post("/api/v1/statuses", content=body, headers=headers)
        assert answer.status_code in (400, 415, 422), (kind, answer.text)
        assert answer.json()["error"]


def test_a_name_given_twice_counts_once(client: httpx.Client) -> None:
    body = b'{"status": "first", "status": "second"}'
    answer = client.post("/api/v1/statuses", content=body, headers={"content-type": JSON})
    assert "second" in answer.json()["content"] and "first" not in answer.json()["content"]


def test_odd_headers_are_no_server_error(client: httpx.Client) -> None:
    odd = [b"\xff\xfe", b"a" * 5_000, b"Bearer", b"Bearer \xe9", b"Basic Og==", b"'", b"Bearer a b c"]
    names = ("authorization", "idempotency-key", "accept-language", "if-none-match", "x-forwarded-for", "cookie")
    for name in names:
        for value in odd:
            for method, path in (("GET", "/api/v1/accounts/verify_credentials"), ("POST", "/api/v1/statuses")):
                data = {"status": "odd"} if method == "POST" else None
                answer = client.request(method, path, headers={name.encode(): value}, data=data)
                assert answer.status_code < 500, (name, value, answer.text)
