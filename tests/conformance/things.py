"""One of everything that has an id and belongs to somebody: how it is made over the API, and what is sent to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.conformance.scenario import picture
from tests.mastodon.town import Person, Town

SOON = (datetime.now(UTC) + timedelta(days=1)).isoformat()
PRIVACIES = ("public", "private", "direct")


class Makers:
    """Makes what belongs to Ada; each maker gives the values of the placeholders in a path."""

    def __init__(self, town: Town, ada: Person, friend: Person) -> None:
        self.town, self.ada, self.friend = town, ada, friend

    def status(self, privacy: str) -> dict[str, str]:
        """A post with a poll."""
        poll = {"options": ["a", "b"], "expires_in": 600}
        return {"id": self.ada.says("mine", visibility=privacy, poll=poll)["id"]}

    def quote(self, privacy: str) -> dict[str, str]:
        """A post, and another that quotes it; there is none of a direct post."""
        post = self.ada.says("quote me", visibility=privacy)
        if privacy == "direct":
            return {"id": post["id"], "quoting_status_id": self.ada.says("no quote")["id"]}
        quoting = self.ada.says("as I said", quoted_status_id=post["id"])
        return {"id": post["id"], "quoting_status_id": quoting["id"]}

    def poll(self, privacy: str) -> dict[str, str]:
        """A post's poll."""
        poll = {"options": ["a", "b"], "expires_in": 600}
        return {"id": self.ada.says("choose", visibility=privacy, poll=poll)["poll"]["id"]}

    def account(self) -> dict[str, str]:
        """Ada herself."""
        return {"id": self.ada.id, "account_id": self.ada.id}

    def media(self) -> dict[str, str]:
        """A picture that no post shows yet."""
        answer = self.ada.ask("POST", "/api/v2/media", files={"file": ("x.png", picture(), "image/png")})
        return {"id": self.ada.good(answer)["id"]}

    def conversation(self) -> dict[str, str]:
        """A talk with a friend."""
        self.friend.says(f"@{self.ada.name} psst", visibility="direct")
        return {"id": self.ada.get("/api/v1/conversations")[0]["id"]}

    def notification(self) -> dict[str, str]:
        """What Ada is told of a favourite, alone and as a group."""
        status = self.ada.says("like me")
        self.friend.does("favourite", status)
        self.town.run_jobs()
        told = self.ada.get("/api/v1/notifications")[0]
        return {"id": told["id"], "group_key": told["group_key"]}

    def request(self) -> dict[str, str]:
        """A notification request by a stranger."""
        self.ada.good(self.ada.ask("PATCH", "/api/v2/notifications/policy", json={"for_not_following": "filter"}))
        self.town.person("knocker").says(f"@{self.ada.name} hello")
        self.town.run_jobs()
        found = self.ada.get("/api/v1/notifications/requests")[0]["id"]
        self.ada.good(self.ada.ask("PATCH", "/api/v2/notifications/policy", json={"for_not_following": "accept"}))
        return {"id": found}

    def list(self) -> dict[str, str]:
        """A list with a friend on it."""
        made = self.ada.post("/api/v1/lists", title="friends")
        return {"id": made["id"], "list_id": made["id"]}

    def filter(self) -> dict[str, str]:
        """A keyword filter; its id, its keyword's, that of a post in it."""
        terms = [{"keyword": "spoiler"}]
        made = self.ada.post("/api/v2/filters", title="films", context=["home"], keywords_attributes=terms)
        status = self.ada.says("hidden")
        kept = self.ada.post(f"/api/v2/filters/{made['id']}/statuses", status_id=status["id"])
        return {"id": made["id"], "filter_id": made["id"], "keyword": made["keywords"][0]["id"], "status": kept["id"]}

    def keyword(self) -> dict[str, str]:
        """A keyword (a filter of the old kind)."""
        return {"id": self.filter()["keyword"]}

    def filter_status(self) -> dict[str, str]:
        """A post in a filter."""
        return {"id": self.filter()["status"]}

    def scheduled(self) -> dict[str, str]:
        """A post for tomorrow."""
        return {"id": self.ada.post("/api/v1/statuses", status="later", scheduled_at=SOON)["id"]}

    def featured_tag(self) -> dict[str, str]:
        """A hashtag on the profile."""
        for tag in self.ada.get("/api/v1/featured_tags"):
            self.ada.good(self.ada.ask("DELETE", f"/api/v1/featured_tags/{tag['id']}"))
        return {"id": self.ada.post("/api/v1/featured_tags", name="sea")["id"]}


