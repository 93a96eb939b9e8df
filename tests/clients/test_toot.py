"""Two members' life at a terminal with `toot`, unchanged, against a running server."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.clients.conftest import picture, until
from tests.clients.terminal import Terminal
from tests.servers import NewMember, RunningServer


class Person(NamedTuple):
    """A member who is signed in at a terminal that others use too."""

    terminal: Terminal
    member: NewMember

    @property
    def name(self) -> str:
        """The member's name."""
        return self.member.name

    def toot(self, *words: str, typed: str = "") -> str:
        """What a command of theirs prints."""
        return self.terminal.toot("--as", f"{self.name}@{self.terminal.domain}", *words, typed=typed)

    def json(self, *words: str, typed: str = "") -> Any:
        """What a command of theirs prints in JSON."""
        return self.terminal.json("--as", f"{self.name}@{self.terminal.domain}", *words, typed=typed)

    def refused(self, *words: str) -> str:
        """The complaint about a command of theirs."""
        return self.terminal.refused("--as", f"{self.name}@{self.terminal.domain}", *words)

    def says(self, text: str, *words: str) -> str:
        """Post something; its id."""
        return str(self.json("post", text, *words)["id"])


def ids(statuses: Any) -> list[str]:
    """The ids of what a list holds, in its order."""
    return [str(each["id"]) for each in statuses]


