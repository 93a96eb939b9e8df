"""Every method answers in its documented form, and every attribute of every entity has something to show."""

from __future__ import annotations

import re
from typing import Any

from tests.conformance import catalogue
from tests.conformance.catalogue import key
from tests.conformance.documented import ENDPOINTS, ENTITIES, Checker, plain
from tests.conformance.scenario import Asked

NEXT_RELEASE = "comes with the next release of the client API"
NEVER_ENDS = "a stream of events; tests/mastodon/test_streaming.py"

UNASKED = {
    "GET /oauth/authorize": "a page; tests/web",
    "WS /api/v1/streaming": NEVER_ENDS,
    "GET /api/v1/streaming": "a stream of events; tests/mastodon/test_streams_by_name.py",
    "GET /api/v1/streaming/user": NEVER_ENDS,
    "GET /api/v1/streaming/user/notification": NEVER_ENDS,
    "GET /api/v1/streaming/public": NEVER_ENDS,
    "GET /api/v1/streaming/public/local": NEVER_ENDS,
    "GET /api/v1/streaming/public/remote": NEVER_ENDS,
    "GET /api/v1/streaming/hashtag": NEVER_ENDS,
    "GET /api/v1/streaming/hashtag/local": NEVER_ENDS,
    "GET /api/v1/streaming/list": NEVER_ENDS,
    "GET /api/v1/streaming/direct": NEVER_ENDS,
}
"""Methods that the scenario leaves out."""

NEVER_LISTED = {
    "GET /api/v1/instance/peers": "other servers: this one does not speak with any yet",
}
"""Lists that cannot have anything in them yet."""

EMBEDS = "no other site's code is embedded"
COLLECTIONS = "collections: a post does not carry them on this server"
NOT_SHOWN = {
    ("ScheduledStatus", "params[scheduled_at]"): "documented as null always: the moment stands beside the parameters",
    ("PreviewCard", "html"): EMBEDS,
    ("PreviewCard", "embed_url"): EMBEDS,
    ("QuoteApproval", "manual"): "nobody is asked one by one: who may quote is said beforehand, and taken back later",
    ("Status", "tagged_collections"): COLLECTIONS,
    ("FeatureApproval", "manual"): "nobody is asked one by one: who wants to be discovered can be recommended",
    ("Notification", "collection"): COLLECTIONS,
    ("Notification", "event"): "other servers: this one does not speak with any yet",
    ("NotificationGroup", "event"): "other servers: this one does not speak with any yet",
    ("AnnualReport", "share_url"): "a look back is its member's own; no page shows it to others",
    ("MediaAttachment", "remote_url"): "other servers: this one does not speak with any yet",
    ("MediaAttachment", "text_url"): "removed from the API long ago",
    ("Instance", "wrapstodon"): "a yearly review of another software",
    (
        "Instance",
        "configuration[urls][status]",
    ): "a page about outages on another host; this server has none of its own",
    ("Admin::Account", "domain"): "other servers: this one does not speak with any yet",
    ("Rule", "translations"): f"rules in several languages: {NEXT_RELEASE}",
}
"""Attributes without anything to show, with the reason."""

NULLS: dict[tuple[str, str], str] = {
    ("PreviewCard", "published_at"): "many pages do not say when they were published",
    ("MediaAttachment", "text_url"): "removed from the API long ago",
}
"""Attributes that are missing or null although they are documented as always there."""

EXTRAS: dict[tuple[str, str], str] = {
    ("Instance", "holdfast"): "what this server tells beyond the documentation",
    ("ScheduledStatus", "params[quoted_status_id]"): "documented beside the entity, where quotes are described",
    ("ScheduledStatus", "params[quote_approval_policy]"): "documented beside the entity, where quotes are described",
    ("Trends::Link", "requires_review"): "what administrators see besides, as of hashtags",
    ("Trends::Link", "id"): "for approving and rejecting",
    ("Status", "interaction_policy"): "who may reply, in the form of another server; docs/api-extensions.md",
}
"""Attributes that we show and the documentation does not have."""


