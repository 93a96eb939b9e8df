"""Each endpoint that takes an id, asked by everybody whom it may concern, for what belongs to Ada.

What must be answered is derived from the documentation: the kind of token, the scopes, and in the table of errors
who is told that a thing is not there. A served endpoint whose id is of an unknown kind turns this red.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
import pytest

from holdfast import access
from holdfast.access import grants
from holdfast.acting import SYSTEM
from holdfast.writes import Ability
from tests.conformance.catalogue import CORRECTED, OPENER, key, served, state
from tests.conformance.documented import DATA, ENDPOINTS, plain
from tests.conformance.things import NOBODYS, OWNED, PEOPLE, PRIVACIES, SHOWN, Makers, body_for
from tests.databases import ENGINES
from tests.interpreter import Interpreter
from tests.mastodon.asking import Voice
from tests.mastodon.town import Town, town_on

ASKERS = (
    "stranger", "revoked token", "wrong scope", "suspended", "blocked", "moderator", "muted", "follower", "owner",
)  # fmt: skip
REACHES: frozenset[int] = frozenset()
"""Stands for every answer that does not deny: the caller gets through to the thing."""

DENIALS = frozenset({401, 403, 404})
WEAK_SCOPES = ("write:reports", "push")  # a token of either is too weak wherever another scope is asked for

ROWS = [
    row
    for row in ENDPOINTS
    if ":" in row["path"] and row["tier"] != "4" and state(row) == "served" and "streaming" not in row["path"]
]  # fmt: skip
ERRORS: dict[str, dict[str, set[int]]] = {}
for _row in csv.DictReader((DATA / "errors.tsv").open(), delimiter="\t"):
    ERRORS.setdefault(plain(f"{_row['method']} {_row['path']}"), {}).setdefault(_row["condition"], set()).add(
        int(_row["status"])
    )

SELF = {"POST /api/v1/statuses/:id/pin": 422}
"""Methods for one's own posts which tell others who see the post so, instead of hiding it."""

UNSPREAD = {"direct": ("owner", "follower"), "private": ("follower",)}
"""Who sees a post of this visibility and still may not boost it: it would reach people whom it was not meant for."""

OWN_ONLY = {
    "GET /api/v1/statuses/:id/source": "what was written is its author's alone; others read what was published",
    "POST /api/v1/notifications/:id/dismiss": "no error is documented; a notification is its owner's",
    "GET /api/v1/notifications/:id": "no error is documented; a notification is its owner's",
    "GET /api/v2/notifications/:group_key": "no error is documented; a group is its owner's",
    "GET /api/v1/notifications/requests/:id": "no error is documented; only who was asked answers a request",
    "POST /api/v1/notifications/requests/:id/accept": "no error is documented; only who was asked answers a request",
    "POST /api/v1/notifications/requests/:id/dismiss": "no error is documented; only who was asked answers a request",
    "DELETE /api/v1/media/:id": "no error is documented; an upload is its owner's",
    "PUT /api/v1/lists/:id": "the errors of changing a list leave it out; that of reading one says so",
}
"""Methods whose table of errors does not say that only the owner is served, although it is so."""

QUIET = {
    "POST /api/v2/notifications/:group_key/dismiss": "documented as always succeeding; it dismisses one's own",
    "GET /api/v2/notifications/:group_key/accounts": "a group's key means one's own group; there is none",
}
"""Methods whose id is understood among the caller's own things only."""


class Case(NamedTuple):
    """One endpoint for a thing of a kind."""

    row: dict[str, str]
    kind: str
    privacy: str | None = None


def kind_of(path: str) -> str:
    """The kind of thing that a path names. Raises LookupError for one that nobody has thought of."""
    general = plain(path)
    for kind in (*OWNED, *SHOWN, *PEOPLE, *NOBODYS):
        if general == kind or general.startswith(f"{kind}/"):
            return kind
    raise LookupError(f"{path}: say in tests/conformance/things.py whose its id is")


def cases() -> Iterator[Case]:
    """Every endpoint with every visibility that its thing can have; what changes relations comes last."""
    for row in sorted(ROWS, key=lambda row: kind_of(row["path"]) in PEOPLE):
        kind = kind_of(row["path"])
        if kind not in NOBODYS:
            for privacy in PRIVACIES if kind in SHOWN else (None,):
                yield Case(row, kind, privacy)


def expected(case: Case, asker: str) -> frozenset[int]:
    """The answers of which one must be given; empty where the caller reaches the thing."""
    row, name = case.row, key(case.row)
    auth = "public-or-user" if name in OPENER else "user" if name in CORRECTED else row["auth"]
    if asker == "revoked token":
        return frozenset({401})
    if asker == "stranger" and auth in ("user", "app"):
        return frozenset({401})
    if asker == "suspended" or (asker == "wrong scope" and row["scopes"]):
        return frozenset({403})
    told = ERRORS.get(plain(name), {})
    if case.privacy is not None and not is_visible(case.privacy, asker):
        return frozenset({404})
    for condition, statuses in told.items():
        is_barred = asker == "blocked" and "a block exists" in condition
        is_others = asker != "owner" and re.search(r"not owned|belongs to someone else", condition)
        if is_barred or is_others or "no such pending request" in condition:
            return frozenset(statuses)
    if name == "POST /api/v1/statuses/:id/reblog" and asker in UNSPREAD.get(case.privacy or "", ()):
        return frozenset({403})
    if case.kind == "/api/v1/statuses/*/quotes/*" and case.privacy == "direct":
        return frozenset({404})  # nobody quotes a direct post, not even its author
    if name == "POST /api/v1/statuses/:id/translate" and case.privacy not in ("public", "unlisted"):
        return frozenset({403})  # what not everybody may read does not leave the server
    if asker != "owner" and name in SELF:
        return frozenset({SELF[name]})
    if asker != "owner" and name in OWN_ONLY:
        return frozenset({403, 404})
    return REACHES


