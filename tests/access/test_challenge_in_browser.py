"""The form's script in a real browser, under the strictest content policy that lets it load."""

from __future__ import annotations

import html
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from holdfast import access
from holdfast.access import challenge
from holdfast.access.tokens import Signer

pytestmark = pytest.mark.system

KEY = b"k" * 32
SIGNER = Signer(KEY)
SCRIPT = Path(access.__file__).parents[1] / "web/static/js/proof-of-work.js"
POLICY = "default-src 'none'; script-src 'self'; form-action 'self'; base-uri 'none'"
PAGE = """<!doctype html><html lang="en"><title>Join</title>
<script type="module" src="/proof-of-work.js"></script>
<form method="post" action="/" data-challenge="{question}" data-working="One moment">
<input type="hidden" name="proof" data-proof><input type="hidden" name="waiting" value="{token}">
<p role="status" data-proof-status></p><button name="way" value="join">Join</button></form></html>"""


class Door(BaseHTTPRequestHandler):
    """Shows the form, and keeps what comes back."""

    difficulty = 300
    received: list[dict[str, str]]

    def do_GET(self) -> None:
        if self.path == "/proof-of-work.js":
            return self._send("text/javascript", SCRIPT.read_text())
        question = html.escape(json.dumps(challenge.create(KEY, self.difficulty)))
        return self._send("text/html", PAGE.format(question=question, token=challenge.waiting_token(SIGNER)))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.received.append({name: values[0] for name, values in parse_qs(body).items()})
        self._send("text/html", "<!doctype html><title>Joined</title>")

    def log_message(self, *args: object) -> None:
        """Keep the test's output quiet."""

    def _send(self, kind: str, text: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(text.encode())


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--host-resolver-rules=MAP plain.test 127.0.0.1"],
        )
        yield started
        started.close()


@pytest.fixture
def door() -> Iterator[ThreadingHTTPServer]:
    handler = type("ThisDoor", (Door,), {"received": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def joins(browser: Browser, door: ThreadingHTTPServer, host: str = "localhost", **context: object) -> dict[str, str]:
    """Press the button at once, and return the form's fields as they arrived."""
    page = browser.new_page(**context)  # type: ignore[arg-type]
    page.goto(f"http://{host}:{door.server_address[1]}/")
    page.get_by_role("button", name="Join").click()
    page.wait_for_url("**/", wait_until="load")
    expect(page).to_have_title("Joined")
    page.close()
    (fields,) = door.RequestHandlerClass.received  # type: ignore[attr-defined]
    return fields


def test_a_form_sent_at_once_waits_for_its_proof_and_passes(browser, door):
    fields = joins(browser, door)
    assert challenge.verify(KEY, fields["proof"]).id
    assert fields["way"] == "join"  # the button that was pressed is still told


def test_the_page_says_that_it_is_working_and_a_person_can_go_on_typing(browser, door):
    door.RequestHandlerClass.difficulty = 1_000_000
    page = browser.new_page()
    page.goto(f"http://localhost:{door.server_address[1]}/")
    page.get_by_role("button", name="Join").click()
    assert page.get_by_role("status").inner_text() == "One moment"
    page.close()
    assert door.RequestHandlerClass.received == []


def test_without_javascript_the_form_arrives_with_its_waiting_token(browser, door):
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"http://localhost:{door.server_address[1]}/")
    page.get_by_role("button", name="Join").click()
    page.wait_for_load_state()
    page.close()
    (fields,) = door.RequestHandlerClass.received
    assert "proof" not in fields
    with pytest.raises(challenge.SentTooSoon):
        challenge.check_waiting(SIGNER, fields["waiting"])


def test_where_the_browser_has_no_cryptography_the_form_goes_the_same_way(browser, door):
    fields = joins(browser, door, "plain.test")
    assert "proof" not in fields
    assert fields["waiting"]