def form_of(row: dict[str, str], asked: Asked, checker: Checker) -> Any:
    """Check an answer against the documented form; what it holds."""
    returns, where = row["returns"].removesuffix(" or ScheduledStatus"), key(row)
    if returns in ("XRD", "Redirect") or asked.path.endswith("/streaming/health"):
        assert asked.answer.status_code in (200, 301, 302), where
        return asked.answer.text or "redirected"
    value = asked.answer.json()
    if where == "POST /api/v1/statuses" and "scheduled_at" in value:
        returns = "ScheduledStatus"
    if where == "GET /api/v1/search":  # the old form: hashtags are their names alone
        assert value["hashtags"] == [] or isinstance(value["hashtags"][0], str)
        value["hashtags"] = []
    if row["returns_array"] == "yes":
        assert isinstance(value, list), where
        for one in value:
            if returns in ENTITIES:
                checker.entity(returns, one, where)
            else:
                assert isinstance(one, str), where
    elif returns in ENTITIES:
        checker.entity(returns, value, where)
    elif returns == "Empty":
        assert value == {}, where
    elif returns == "Hash{timeline: Marker}":
        for one in value.values():
            checker.entity("Marker", one, where)
    elif returns == "Hash{count}":
        assert list(value) == ["count"] and isinstance(value["count"], int), where
    else:
        assert isinstance(value, dict), where
    return value


def plain_name(one: Asked) -> str:
    """Method and path with ids as stars."""
    return f"{one.method} {re.sub(r'/[0-9]+(?=/|$)', '/*', one.path)}"


def held_against(asked: list[Asked], checker: Checker) -> dict[str, bool]:
    """Check every success; for each documented method that answered, whether any list of it had something in it."""
    patterns = [
        (row, re.compile(re.sub(r"\\\*|\*", "[^/]+", plain(row["path"])) + "$"))
        for row in ENDPOINTS
        if row["method"] != "WS"
    ]
    patterns.sort(key=lambda pair: ":" in pair[0]["path"])  # names before parameters
    found: dict[str, bool] = {}
    for one in asked:
        if one.answer.status_code >= 400:
            continue
        rows = [row for row, p in patterns if row["method"] == one.method and p.match(one.path.rstrip("/"))]
        if not rows:
            assert plain_name(one) in catalogue.OURS, one.path
            continue
        value = form_of(rows[0], one, checker)
        found[key(rows[0])] = found.get(key(rows[0]), False) or value != []
    return found


def test_every_method_answers_in_its_form_and_every_attribute_has_something_to_show(lived: list[Asked]) -> None:
    checker = Checker(NULLS, EXTRAS)
    answered = held_against(lived, checker)
    assert checker.wrong == [], "\n".join(checker.wrong)
    served = [key(row) for row in ENDPOINTS if catalogue.state(row) == "served"]
    assert sorted(name for name in served if name not in answered) == sorted(UNASKED)
    assert sorted(name for name in served if answered.get(name) is False) == sorted(NEVER_LISTED)
    met = {parent for entity in checker.met for parent in (entity, *lineage(entity))}
    owned = {(entity, name) for entity in met for name in ENTITIES[entity]["attributes"]}
    silent = {(entity, name) for entity, name in owned if not is_shown(checker, entity, name)}
    assert (sorted(silent - NOT_SHOWN.keys()), sorted(NOT_SHOWN.keys() - silent)) == ([], [])


def is_shown(checker: Checker, entity: str, name: str) -> bool:
    """Whether an attribute was seen with a value, on the entity itself or on one that inherits it."""
    return any((one, name) in checker.shown for one in ENTITIES if entity in (one, *lineage(one)))


def lineage(entity: str) -> list[str]:
    """What an entity inherits from."""
    parent = ENTITIES[entity].get("extends")
    return [parent, *lineage(parent)] if parent else []