def is_visible(privacy: str, asker: str) -> bool:
    """Whether somebody sees Ada's posts of this visibility: the rule that the documentation tells."""
    if asker == "owner":
        return True
    return (privacy == "public" and asker != "blocked") or (privacy == "private" and asker == "follower")


class Cast:
    """Ada, and one of each kind of people around her."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.ada, self.friend = town.people("ada", "friend")
        self.voices: dict[str, Voice] = {"stranger": town.stranger, "owner": self.ada}
        for name in ("follower", "blocked", "muted", "moderator", "suspended"):
            self.voices[name] = town.person(name)
        number = {name: voice.number or 0 for name, voice in self.voices.items()}
        self.voices["follower"].follows(self.ada)  # type: ignore[attr-defined]
        self.ada.follows(self.friend)
        self.ada.post(f"/api/v1/accounts/{number['blocked']}/block")
        self.ada.post(f"/api/v1/accounts/{number['muted']}/mute")
        access.set_role(town.db, SYSTEM, number["moderator"], "moderator")
        access.disable_sign_in(town.db, SYSTEM, number["suspended"])
        self.weak = [town.person("weak", scope) for scope in WEAK_SCOPES]
        gone = town.person("gone")
        app = access.issue_token(town.db, SYSTEM, gone.number or 0, "read write follow push")
        with town.db.write(SYSTEM, Ability.JOBS) as w:
            grants.revoke_all(w, gone.number or 0)
        self.voices["revoked token"] = town.bearer(app.token)
        self.makers = Makers(town, self.ada, self.friend)

    def voice(self, case: Case, asker: str) -> Voice:
        """Who asks."""
        if asker != "wrong scope":
            return self.voices[asker]
        return self.weak[0] if "reports" not in case.row["scopes"] else self.weak[1]

    def make(self, case: Case) -> dict[str, str]:
        """What the case is about, and the values for its path."""
        if case.kind in SHOWN:
            return SHOWN[case.kind](self.makers, case.privacy or "public")
        return OWNED[case.kind](self.makers) if case.kind in OWNED else self.makers.account()


@pytest.fixture(scope="module", params=ENGINES)
def cast(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    """The people, on each engine in turn."""
    interpreter = Interpreter()
    folder = tmp_path_factory.mktemp("town") / "data"
    with town_on(request.param, folder, request, HOLDFAST_TRANSLATION=interpreter.url) as town:
        yield Cast(town)
    interpreter.close()


def test_everybody_reaches_what_they_may_and_nothing_else(cast: Cast) -> None:
    wrong: list[str] = []
    denied = reached = 0
    for case in cases():
        values = cast.make(case)
        path = re.sub(r":(\w+)", lambda found, known=values: known.get(found[1], "1"), case.row["path"])  # type: ignore[misc]
        for asker in ASKERS:
            if case.kind in PEOPLE and asker == "owner":
                continue  # nobody follows, blocks or reports themselves
            before = look(cast, case, path)
            answer = ask(cast, case, asker, path)
            wanted = expected(case, asker)
            if wanted:
                denied += 1
                if answer.status_code not in wanted or before != look(cast, case, path):
                    wrong.append(told(case, asker, path, answer, wanted))
            elif key(case.row) not in QUIET:
                reached += 1
                if answer.status_code in DENIALS or answer.status_code >= 500:
                    wrong.append(told(case, asker, path, answer, wanted))
    assert not wrong, "\n".join(wrong)
    assert denied > 200 and reached > 100


def ask(cast: Cast, case: Case, asker: str, path: str) -> httpx.Response:
    """The request of the case."""
    body = body_for(case.row["method"], path, cast.friend)
    options: dict[str, Any] = {} if body is None else {"json": body}
    return cast.voice(case, asker).ask(case.row["method"], path, **options)


def look(cast: Cast, case: Case, path: str) -> Any:
    """What Ada sees of the thing, where it can be asked for: a denied request must not change it."""
    if case.row["method"] == "GET" or case.kind in PEOPLE:
        return None
    part = re.match(r"(/api/v[12](?:/[a-z_]+)+/[^/]+)", path)
    if part is None or f"GET {case.kind}" not in served():
        return None
    answer = cast.ada.ask("GET", part[1])
    return answer.status_code, answer.text


def told(case: Case, asker: str, path: str, answer: httpx.Response, wanted: frozenset[int]) -> str:
    """A line about an answer that is wrong."""
    said = f"{answer.status_code} {answer.text[:120]}"
    asked = sorted(wanted) or "to be let through"
    return f"{asker}: {case.row['method']} {path} ({case.privacy or case.kind}) answered {said}; wanted {asked}"
