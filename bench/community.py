"""The measured community as rows of the server's tables. Counters agree with the rows they count."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from bench.drawing import BASE_URL, NOW, Drawing, Post, Row
from bench.sizes import Sizes
from holdfast.notifications import GROUPED
from holdfast.people.names import skeleton
from holdfast.store import DAY, HOUR, first_at

SCOPES = "follow profile push read write"


@dataclass
class Community:
    """Rows by table, and the names and ids that the measurements ask for."""

    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    rows: dict[str, Iterable[Row]] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)

    def put(self, table: str, columns: str, rows: Iterable[Row]) -> None:
        """Give a table its rows."""
        self.columns[table] = tuple(columns.split())
        self.rows[table] = rows


def secret(username: str) -> str:
    """The token with which an account of the community signs in."""
    return f"bench-token-of-{username}"


def build(sizes: Sizes) -> Community:
    """Draw the whole community."""
    return _Rows(Drawing(sizes).draw()).lay_down()


def _group(what: str, status: int | None, at: int) -> str | None:
    """The group that a notification is shown in: those about one thing in half a day."""
    half_day = at // HOUR // 12 * 12
    if what in GROUPED:
        return f"{what}-{half_day}" if status is None else f"{what}-{status}-{half_day}"
    return None


class _Rows:
    def __init__(self, drawn: Drawing) -> None:
        self.drawn = drawn
        self.ids = drawn.ids
        self.names = drawn.names
        self.wording = drawn.wording
        self.made = Community(facts=drawn.facts)

    def lay_down(self) -> Community:
        """Turn all into rows."""
        self._lay_follows()  # first: it counts
        self._lay_accounts()
        self._lay_access()
        self._lay_statuses()
        self._lay_parts()
        put, ids = self.made.put, self.ids
        put("favourites", "id account_id status_id created_at", sorted(self.drawn.favourites))
        put("bookmarks", "id account_id status_id created_at", sorted(self.drawn.bookmarks.values()))
        told = [
            (self.drawn.later_id(at), ids[whom], what, ids[by], status, f"bench:{number}", at, _group(what, status, at))
            for number, (at, whom, what, by, status) in enumerate(self.drawn.told)
        ]
        put("notifications", "id account_id kind from_account_id status_id dedupe created_at group_key", sorted(told))
        settings = {
            "is_set_up": True,
            "name": "Bench",
            "registration": "open",
            "new_account_posts_per_hour": 0,
            "link_previews": False,  # measurements ask nobody in the world, and wait for nobody's answer
        }
        put("server_settings", "key value changed_at", [(k, json.dumps(v), NOW) for k, v in settings.items()])
        self._lay_list()
        most_told = Counter(row[1] for row in told if row[1] in set(ids[: self.drawn.sizes.accounts])).most_common(20)
        self.made.facts["tag"] = self.wording.tags[0].lower()  # the one that is used most
        self.made.facts["notified"] = self.names[ids.index(most_told[-1][0])]
        return self.made

    def _lay_follows(self) -> None:
        rows: list[Row] = []
        newest: dict[int, int] = defaultdict(int)
        for source, target in reversed(self.drawn.pairs):
            self.drawn.following[source] += 1
            self.drawn.followers[target] += 1
            at = NOW - 300 * DAY + self.drawn.random.randrange(200 * DAY)
            rows.append((self.drawn.later_id(at), self.ids[source], self.ids[target], True, False, at))
            newest[target] += 1
            if newest[target] <= 3:
                self.drawn.tell(at, target, "follow", source, None)
        self.made.put("follows", "id account_id target_id shows_boosts notifies created_at", sorted(rows))

    def _lay_list(self) -> None:
        """A list of one reader's, with every second account that they follow."""
        owner, at = self.names.index(f"reader{self.drawn.sizes.readers[0]}"), NOW - DAY
        listed = sorted(target for source, target in self.drawn.pairs if source == owner)[::2]
        number, whose = self.drawn.later_id(at), self.ids[owner]
        row = (number, whose, "Every second one", "list", False, at)
        self.made.put("lists", "id account_id title replies_policy is_exclusive created_at", [row])
        members = [(self.drawn.later_id(at), number, whose, self.ids[target], at) for target in listed]
        self.made.put("list_members", "id list_id owner_id account_id created_at", sorted(members))
        self.made.facts["list"] = number

    def _lay_accounts(self) -> None:
        rows: list[Row] = []
        empty = json.dumps([])
        for at, (number, name) in enumerate(zip(self.ids, self.names, strict=True)):
            shown = self.wording.person() if at < self.drawn.sizes.accounts else name
            bio, bio_html = self.wording.bio()
            latest = self.drawn.newest.get(at)
            rows.append(
                (
                    number, name, name, skeleton(name), f"{BASE_URL}/users/{name}", shown, shown.casefold(), bio,
                    bio_html, empty, False, at % 60 == 0, True, True, False, empty, False, self.drawn.followers[at],
                    self.drawn.following[at], self.drawn.written[at], latest.at if latest else None,
                    latest.id if latest else None, number >> 16,
                )
            )  # fmt: skip
        self.made.put(
            "accounts",
            "id username username_key skeleton uri display_name display_key note note_html fields is_locked is_bot "
            "is_discoverable is_indexable hides_collections attribution_domains default_sensitive followers_count "
            "following_count statuses_count last_status_at newest_status_id created_at",
            rows,
        )

    def _lay_access(self) -> None:
        members, tokens = [], []
        app = self.drawn.later_id(NOW - 400 * DAY)
        for number, name in zip(self.ids, self.names, strict=True):
            at = number >> 16
            members.append((number, "member", at, at))
            digest = hashlib.sha256(secret(name).encode()).digest()
            tokens.append((number, digest, app, number, SCOPES, at))
        self.made.put("members", "account_id role approved_at created_at", members)
        self.made.put("tokens", "id digest app_id account_id scopes created_at", tokens)
        uris = json.dumps(["urn:ietf:wg:oauth:2.0:oob"])
        self.made.put(
            "apps", "id client_id secret_digest name website redirect_uris scopes created_at",
            [(app, "bench", hashlib.sha256(b"bench").digest(), "Bench", None, uris, SCOPES, NOW - 400 * DAY)],
        )  # fmt: skip
        self.app = app

    def _lay_statuses(self) -> None:
        ids, names = self.ids, self.names
        self.made.put(
            "statuses",
            "id uri author_id is_local visibility in_reply_to_id in_reply_to_account_id boost_of_id thread_id text "
            "html spoiler_text is_sensitive language app_id poll_id media_count replies_count boosts_count "
            "favourites_count created_at",
            (
                (
                    p.id, f"{BASE_URL}/users/{names[p.author]}/statuses/{p.id}", ids[p.author], True, p.visibility,
                    p.parent.id if p.parent else None, ids[p.parent.author] if p.parent else None,
                    p.boost_of.id if p.boost_of else None, p.thread, p.words[0], p.words[1], p.spoiler,
                    bool(p.spoiler), p.language, None if p.boost_of else self.app, p.poll, p.media, p.replies,
                    p.boosts, p.favourites, p.at,
                )
                for p in self.drawn.posts
            ),
        )  # fmt: skip

    def _lay_parts(self) -> None:
        put, ids = self.made.put, self.ids
        spoken_to = self.drawn.mentioned.items()
        put(
            "mentions",
            "status_id account_id position",
            [(number, ids[who], place) for number, people in spoken_to for place, who in enumerate(people)],
        )
        tag_ids = [first_at(NOW - 200 * DAY) + place for place in range(len(self.wording.tags))]
        put("tags", "id name display_name created_at",
            [(n, t.lower(), t, NOW - 200 * DAY) for n, t in zip(tag_ids, self.wording.tags, strict=True)])  # fmt: skip
        put("status_tags", "tag_id status_id",
            sorted((tag_ids[t], s) for s, tags in self.drawn.tagged.items() for t in tags))  # fmt: skip
        days: dict[tuple[int, int], list[int]] = defaultdict(list)
        media: list[Row] = []
        polls: list[Row] = []
        for post in self.drawn.posts:
            if post.visibility == "public" and post.id in self.drawn.tagged:
                for tag in self.drawn.tagged[post.id]:
                    days[tag_ids[tag], post.at // DAY].append(post.author)
            media += [self._picture(post, place) for place in range(post.media)]
            if post.poll:
                choices = json.dumps(["Yes", "No", "Ask me tomorrow"], ensure_ascii=False)
                polls.append(
                    (post.poll, post.id, ids[post.author], choices, False, False, post.at + DAY, post.at + DAY)
                )
        put("tag_days", "tag_id day uses accounts", [(*key, len(who), len(set(who))) for key, who in days.items()])
        put(
            "media",
            "id account_id status_id position kind state file_name blob_key preview_key mime_type byte_count meta "
            "blurhash description created_at",
            media,
        )
        put("polls", "id status_id author_id options is_multiple hides_totals expires_at closed_at", polls)

    def _picture(self, post: Post, place: int) -> Row:
        name = hashlib.sha256(f"{post.id}:{place}".encode()).hexdigest()
        small = {"width": 640, "height": 360, "size": "640x360", "aspect": 640 / 360}
        large = {"width": 1920, "height": 1080, "size": "1920x1080", "aspect": 1920 / 1080}
        return (
            self.drawn.later_id(post.at), self.ids[post.author], post.id, place, "image", "ready", name[:32], name,
            name, "image/jpeg", 180_000, json.dumps({"original": large, "small": small}),
            "LEHV6nWB2yk8pyo0adR*.7kCMdnj", self.wording.description(), post.at,
        )  # fmt: skip