@pytest.fixture(scope="module")
def terminal(server: RunningServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """A terminal, shared by the tests of a module."""
    with Terminal(server, tmp_path_factory.mktemp("terminal")) as terminal:
        yield terminal


@pytest.fixture(scope="module")
def ada(terminal: Terminal) -> Person:
    """Ada, who has signed in."""
    return joined(terminal, "ada")


@pytest.fixture(scope="module")
def bo(terminal: Terminal) -> Person:
    """Bo, who has signed in at the same terminal."""
    return joined(terminal, "bo")


def joined(terminal: Terminal, name: str) -> Person:
    """A new member who signs in."""
    member = terminal.server.member(name)
    code, said = terminal.login(member)
    assert (code, "Successfully logged in" in said) == (0, True), said
    return Person(terminal, member)


def test_members_sign_in_with_the_browser_change_and_leave(server: RunningServer, tmp_path: Path) -> None:
    with Terminal(server, tmp_path) as here:
        assert "not logged in" in here.toot("auth")
        ada = joined(here, "ada")
        bo = joined(here, "bo")
        assert here.json("whoami")["username"] == bo.name
        assert f"* {ada.name}@{here.domain}" in here.toot("auth")
        here.toot("activate", f"{ada.name}@{here.domain}")
        shown = here.toot("whoami")
        assert f"@{ada.name}" in shown and f"ID: {ada.member.id}" in shown
        assert bo.json("whoami")["acct"] == bo.name
        here.toot("logout", f"{ada.name}@{here.domain}")
        assert "requires you to be logged in" in here.refused("whoami")
        code, said = here.login(ada.member, code="never-given")
        assert (code, "Login failed" in said) == (1, True)
        password = ("--email", ada.member.email, "--password", "correct horse")
        assert here.refused("login_cli", "--instance", server.base_url, *password) == "Login failed"


def test_the_server_introduces_itself(ada: Person, terminal: Terminal) -> None:
    shown = ada.toot("instance")
    assert "Harbour" in shown and terminal.domain in shown and "running Mastodon" in shown
    assert "owner" in terminal.toot("instance", terminal.server.base_url)
    terminal.toot("activate", f"{ada.name}@{terminal.domain}")
    assert "Harbour" in terminal.toot("diag", "--server")


def test_a_post_with_a_picture_is_seen_answered_and_deleted(ada: Person, bo: Person, picture_file: Path) -> None:
    words = ("--media", str(picture_file), "--description", "The harbour at dawn", "--language", "en")
    post = ada.json("post", "Look", *words, "--spoiler-text", "light", "--sensitive")
    assert (post["spoiler_text"], post["sensitive"], post["language"]) == ("light", True, "en")
    assert [each["description"] for each in post["media_attachments"]] == ["The harbour at dawn"]
    assert "Toot posted: http" in ada.toot("post", "Only words, from a pipe")
    answer = bo.says(f"@{ada.name} where is that?", "--reply-to", post["id"])
    more = bo.json("post", "--reply-last", typed="And when?")
    assert (more["in_reply_to_id"], more["content"]) == (answer, "<p>And when?</p>")
    shown = bo.toot("status", post["id"])
    assert post["media_attachments"][0]["url"] in shown.replace("\n", "") and "Visibility: public" in shown
    thread = ada.json("thread", answer)
    assert (ids(thread["ancestors"]), ids(thread["descendants"])) == ([post["id"]], [more["id"]])
    assert "where is that?" in ada.toot("thread", post["id"])
    assert bo.json("reblog", post["id"], "--visibility", "unlisted")["reblog"]["id"] == post["id"]
    assert bo.name in ada.toot("reblogged-by", post["id"])
    assert not bo.json("unreblog", post["id"])["reblogged"]
    assert "not reblogged" in ada.toot("reblogged-by", post["id"])
    assert bo.json("favourite", post["id"])["favourited"]
    assert ids(bo.json("timelines", "favourites")) == [post["id"]]
    assert not bo.json("unfavourite", post["id"])["favourited"]
    assert bo.json("bookmark", post["id"])["bookmarked"]
    assert f"ID {post['id']}" in bo.toot("bookmarks")
    assert not bo.json("unbookmark", post["id"])["bookmarked"]
    assert ada.json("pin", post["id"])["pinned"] and not ada.json("unpin", post["id"])["pinned"]
    assert bo.refused("delete", post["id"]) == "Record not found"
    assert ada.json("delete", post["id"])["text"] == "Look"
    assert bo.refused("status", post["id"]) == "Record not found"


def test_pictures_are_uploaded_alone_and_words_kept_between_two(ada: Person, bo: Person, picture_file: Path) -> None:
    media = ada.json("upload", str(picture_file), "--description", "A quay")
    assert (media["type"], media["description"]) == ("image", "A quay")
    assert "Successfully uploaded media ID" in ada.toot("upload", str(picture_file))
    secret = ada.says(f"@{bo.name} between us", "--visibility", "direct")
    assert "between us" in bo.toot("status", secret)
    assert ada.json("status", secret)["visibility"] == "direct"
    assert "500" in ada.refused("post", "x" * 501)


def test_a_poll_is_asked_and_voted_on(ada: Person, bo: Person) -> None:
    options = ("--poll-option", "Tea", "--poll-option", "Coffee", "--poll-expires-in", "2 hours", "--poll-multiple")
    post = ada.json("post", "What to drink?", *options)
    poll = post["poll"]["id"]
    assert "Tea" in bo.toot("polls", "show", poll)
    shown = bo.toot("polls", "vote", poll, "0", "1")
    assert shown.count("✓ Your vote") == 2
    seen = ada.json("polls", "show", poll)
    assert (seen["voters_count"], [each["votes_count"] for each in seen["options"]]) == (1, [1, 1])
    assert bo.refused("polls", "vote", poll, "0") != ""
    assert "50%" in ada.toot("status", post["id"])
    hidden = ada.json("post", "And?", "--poll-option", "a", "--poll-option", "b", "--poll-hide-totals")["poll"]["id"]
    assert bo.json("polls", "show", hidden)["options"][0]["votes_count"] is None


def test_every_timeline_is_read_to_its_end(ada: Person, bo: Person, terminal: Terminal) -> None:
    tag = f"quay{secrets.token_hex(4)}"
    assert bo.json("follow", ada.name)["following"]
    posts = [ada.says(f"Number {n} at the #{tag}") for n in range(5)][::-1]
    until(lambda: posts[0] in ids(bo.json("timelines", "home")))
    here = terminal.server.base_url
    for words in (
        ("timelines", "home"),
        ("timelines", "tag", tag),
        ("timelines", "tag", tag, "--instance", here, "--local", "--any", "other"),
        ("timelines", "account", ada.name),
        ("timelines", "public", "--local"),
        ("timelines", "public", "--instance", here),
    ):
        shown = bo.toot(*words, "--limit", "2")
        found = [word for line in shown.splitlines() if line.startswith("ID ") for word in line.split()[1:2]]
        assert [each for each in found if each in posts] == posts, words
        assert len(set(found)) == len(found), words
    assert ids(bo.json("timelines", "tag", tag, "--max-id", posts[1], "--limit", "2")) == posts[2:4]
    assert ids(bo.json("timelines", "tag", tag, "--min-id", posts[4], "--limit", "2")) == posts[2:4]
    assert ids(bo.json("timelines", "tag", tag, "--none", tag)) == []
    assert ids(bo.json("timelines", "public", "--only-media", "--since-id", posts[-1])) == []
    for old in ((), ("--public", "--local"), ("--tag", tag), ("--account", ada.name)):
        assert f"ID {posts[0]}" in bo.toot("timeline", "--once", *old), old
    assert f"ID {posts[0]}" in terminal.toot("timeline", "--public", "--instance", here)
    assert terminal.toot("timelines", "public", "--instance", here, "--remote").strip() == "No statuses found"


def test_people_are_found_followed_muted_and_blocked(ada: Person, bo: Person, terminal: Terminal) -> None:
    shown = ada.toot("whois", f"@{bo.name}@{terminal.domain}")
    assert f"@{bo.name}" in shown and f"ID: {bo.member.id}" in shown
    assert ada.refused("whois", "nobody_at_all") == "Account not found"
    assert f"* @{bo.name}" in ada.toot("search", bo.name, "--type", "accounts")
    assert "now following" in ada.toot("follow", bo.name)
    assert bo.name in [each["acct"] for each in ada.json("following")]
    assert ada.name in [each["acct"] for each in ada.json("followers", bo.name)]
    assert "no longer following" in ada.toot("unfollow", bo.name)
    assert "have muted" in ada.toot("mute", bo.name)
    assert f"* @{bo.name}" in ada.toot("muted")
    assert not ada.json("unmute", bo.name)["muting"]
    assert ada.toot("muted").strip() == "No accounts muted"
    assert ada.json("block", bo.name)["blocking"]
    assert f"* @{bo.name}" in ada.toot("blocked")
    assert "no longer blocked" in ada.toot("unblock", bo.name)
    assert ada.toot("blocked").strip() == "No accounts blocked"


def test_a_profile_is_changed_and_those_who_ask_are_let_in(terminal: Terminal, ada: Person, tmp_path: Path) -> None:
    cy = joined(terminal, "cy")
    avatar, header = tmp_path / "avatar.png", tmp_path / "header.jpg"
    avatar.write_bytes(picture())
    header.write_bytes(picture(".jpg", width=300, height=100))
    before = cy.json("whoami")
    words = ("--display-name", "Cy", "--note", "Keeper", "--avatar", str(avatar), "--header", str(header))
    after = cy.json("update-account", *words, "--locked", "--bot", "--privacy", "unlisted", "--language", "de")
    assert (after["display_name"], after["source"]["note"]) == ("Cy", "Keeper")
    assert (after["locked"], after["bot"]) == (True, True)
    assert (after["source"]["privacy"], after["source"]["language"]) == ("unlisted", "de")
    assert after["avatar"] != before["avatar"] and after["header"] != before["header"]
    assert cy.json("post", "Quietly")["visibility"] == "unlisted"
    assert ada.json("follow", cy.name)["requested"]
    assert f"* @{ada.name}" in cy.toot("follow-requests", "list")
    assert "is now following you" in cy.toot("follow-requests", "accept", ada.name)
    assert [each["acct"] for each in cy.json("followers")] == [ada.name]
    ada.toot("unfollow", cy.name)
    ada.toot("follow", cy.name)
    assert "rejected" in cy.toot("follow-requests", "reject", ada.name)
    assert (cy.json("follow-requests", "list"), cy.json("followers")) == ([], [])
    assert not cy.json("update-account", "--no-locked", "--no-bot")["locked"]


def test_notifications_are_read_and_cleared(ada: Person, bo: Person) -> None:
    ada.toot("notifications", "--clear")
    post = ada.says("Something to talk about")
    bo.toot("favourite", post)
    bo.toot("reblog", post)
    bo.says(f"@{ada.name} indeed", "--reply-to", post)
    until(lambda: len(ada.json("notifications")) == 3)
    shown = ada.toot("notifications")
    for told in ("favourited your status", "boosted your status", "mentioned you", "indeed"):
        assert told in shown
    only = ada.json("notifications", "--type", "mention", "--type", "reblog")
    assert {each["type"] for each in only} == {"mention", "reblog"}
    assert [each["type"] for each in ada.json("notifications", "-e", "mention", "-e", "reblog")] == ["favourite"]
    assert "Notifications cleared" in ada.toot("notifications", "--clear")
    assert ada.toot("notifications").strip() == "You have no notifications"


def test_hashtags_are_found_and_followed(ada: Person, bo: Person) -> None:
    tag = f"mole{secrets.token_hex(4)}"
    post = ada.says(f"On the #{tag}")
    assert f"#{tag}" in bo.toot("search", tag, "--type", "hashtags")
    assert "Not followed" in bo.toot("tags", "info", tag)
    assert "now following" in bo.toot("tags", "follow", f"#{tag}")
    assert tag in [each["name"] for each in bo.json("tags", "followed")]
    assert f"* #{tag}" in bo.toot("tags", "followed")
    assert "\nFollowed" in bo.toot("tags", "info", tag)
    later = ada.says(f"Still on the #{tag}")
    assert until(lambda: later in ids(bo.json("timelines", "home")))
    assert not bo.json("tags", "unfollow", tag)["following"]
    assert "Tag not found" in bo.refused("tags", "info", f"{tag}no")
    assert ids(bo.json("timelines", "tag", tag)) == [later, post]


def test_what_the_next_step_fills_is_empty_and_well_formed(ada: Person) -> None:
    assert ada.toot("lists", "list").strip() == "You have no lists defined."
    assert ada.toot("tags", "featured").strip() == "You don't have any featured hashtags"
    assert ada.toot("timelines", "trending").strip() == "No statuses found"
    assert "scheduled" in ada.toot("post", "Later", "--scheduled-in", "2h").lower()
