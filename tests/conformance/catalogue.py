"""Every documented method: served, empty for now, elsewhere, or not there yet; and where we differ on purpose."""

from __future__ import annotations

from holdfast import mastodon
from holdfast.mastodon.endpoints import Declared
from tests.conformance.documented import ENDPOINTS, plain

ELSEWHERE = {
    "GET /api/v1/streaming": "events by `?stream=`, at the socket's path; tests/mastodon/test_streams_by_name.py",
    "GET /oauth/authorize": "a page of the web door, since people read it; tests/web",
    "WS /api/v1/streaming": "a WebSocket, not one request and one answer; tests/mastodon/test_streaming.py",
}
"""Methods that are served, but not by a declared endpoint."""

OPENER = {
    "GET /api/v1/accounts/lookup": "open to strangers too: links to profiles are resolved before signing in",
}
"""Methods where a token is documented as needed and is optional here."""

CORRECTED = {
    "GET /api/v1/statuses/:id/source": "documented for an app's token; only the author may read it, so a member's",
    "POST /api/v1/statuses/:id/translate": "documented for an app's token; it costs the server, so a member's",
}
"""Methods whose documented kind of token is a slip."""

WIDER = {
    "DELETE /api/v1/admin/ip_blocks/:id": "admin:write:ip_blocks",
}
"""Methods whose documented scope is a slip: another one is good for them, too."""

READABLE = {
    "GET /api/v2/notifications/:group_key/accounts": "documented for tokens that write; those that read do, too",
}
"""Methods whose documented scope is a slip: they only read."""

OURS = {
    "GET /api/v1/accounts/*/collections": "documented without `accounts/`, met in both forms",
    "GET /api/v1/accounts/*/in_collections": "documented without `accounts/`, met in both forms",
    "GET /api/v1/reports": "called by an existing client, documented nowhere",
    "PUT /api/v1/statuses/*/reply_policy": "who may reply: an extension, docs/api-extensions.md",
    "POST /api/v1/statuses/*/fold": "folding replies away: an extension, docs/api-extensions.md",
    "POST /api/v1/statuses/*/unfold": "folding replies away: an extension, docs/api-extensions.md",
    **{
        f"POST /api/v1/admin/trends/{kind}/*/{word}": "called by an existing client, documented nowhere"
        for kind in ("links", "statuses", "tags")
        for word in ("approve", "reject")
    },
    "GET /.well-known/holdfast": "the key with which this server signs: for whoever checks its documents",
    "GET /api/v1/instance/languages": "called by an existing client, documented nowhere",
}
"""Methods that the documentation does not have."""

OLD = {
    "GET /api/v1/filters/:id",
    "POST /api/v1/filters",
    "PUT /api/v1/filters/:id",
    "DELETE /api/v1/filters/:id",
    "GET /api/v1/search",
    "GET /api/v1/suggestions",
    "GET /api/v1/trends",
    "GET /api/v1/accounts/:id/identity_proofs",
    "POST /api/v1/accounts/:id/pin",
    "POST /api/v1/accounts/:id/unpin",
}
"""Methods that newer servers have dropped and older apps still call."""

NOT_YET: dict[str, str] = {}
"""Methods of tiers 1 to 4 that are not served, and what they wait for."""

EMPTY = {"GET /api/v1/accounts/:id/identity_proofs": "the service is no more"}
"""Methods that are served and have nothing to show."""


HEAD = ("| Method | State | Token | Scopes | Note |", "| --- | --- | --- | --- | --- |")


def key(row: dict[str, str]) -> str:
    """A row's method and path."""
    return f"{row['method']} {row['path']}"


def served() -> dict[str, Declared]:
    """The declared endpoints under method and plain path; our own API is another document's matter."""
    ours = "/api/holdfast/"
    found = [one for one in mastodon.declared() if not one.route.path.startswith(ours)]
    return {f"{one.route.method} {plain(one.route.path)}": one for one in found}


def state(row: dict[str, str]) -> str:
    """What stands in the table for a documented method."""
    if key(row) in ELSEWHERE:
        return "served"
    if key(row) in EMPTY:
        return "empty"
    return "served" if plain(key(row)) in served() else "not yet"


def table() -> str:
    """The coverage of the client API as a document."""
    rows = [row for row in ENDPOINTS if row["tier"] in ("1", "2", "3", "4") or key(row) in OLD]
    lines = [
        "# What of the client API is served",
        "",
        "Written by `tests/conformance`; `python -m tests.conformance.catalogue` writes it anew.",
        "",
        "*served*: as documented. *empty*: answers with an empty list, or 404, for the reason given, so that apps",
        "start. *not yet*: comes with a later release. Tier 1: sign in, read, post; 2: everyday; 3: the rest;",
        "4: for those who run and moderate a server (docs/admin-api.md).",
        "",
        "| Tier | served | empty | not yet | all |",
        "| --- | --- | --- | --- | --- |",
    ]
    for tier in ("1", "2", "3", "4", "legacy"):
        states = [state(row) for row in rows if row["tier"] == tier]
        counts = [str(states.count(word)) for word in ("served", "empty", "not yet")]
        lines.append(f"| {'old' if tier == 'legacy' else tier} | {' | '.join(counts)} | {len(states)} |")
    for tier, title in (("1", "Tier 1"), ("2", "Tier 2"), ("3", "Tier 3"), ("4", "Tier 4"), ("legacy", "Old")):
        lines += ["", f"## {title}", "", *HEAD]
        lines += [_line(row) for row in rows if row["tier"] == tier]
    lines += ["", "## Besides", "", *(f"- `{name}`: {reason}" for name, reason in OURS.items())]
    lines += ["- `/api/holdfast/v1/…`: our own API, docs/own-api.md", ""]
    return "\n".join(lines)


def _line(row: dict[str, str]) -> str:
    name = key(row)
    notes = [table.get(name, "") for table in (ELSEWHERE, OPENER, CORRECTED, EMPTY, NOT_YET)]
    found = served().get(plain(name))
    auth = found.route.auth if found else row["auth"]
    scopes = row["scopes"].replace("|", " or ").replace("&", " and ")
    return f"| `{name}` | {state(row)} | {auth} | {scopes} | {' '.join(note for note in notes if note)} |"


if __name__ == "__main__":
    from tests.conformance.test_catalogue import DOCUMENT

    DOCUMENT.write_text(table())
