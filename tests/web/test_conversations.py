"""Conversations in a case on pages: the team writes, those who reported and whose it is answer, each for themselves."""

from __future__ import annotations

from collections.abc import Callable

from tests.servers import PASSWORD, RunningServer
from tests.web.browser import Browser
from tests.web.test_cases import case_about
from tests.web.test_reading import assert_harmless, post
from tests.web.test_reports import report


def test_the_team_asks_and_both_sides_answer(server: RunningServer, browsers: Callable[..., Browser]) -> None:
    ada, bo, mo = server.member("ada"), server.member("bo"), server.member("mo", role="moderator")
    report(server, ada, bo, status_ids=[post(server, bo, "GO AWAY")["id"]], comment="See")
    team, reporter, author = browsers(server), browsers(server), browsers(server)
    for window, who in ((team, mo), (reporter, ada), (author, bo)):
        window.sign_in(who.name, PASSWORD)
    case = case_about(team, bo)
    number = case.rpartition("/")[2]
    theirs = f"/settings/reports/{number}"
    team.open(case)
    refused = team.send(f"{case}/words", audience="reporter", text="  ")
    assert refused.status == 422 and "Write something." in refused.words
    for audience in ("team", "reporter", "author"):
        team.open(case)
        assert "Sent." in team.send(f"{case}/words", audience=audience, text=f"<b>For the {audience}</b>").words

    page = reporter.open(theirs)
    assert "For the reporter" in page.words and "For the author" not in page.words and "For the team" not in page.words
    assert f"@{mo.name}" not in page.html and "The moderators have not decided yet" in page.words
    assert_harmless(page)
    reporter.send(f"{theirs}/reply", text="They do it every day")
    page = author.open(theirs)
    assert "For the author" in page.words and "every day" not in page.words and f"@{ada.name}" not in page.html
    assert "Sent." in author.send(f"{theirs}/reply", text="I am sorry").words

    answers = team.open("/admin/answers").words
    assert "They do it every day" in answers and "I am sorry" in answers
    shown = team.open(case)
    assert "their answer" in shown.words and "I am sorry" in shown.words
    assert_harmless(shown)
    assert theirs in reporter.open("/settings/reports").html
    other = browsers(server)
    other.sign_in(server.member("cy").name, PASSWORD)
    assert other.open(theirs).status == 404
