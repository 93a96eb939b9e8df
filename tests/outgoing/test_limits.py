"""No answer may cost more time or memory than it was given."""

import gzip
import time
import tracemalloc
import zlib

import pytest

from holdfast.errors import Invalid, Refused, Unavailable
from holdfast.outgoing import (
    BadAnswer,
    TimedOut,
    TooLarge,
    TooManyRedirects,
    Unreachable,
    UrlRefused,
    WrongType,
)

from .conftest import client, moved, reply

HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"


def test_an_endless_body_is_cut_off(serve):
    def endless(head, peer):
        peer.sendall(HEAD + b"\r\n")
        while True:
            peer.sendall(b"x" * 65536)

    server = serve(endless)
    with client(server) as outside, pytest.raises(TooLarge):
        outside.get(server.url(), max_bytes=200_000)


def test_a_body_of_exactly_the_limit_is_taken(serve):
    server = serve(reply(b"x" * 1000))
    with client(server, max_body_bytes=1000) as outside:
        assert len(outside.get(server.url()).body) == 1000
        with pytest.raises(TooLarge):
            outside.get(server.url(), max_bytes=999)


def test_a_slow_drip_ends_at_the_total_time(serve):
    def dripping(head, peer):
        peer.sendall(HEAD + b"\r\n")
        while True:
            peer.sendall(b"x")
            time.sleep(0.05)

    server = serve(dripping)
    began = time.monotonic()
    with client(server, total_timeout_seconds=0.6) as outside, pytest.raises(TimedOut):
        outside.get(server.url())
    assert time.monotonic() - began < 1.5


def test_dripping_headers_end_at_the_total_time(serve):
    def dripping(head, peer):
        peer.sendall(b"HTTP/1.1 200 OK\r\nX: ")
        while True:
            peer.sendall(b"x")
            time.sleep(0.05)

    server = serve(dripping)
    with client(server, total_timeout_seconds=0.6) as outside, pytest.raises(TimedOut):
        outside.get(server.url())


def test_redirects_share_one_total_time(serve):
    def slow(head, peer):
        time.sleep(0.3)
        moved("/again")(head, peer)

    server = serve(slow)
    with client(server, total_timeout_seconds=0.7, max_redirects=50) as outside, pytest.raises(TimedOut):
        outside.get(server.url())


def test_silence_ends_at_the_read_time(serve):
    server = serve(lambda head, peer: time.sleep(5))
    began = time.monotonic()
    with client(server, read_timeout_seconds=0.3) as outside, pytest.raises(TimedOut):
        outside.get(server.url())
    assert time.monotonic() - began < 2


def test_a_hanging_name_server_ends_at_the_connect_time():
    began = time.monotonic()
    with (
        client(
            allowed_ports=(80,), connect_timeout_seconds=0.3, resolver=lambda host, port: time.sleep(5) or []
        ) as outside,
        pytest.raises(TimedOut),
    ):
        outside.get("http://slow.example/")
    assert time.monotonic() - began < 2


def test_a_gzip_bomb_is_refused_without_unpacking_it(serve):
    bomb = gzip.compress(b"\0" * 200_000_000, compresslevel=9)
    assert len(bomb) < 200_000
    server = serve(reply(bomb, "Content-Encoding: gzip"))
    with client(server) as outside:
        tracemalloc.start()
        with pytest.raises(TooLarge):
            outside.get(server.url(), max_bytes=1_000_000)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 20_000_000  # httpx itself included


def test_endless_empty_gzip_members_are_refused(serve):
    def endless(head, peer):
        peer.sendall(HEAD + b"Content-Encoding: gzip\r\n\r\n")
        while True:
            peer.sendall(gzip.compress(b"") * 1000)

    server = serve(endless)
    with client(server) as outside, pytest.raises(TooLarge):
        outside.get(server.url(), max_bytes=1000)


def test_gzip_answers_are_decoded(serve):
    text = bytes(range(256)) * 2000
    for packed in (gzip.compress(text), gzip.compress(text[:1000]) + gzip.compress(text[1000:])):
        server = serve(reply(packed, "Content-Encoding: gzip"))
        with client(server) as outside:
            assert outside.get(server.url()).body == text


