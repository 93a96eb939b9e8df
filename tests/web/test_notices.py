"""Notices in the administration: a letter is pasted or uploaded, read with its states, and its answer taken away."""

from __future__ import annotations

from collections.abc import Callable

from tests.servers import PASSWORD, RunningServer
from tests.web.browser import Browser
from tests.web.test_reading import assert_harmless, post


def test_a_letter_is_pasted_and_its_answer_taken_away(server: RunningServer, browsers: Callable[..., Browser]) -> None:
    ada, mo = server.member("ada"), server.member("mo", role="moderator")
    link = post(server, ada, "Look at me")["url"]
    reader = browsers(server)
    reader.sign_in(mo.name, PASSWORD)
    reader.open("/admin/notices")
    letter = f"Remove <b>this</b>: {link}\nhttps://far.example/1"
    refused = reader.send("/admin/notices", sender="A host", body="Nothing at all")
    assert "No address was found in this letter" in refused.words
    assert refused.form("/admin/notices").values["body"].strip() == "Nothing at all"
    page = reader.send("/admin/notices", sender="A <i>host</i>", reference="R-9", body=letter)
    assert_harmless(page)
    assert "A <i>host</i>" in page.words and link in page.words and "R-9" in page.words
    assert "Nobody has looked yet" in page.words and "This is not an address of this server" in page.words
    number = page.form("/admin/notices/answered").values["id"]
    answer = reader.http.get(f"/admin/notices/{number}/answer.md")
    assert link in answer.text and answer.headers["content-disposition"].startswith("attachment")
    assert reader.http.get(f"/admin/notices/{number}/answer.json").json()["found"] == 1
    assert "Answered" in reader.send("/admin/notices/answered", id=number).words
    assert "answered" in reader.open("/admin/notices").words
    assert reader.open("/admin/notices/x").status == reader.open("/admin/notices/1").status == 404