OWNED: dict[str, Callable[[Makers], dict[str, str]]] = {
    "/api/v1/media/*": Makers.media,
    "/api/v1/conversations/*": Makers.conversation,
    "/api/v1/notifications/requests/*": Makers.request,
    "/api/v1/notifications/*": Makers.notification,
    "/api/v2/notifications/*": Makers.notification,
    "/api/v1/lists/*": Makers.list,
    "/api/v1/timelines/list/*": Makers.list,
    "/api/v2/filters/keywords/*": Makers.keyword,
    "/api/v2/filters/statuses/*": Makers.filter_status,
    "/api/v2/filters/*": Makers.filter,
    "/api/v1/filters/*": Makers.keyword,
    "/api/v1/scheduled_statuses/*": Makers.scheduled,
    "/api/v1/featured_tags/*": Makers.featured_tag,
}
"""Kinds of things that nobody but their owner reaches; the first that a path begins with is its kind."""

SHOWN: dict[str, Callable[[Makers, str], dict[str, str]]] = {
    "/api/v1/statuses/*/quotes/*": Makers.quote,
    "/api/v1/statuses/*": Makers.status,
    "/api/v1/polls/*": Makers.poll,
}
"""Kinds that their visibility decides about."""

PEOPLE = ("/api/v1/accounts/*", "/api/v1/follow_requests/*", "/api/v1/suggestions/*")
"""Kinds that name an account, which everybody may know of."""

NOBODYS = {
    "/api/v1/tags/*": "hashtags are everybody's",
    "/api/v1/timelines/tag/*": "hashtags are everybody's",
    "/api/v1/announcements/*": "announcements are for every member; tests/announcements",
    "/api/v1/instance/terms_of_service/*": "the terms are public",
    "/api/v1/annual_reports/*": "a year, of which each has their own report",
    "/api/v1_alpha/async_refreshes/*": "an id that only its owner is told; tests/mastodon",
    "/api/v1/collections/*": "collections have rules of their own; tests/people",
    "/api/v1/*/collections": "collections have rules of their own; tests/people",
    "/api/v1/*/in_collections": "collections have rules of their own; tests/people",
}
"""Kinds without an owner, or with a test of their own, and why."""

BODIES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("PUT", r"/statuses/[0-9]+$", {"status": "changed"}),
    ("PUT", r"/interaction_policy$", {"quote_approval_policy": "public"}),
    ("PUT", r"/reply_policy$", {"reply_policy": "nobody"}),
    ("POST", r"/votes$", {"choices": [0]}),
    ("POST", r"/translate$", {"lang": "de"}),
    ("PUT", r"/media/[0-9]+$", {"description": "changed"}),
    ("POST", r"/note$", {"comment": "a note"}),
    ("PUT", r"/lists/[0-9]+$", {"title": "changed"}),
    ("PUT", r"/v2/filters/[0-9]+$", {"title": "changed"}),
    ("PUT", r"/v1/filters/[0-9]+$", {"phrase": "changed", "context": ["home"]}),
    ("POST", r"/keywords$", {"keyword": "changed"}),
    ("PUT", r"/keywords/[0-9]+$", {"keyword": "changed"}),
    ("POST", r"/filters/[0-9]+/statuses$", {"status_id": "1"}),
    ("PUT", r"/scheduled_statuses/[0-9]+$", {"scheduled_at": SOON}),
)
"""What a method needs to be told so that only the right to it is left to decide."""


def body_for(method: str, path: str, friend: Person) -> dict[str, Any] | None:
    """The body of a request, if it needs one."""
    if re.search(r"/lists/[0-9]+/accounts$", path) and method != "GET":
        return {"account_ids": [friend.id]}
    for one, pattern, body in BODIES:
        if one == method and re.search(pattern, path):
            return body
    return None