def test_broken_or_unasked_packing_is_a_bad_answer(serve):
    packed = gzip.compress(b"hello" * 1000)
    for body, encoding in (
        (packed[:-9], "gzip"), (b"plain", "gzip"), (zlib.compress(b"x"), "deflate"), (b"x", "br"),
        (gzip.compress(packed), "gzip, gzip"),
    ):  # fmt: skip
        server = serve(reply(body, f"Content-Encoding: {encoding}"))
        with client(server) as outside, pytest.raises(BadAnswer):
            outside.get(server.url())


def test_a_redirect_loop_ends(serve):
    server = serve(moved("/again"))
    with client(server, max_redirects=3) as outside, pytest.raises(TooManyRedirects):
        outside.get(server.url())
    assert server.connections == 4


def test_redirects_are_followed_to_the_answer(serve):
    target = serve(reply(b"arrived", "Content-Type: text/plain; charset=utf-8"))
    server = serve(moved(target.url("/there")))
    with client(server, target) as outside:
        answer = outside.get(server.url())
    assert (answer.url, answer.body) == (target.url("/there"), b"arrived")
    assert (answer.status, answer.ok, answer.content_type) == (200, True, "text/plain")


def test_credentials_do_not_follow_a_redirect_to_another_origin(serve):
    target = serve(reply(b""))
    server = serve(moved(target.url()))
    with client(server, target) as outside:
        outside.get(server.url(), headers={"Authorization": "Bearer abc", "X-Plain": "1"})
    assert b"Bearer abc" in server.heads[0]
    assert b"Bearer abc" not in target.heads[0]
    assert b"X-Plain: 1" in target.heads[0]


def test_cookies_are_not_kept(serve):
    server = serve(reply(b"", "Set-Cookie: a=b"))
    with client(server) as outside:
        outside.get(server.url())
        outside.get(server.url())
    assert b"cookie" not in server.heads[1].lower()


def test_an_unwanted_type_is_refused_and_a_wanted_one_taken(serve):
    page = serve(reply(b"<html>", "Content-Type: text/html"))
    picture = serve(reply(b"png", "Content-Type: image/png"))
    with client(page, picture) as outside:
        with pytest.raises(WrongType):
            outside.get(page.url(), accept=("image/*", "application/json"))
        assert outside.get(picture.url(), accept=("image/*",)).body == b"png"
        assert outside.get(page.url(), accept=("*/*",)).body == b"<html>"
    assert b"Accept: image/*, application/json\r\n" in page.heads[0]


def test_a_failing_status_is_an_answer(serve):
    server = serve(reply(b"gone", status="410 Gone"))
    with client(server) as outside:
        answer = outside.get(server.url(), accept=("application/json",))
    assert (answer.status, answer.ok, answer.body) == (410, False, b"gone")


def test_a_post_sends_its_body_and_follows_no_redirect(serve):
    server = serve(moved("http://127.0.0.1:1/elsewhere", "307 Temporary Redirect"))
    with client(server) as outside:
        answer = outside.post(server.url("/inbox"), content=b"{}", headers={"Content-Type": "application/json"})
    assert answer.status == 307
    assert server.heads[0].startswith(b"POST /inbox HTTP/1.1\r\n")
    assert b"Content-Length: 2\r\n" in server.heads[0]


def test_a_header_with_a_newline_is_refused(serve):
    server = serve(reply(b""))
    with client(server) as outside, pytest.raises(UrlRefused):
        outside.get(server.url(), headers={"X-A": "1\r\nX-B: 2"})
    assert server.heads == []


def test_nonsense_is_a_bad_answer_and_a_shut_port_unreachable(serve):
    server = serve(lambda head, peer: peer.sendall(b"SSH-2.0-hello\r\n\r\n"))
    with client(server) as outside, pytest.raises(BadAnswer):
        outside.get(server.url())
    server.close()
    with client(server) as outside, pytest.raises(Unreachable):
        outside.get(f"http://127.0.0.3:{server.port}/")


def test_the_kind_tells_whether_to_try_again():
    assert all(issubclass(kind, Unavailable) for kind in (TimedOut, Unreachable, BadAnswer))
    assert all(issubclass(kind, Refused | Invalid) for kind in (TooLarge, TooManyRedirects, WrongType))
