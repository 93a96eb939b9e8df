"""Writing on the web without JavaScript: posts with files, replies, changes, polls, schedules, and drafts of each."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pyvips

from tests.servers import PASSWORD, NewMember, RunningServer
from tests.web.asking import ask
from tests.web.browser import Browser, Page

Browsers = Callable[..., Browser]
MOMENT = "%Y-%m-%dT%H:%M"


def picture(name: str, grey: int = 0) -> tuple[str, bytes, str]:
    found: bytes = (pyvips.Image.black(90, 60, bands=3) + grey).cast("uchar").pngsave_buffer()
    return name, found, "image/png"


def mine(server: RunningServer, who: NewMember) -> list[Any]:
    found: list[Any] = ask(server, who, "GET", f"/api/v1/accounts/{who.id}/statuses")
    return found


def fields(page: Page) -> dict[str, str]:
    return page.form("/write").values


def id_in(page: Page) -> str:
    """The post whose page this is."""
    return page.path.rpartition("/")[2]


def test_a_post_with_two_files_is_written_in_steps_and_published_once(
    server: RunningServer, ada: NewMember, browser: Browser
) -> None:
    page = browser.open("/write?title=Harbour&text=Look+at+this&url=https://example.org/boats")
    assert fields(page)["text"] == "Harbour\nLook at this\nhttps://example.org/boats"
    page = browser.open("/write")
    assert (page.heading, fields(page)["visibility"], fields(page)["text"]) == ("Write", "public", "")
    assert "Post to followers" in page.words and "Up to 500 characters" in page.words

    refused = browser.send(
        "/write", do="files", text="Two boats", files={"files": [picture("a.png"), ("b.png", b"no", "image/png")]}
    )
    assert refused.status == 422 and "#field-files" in refused.html
    (kept,) = fields(refused)["media_ids"].split(",")  # the good one stays
    page = browser.send("/write", do="files", files={"files": picture("b.png", 90)})
    assert page.path == "/write?done=files" and fields(page)["text"] == "Two boats"
    first = fields(page)["media_ids"].split(",")[0]
    assert first == kept

    asked = browser.send(
        "/write", do="publish", **{f"alt_{first}": "A boat", "visibility": "private", "language": "de"}
    )
    assert asked.status == 422 and "Describe picture 2 so that everybody can follow." in asked.words
    assert fields(asked)[f"alt_{first}"] == "A boat" and mine(server, ada) == []
    too_far = browser.send("/write", do="publish", **{f"focus_x_{first}": "3"})
    assert too_far.status == 422 and "from -1 to 1" in too_far.words and fields(too_far)["visibility"] == "private"
    page = browser.send(
        "/write", do="publish", **{f"focus_x_{first}": "0.5", "spoiler_text": "Sea", "reply_policy": "nobody"}
    )
    (post,) = mine(server, ada)
    assert page.path == f"/@{ada.name}/{post['id']}"
    assert [one["description"] for one in post["media_attachments"]] == ["A boat", None]
    assert post["media_attachments"][0]["meta"]["focus"] == {"x": 0.5, "y": 0}
    assert (post["visibility"], post["language"], post["spoiler_text"], post["sensitive"]) == (
        "private",
        "de",
        "Sea",
        True,
    )
    assert "No drafts." in browser.open("/drafts").words
    assert fields(browser.open("/write"))["language"] == "de"  # as it was used last

    values = fields(browser.open("/write")) | {"do": "publish", "text": "Once"}
    same = [browser.http.post("/write", data=values).headers["location"] for _ in range(2)]
    assert same[0] == same[1] and len(mine(server, ada)) == 2
    other = browser.http.post("/write", data=values | {"text": "Twice"})
    assert other.status_code == 422 and "published already" in other.text and "Twice" in other.text
    browser.page = Page(other)
    browser.send("/write", do="publish")
    assert [post["content"] for post in mine(server, ada)[:2]] == ["<p>Twice</p>", "<p>Once</p>"]


def test_every_place_has_its_own_draft_and_none_changes_another(
    server: RunningServer, ada: NewMember, bo: NewMember, browser: Browser, browsers: Browsers
) -> None:
    asked = ask(
        server,
        bo,
        "POST",
        "/api/v1/statuses",
        status=f"Who comes, @{ada.name} @owner?",
        visibility="unlisted",
        spoiler_text="Plans",
        language="fr",
    )
    own = ask(server, ada, "POST", "/api/v1/statuses", status="A typo hree")
    browser.open("/write")
    page = browser.send(
        "/write",
        do="save",
        text="A long thought",
        visibility="private",
        is_sensitive="yes",
        choice_0="Tea",
        choice_1="Coffee",
        poll_length="3600",
        hides_totals="yes",
        language="nl",
        scheduled_at="2035-05-17T09:30",
        reply_policy="mentioned",
        files={"files": picture("c.png")},
    )
    assert "Your draft is saved" in page.words
    thought, same_token = fields(page), {"form_token": ""}

    page = browser.open(f"/write?reply={asked['id']}")
    assert page.heading == "Reply" and "Who comes" in page.words
    answer = fields(page)
    assert (answer["text"], answer["spoiler_text"]) == (f"@{bo.name} @owner ", "Plans")
    assert (answer["visibility"], answer["language"]) == ("unlisted", "fr")
    browser.send("/write", do="save", text=f"@{bo.name} Not yet")
    page = browser.open(f"/write?edit={own['id']}")
    assert page.heading == "Edit" and fields(page)["text"] == "A typo hree"
    browser.send("/write", do="save", text="A typo here")

    page = browser.open(f"/write?quote={asked['id']}")
    assert page.heading == "Quote" and "Who comes" in page.words and fields(page)["text"] == ""
    browser.send("/write", do="save", text="Look at that")

    page = browser.open("/drafts")
    assert all(words in page.words for words in ("A long thought", "Not yet", "A typo here", "Look at that", "1 file"))
    assert fields(browser.open("/write")) | same_token == thought | same_token
    assert ask(server, ada, "GET", f"/api/v1/statuses/{own['id']}")["content"] == "<p>A typo hree</p>"

    other = browser.open("/write")  # a second window, begun before the draft was there
    refused = browser.http.post("/write", data=fields(other) | {"key": "another-window", "do": "save", "text": "Other"})
    assert refused.status_code == 422 and "Another draft is kept" in refused.text and "Other" in refused.text

    browser.open(f"/write?reply={asked['id']}")
    browser.send("/write", do="publish", text=f"@{bo.name} I do")
    browser.open(f"/write?edit={own['id']}")
    browser.send("/write", do="publish")
    browser.open(f"/write?quote={asked['id']}")
    browser.send("/write", do="publish", quote_policy="nobody")
    quoting, newest, changed = mine(server, ada)
    assert quoting["quote"]["quoted_status"]["id"] == asked["id"] and quoting["in_reply_to_id"] is None
    assert (newest["in_reply_to_id"], newest["visibility"]) == (asked["id"], "unlisted")
    assert changed["content"] == "<p>A typo here</p>" and changed["edited_at"]
    page = browser.open("/drafts")
    assert "A long thought" in page.words and "Not yet" not in page.words and "A typo here" not in page.words
    stranger = browsers(server)
    stranger.sign_in(bo.name, PASSWORD)
    assert "No drafts." in stranger.open("/drafts").words
    draft = next(form.action for form in page.forms if form.action.startswith("/drafts/"))
    token = stranger.page.forms[0].values["form_token"] if stranger.page else ""
    assert stranger.http.post(draft, data={"form_token": token}).status_code == 404

    browser.open("/settings/export")
    packed = browser.send("/settings/export").answer.content
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert [one["text"] for one in json.loads(archive.read("drafts.json"))] == ["A long thought"]
    browser.open("/drafts")
    assert "The draft is deleted." in browser.send(draft).words
    assert fields(browser.open("/write"))["text"] == ""


def test_an_edit_keeps_files_and_poll_and_changes_what_was_changed(
    server: RunningServer, ada: NewMember, browser: Browser
) -> None:
    browser.open("/write")
    browser.send("/write", do="files", text="One", files={"files": [picture("a.png"), picture("b.png", 60)]})
    assert browser.page is not None
    first, second = fields(browser.page)["media_ids"].split(",")
    post = id_in(browser.send("/write", do="publish", **{f"alt_{first}": "First", f"alt_{second}": "Second"}))
    page = browser.open(f"/write?edit={post}")
    assert fields(page)[f"alt_{second}"] == "Second" and "field-visibility" not in page.html
    browser.send("/write", do="remove-" + first, text="One, changed", **{f"alt_{second}": "The second"})
    before = ask(server, ada, "GET", f"/api/v1/statuses/{post}")
    assert [one["description"] for one in before["media_attachments"]] == ["First", "Second"]  # only the draft changed
    assert id_in(browser.send("/write", do="publish", reply_policy="nobody")) == post
    after = ask(server, ada, "GET", f"/api/v1/statuses/{post}")
    assert [one["description"] for one in after["media_attachments"]] == ["The second"]
    assert after["content"] == "<p>One, changed</p>"
    assert fields(browser.open(f"/write?edit={post}"))["reply_policy"] == "nobody"

    browser.open("/write")
    refused = browser.send("/write", do="publish", text="Which?", choice_0="Tea")
    assert refused.status == 422 and "at least two choices" in refused.words and fields(refused)["choice_0"] == "Tea"
    poll = id_in(browser.send("/write", do="publish", choice_2="Coffee", poll_length="3600", is_multiple="yes"))
    asked = ask(server, ada, "GET", f"/api/v1/statuses/{poll}")["poll"]
    assert [one["title"] for one in asked["options"]] == ["Tea", "Coffee"] and asked["multiple"]
    page = browser.open(f"/write?edit={poll}")
    assert fields(page)["choice_1"] == "Coffee" and fields(page)["is_multiple"] == "yes"
    browser.send("/write", do="publish", text="Which one?")
    assert ask(server, ada, "GET", f"/api/v1/statuses/{poll}")["poll"]["id"] == asked["id"]


def test_a_post_is_deleted_or_taken_back_to_be_written_anew(
    server: RunningServer, ada: NewMember, bo: NewMember, browser: Browser
) -> None:
    browser.open("/write")
    browser.send("/write", do="save", text="Untouched")
    gone = ask(server, ada, "POST", "/api/v1/statuses", status="To be gone")["id"]
    page = browser.open(f"/posts/{gone}/delete")
    assert "To be gone" in page.words
    assert browser.send(f"/posts/{gone}/delete", do="delete").path == f"/@{ada.name}"
    assert browser.open(f"/@{ada.name}/{gone}").status == 410 or "deleted" in page.words
    foreign = ask(server, bo, "POST", "/api/v1/statuses", status="Not browser")["id"]
    for path in (f"/posts/{foreign}/delete", f"/write?edit={foreign}", "/write?reply=1", "/write?redraft=1"):
        assert browser.open(path).status == 404, path

    browser.open(f"/write?reply={foreign}")
    browser.send("/write", do="files", text="With a picture", files={"files": picture("d.png")})
    assert browser.page is not None
    number = fields(browser.page)["media_ids"]
    post = id_in(browser.send("/write", do="publish", **{f"alt_{number}": "Dark", "visibility": "private"}))
    address = ask(server, ada, "GET", f"/api/v1/media/{number}")["url"]
    browser.open(f"/posts/{post}/delete")
    page = browser.send(f"/posts/{post}/delete", do="redraft")
    assert page.path == f"/write?redraft={post}" and page.heading == "Write anew" and "Not browser" in page.words
    held = fields(page)
    assert (held["text"], held["media_ids"], held[f"alt_{number}"], held["visibility"]) == (
        "With a picture", number, "Dark", "private")  # fmt: skip
    with server.client() as http:
        assert http.get(address).status_code == 404  # not to be found where the deleted post had it
        assert http.get(ask(server, ada, "GET", f"/api/v1/media/{number}")["url"]).status_code == 200
    anew = id_in(browser.send("/write", do="publish", text="With a better text"))
    found = ask(server, ada, "GET", f"/api/v1/statuses/{anew}")
    assert found["in_reply_to_id"] == foreign and found["media_attachments"][0]["id"] == number
    page = browser.open("/drafts")
    assert "Untouched" in page.words and "With a picture" not in page.words

    browser.open(f"/write?reply={foreign}")
    browser.send("/write", do="save", text="Too late")
    ask(server, bo, "DELETE", f"/api/v1/statuses/{foreign}")
    page = browser.open(f"/write?reply={foreign}")
    assert "is gone" in page.words and fields(page)["text"] == "Too late"
    refused = browser.send("/write", do="publish")
    assert refused.status == 422 and fields(refused)["text"] == "Too late"


def test_a_scheduled_post_is_listed_moved_and_cancelled(
    server: RunningServer, ada: NewMember, browser: Browser
) -> None:
    soon = datetime.now(UTC) + timedelta(minutes=2)
    later = datetime.now(UTC) + timedelta(hours=3)
    browser.open("/write")
    refused = browser.send("/write", do="publish", text="Tomorrow", scheduled_at=soon.strftime(MOMENT))
    assert refused.status == 422 and "at least 5 minutes" in refused.words and "#field-scheduled_at" in refused.html
    assert browser.send("/write", do="publish", scheduled_at="tomorrow").status == 422
    page = browser.send("/write", do="publish", scheduled_at=later.strftime(MOMENT), utc_offset="60")
    assert page.path == "/scheduled?done=scheduled" and "Tomorrow" in page.words and mine(server, ada) == []
    (waiting,) = ask(server, ada, "GET", "/api/v1/scheduled_statuses")
    at = datetime.fromisoformat(waiting["scheduled_at"])
    assert at == later.replace(second=0, microsecond=0) - timedelta(hours=1)
    move = f"/scheduled/{waiting['id']}/move"
    name = f"scheduled_at_{waiting['id']}"
    assert browser.send(move, **{name: soon.strftime(MOMENT)}).status == 422
    assert browser.page is not None and browser.page.form(move).values[name] == soon.strftime(MOMENT)
    assert "another time" in browser.send(move, **{name: (later + timedelta(days=1)).strftime(MOMENT)}).words
    (moved,) = ask(server, ada, "GET", "/api/v1/scheduled_statuses")
    assert datetime.fromisoformat(moved["scheduled_at"]) - at == timedelta(days=1, hours=1)
    assert "Cancelled." in browser.send(f"/scheduled/{waiting['id']}/cancel").words
    assert ask(server, ada, "GET", "/api/v1/scheduled_statuses") == []


def test_suggestions_are_for_members_and_name_people_hashtags_and_emoji(
    server: RunningServer, ada: NewMember, bo: NewMember, browser: Browser, browsers: Browsers
) -> None:
    ask(server, ada, "POST", "/api/v1/statuses", status=f"#Compose{ada.name}")
    found = browser.http.get("/write/suggestions.json", params={"q": f"@{bo.name[:5]}"}).json()
    assert {"text": f"@{bo.name}", "label": ""} in found
    tags = browser.http.get("/write/suggestions.json", params={"q": f"#compose{ada.name}"}).json()
    assert tags == [{"text": f"#Compose{ada.name}", "label": ""}]
    assert browser.http.get("/write/suggestions.json", params={"q": "nothing"}).json() == []
    assert browsers(server).http.get("/write/suggestions.json", params={"q": "@a"}).status_code == 303


def test_what_waits_and_what_was_set_is_in_the_export(
    server: RunningServer, browsers: Callable[..., Browser], ada: NewMember
) -> None:
    browser = browsers(server)
    browser.sign_in(ada.name, PASSWORD)
    later = f"{datetime.now(UTC) + timedelta(days=3):%Y-%m-%dT%H:%M}"
    browser.open("/write")
    browser.send("/write", do="publish", text="In three days", scheduled_at=later, spoiler_text="Soon")
    browser.open("/settings/old-posts")
    browser.send("/settings/old-posts", age_days="90")
    browser.open("/settings/keys")
    browser.send("/settings/keys", next="u")
    browser.open("/settings/export")
    packed = browser.send("/settings/export").answer.content
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        (waiting,) = json.loads(archive.read("scheduled.json"))
        settings = json.loads(archive.read("settings.json"))
    assert (waiting["text"], waiting["content_warning"]) == ("In three days", "Soon")
    assert waiting["scheduled_at"].startswith(later)
    assert settings["shortcuts"] == {"next": "u"} and settings["media_display"] == "default"
    assert (settings["old_posts"]["age_days"], settings["old_posts"]["is_on"]) == (90, False)
