"""Every form of a request, through a real application."""

import json
import tempfile

import msgspec
import pytest
from litestar import Litestar, Request, route
from litestar.testing import TestClient

from holdfast.errors import Invalid
from holdfast.mastodon import reading
from holdfast.mastodon.errors import EXCEPTION_HANDLERS
from holdfast.mastodon.reading import Upload, nest, read_json, read_pairs, read_raw

LIMIT = 3_000_000


def plain(value):
    if isinstance(value, Upload):
        return {
            "name": value.filename,
            "type": value.content_type,
            "size": value.size,
            "on_disk": getattr(value.file, "_rolled", False),
            "start": value.file.read(4).decode(),
        }
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    return [plain(v) for v in value] if isinstance(value, list) else value


@route("/echo/{id:str}", http_method=["GET", "POST", "PUT", "PATCH", "DELETE"], status_code=200)
async def echo(request: Request) -> dict:
    raw = await read_raw(request, body_limit=LIMIT)
    return {"said": plain(raw), "path": sorted(raw.path)}


@pytest.fixture(scope="module")
def client():
    app = Litestar([echo], exception_handlers=EXCEPTION_HANDLERS, openapi_config=None)
    with TestClient(app) as client:
        yield client


def said(reply):
    assert reply.status_code == 200, reply.text
    return reply.json()["said"]


METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


@pytest.mark.parametrize("method", METHODS)
def test_forms_json_and_multipart_say_the_same_on_every_method(client, method):
    expected = {"id": "7", "a": "1", "poll": {"options": ["x", "y"]}}
    url = "/echo/7?a=1"
    assert said(client.request(method, url, data={"poll[options][]": ["x", "y"]})) == expected
    assert said(client.request(method, url, json={"poll": {"options": ["x", "y"]}})) == expected
    assert said(client.request(method, url, json={"poll[options][]": ["x", "y"]})) == expected
    parts = [("poll[options][]", (None, "x")), ("poll[options][]", (None, "y"))]
    assert said(client.request(method, url, files=parts)) == expected


def test_the_body_wins_over_the_query_and_the_path_over_both(client):
    reply = client.post("/echo/7?id=8&a=1", json={"id": "9", "a": "2"})
    assert reply.json() == {"said": {"id": "7", "a": "2"}, "path": ["id"]}


def test_query_keys_nest_as_in_forms(client):
    assert said(client.get("/echo/7?types[]=a&types%5B%5D=b&source[privacy]=public&q=")) == {
        "id": "7",
        "types": ["a", "b"],
        "source": {"privacy": "public"},
        "q": "",
    }


def test_hashes_come_by_index_and_lists_of_hashes_in_their_order():
    pairs = [("f[0][name]", "a"), ("f[1][name]", "b"), ("k[][id]", "1"), ("k[][w]", "x"), ("k[][id]", "2")]
    assert nest(pairs) == {
        "f": {"0": {"name": "a"}, "1": {"name": "b"}},
        "k": [{"id": "1", "w": "x"}, {"id": "2"}],
    }


def test_multipart_keeps_the_order_of_hashes_in_lists(client):
    parts = [(k, (None, v)) for k, v in (("k[][a]", "1"), ("k[][b]", "2"), ("k[][a]", "3"))]
    assert said(client.post("/echo/1", files=parts))["k"] == [{"a": "1", "b": "2"}, {"a": "3"}]


def test_files_are_kept_and_large_ones_go_to_disk(client):
    small, large = b"tiny", b"huge" * 500_000
    reply = client.patch("/echo/1", files={"avatar": ("a.png", small, "image/png"), "file": ("b.bin", large)})
    found = said(reply)
    assert found["avatar"] == {"name": "a.png", "type": "image/png", "size": 4, "on_disk": False, "start": "tiny"}
    assert found["file"]["size"] == 2_000_000
    assert found["file"]["on_disk"]
    assert found["file"]["start"] == "huge"


def test_an_empty_file_input_is_an_empty_text(client):
    body = b'--x\r\ncontent-disposition: form-data; name="avatar"; filename=""\r\n\r\n\r\n--x--\r\n'
    reply = client.post("/echo/1", content=body, headers={"content-type": "multipart/form-data; boundary=x"})
    assert said(reply)["avatar"] == ""


def test_too_large_a_body_is_413_in_every_form(client):
    too_much = "x" * (LIMIT + 1)
    for form in ({"data": {"a": too_much}}, {"json": {"a": too_much}}, {"files": {"f": ("f", too_much)}}):
        assert client.post("/echo/1", **form).status_code == 413
    assert client.post("/echo/1", files={"a": (None, "x" * 1_000_001)}).status_code == 413


def test_other_bodies_are_left_unread(client):
    reply = client.post("/echo/1", content=b"\xff\xff", headers={"content-type": "text/plain"})
    assert said(reply) == {"id": "1"}
    assert said(client.post("/echo/1", content=b"", headers={"content-type": "application/json"})) == {"id": "1"}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{"),
        ("application/json", b"[1]"),
        ("application/json", b'"text"'),
        ("application/json", b'{"a":"\xff"}'),
        ("application/json", b'{"a":"\\ud800"}'),
        ("application/json", b'{"a":' + b"[" * 100_000),
        ("application/json", b'{"a":' + b"[" * 20 + b"]" * 20 + b"}"),
        ("application/json", b'{"a":1e999}'),
        ("application/json; charset=utf-8", json.dumps({"a": list(range(2000))}).encode()),
        ("application/x-www-form-urlencoded", b"a=%FF"),
        ("application/x-www-form-urlencoded", b"a[=1"),
        ("application/x-www-form-urlencoded", b"a=1&a[]=2"),
        ("application/x-www-form-urlencoded", b"a[][][]=2"),
        ("application/x-www-form-urlencoded", b"a" + b"[b]" * 9 + b"=1"),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % i for i in range(1001))),
        ("multipart/form-data", b"--x"),
        ("multipart/form-data; boundary=x", b"garbage"),
        ("multipart/form-data; boundary=x", b'--x\r\ncontent-disposition: form-data; name="a"\r\n\r\nab'),
        ("multipart/form-data; boundary=x", b"--x\r\ncontent-disposition: form-data\r\n\r\na\r\n--x--\r\n"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n\xff\r\n--x--\r\n',
        ),
    ],
)
def test_what_cannot_be_read_is_400_in_json(client, kind, body):
    reply = client.post("/echo/1", content=body, headers={"content-type": kind})
    assert reply.status_code == 400, reply.text
    assert reply.json()["error"]


def test_undecodable_queries_are_400(client):
    assert client.get("/echo/1?a=%FF%FE").status_code == 400
    assert client.get("/echo/1?[]=x").status_code == 400


def test_temporary_files_do_not_stay_behind(client, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    client.post("/echo/1", files={"file": ("b.bin", b"x" * 2_000_000)})
    assert list(tmp_path.iterdir()) == []


def test_limits_are_told_in_bytes_and_keys():
    with pytest.raises(Invalid):
        read_pairs(b"&".join(b"a=1" for _ in range(reading.KEY_LIMIT + 1)))
    assert read_json(msgspec.json.encode({"a": {"b": 1}})) == {"a": {"b": 1}}
    assert read_json(b"null") == read_json(b" ") == {}


def test_brackets_that_a_library_adds_twice_make_one_list() -> None:
    assert nest([("id[][]", "1"), ("id[][]", "2")]) == {"id": ["1", "2"]}
