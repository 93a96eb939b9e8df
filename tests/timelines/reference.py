"""Timelines as they have to be, worked out slowly from the rows: nothing here uses the timelines' own code."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import select

from holdfast.people.tables import accounts, blocks, domain_blocks, follows, mutes
from holdfast.posts.tables import mentions, status_tags, statuses, tag_follows, tags
from holdfast.store import Window
from holdfast.writes import Database


class World:
    """The rows at one moment, of posts by some authors alone."""

    def __init__(self, db: Database, authors: Collection[int]) -> None:
        self.now = db.clock.now()
        with db.read() as r:
            self.accounts = {row.id: row for row in r.rows(select(accounts).where(accounts.c.id.in_(authors)))}
            mine = r.rows(select(statuses).where(statuses.c.author_id.in_(authors)).order_by(statuses.c.id))
            self.posts = {row.id: row for row in mine}
            self.follows = {(row.account_id, row.target_id): row for row in r.rows(select(follows))}
            self.blocks = {(row.account_id, row.target_id) for row in r.rows(select(blocks))}
            self.mutes = {(row.account_id, row.target_id): row.expires_at for row in r.rows(select(mutes))}
            self.domains = {(row.account_id, row.domain) for row in r.rows(select(domain_blocks))}
            self.named = {(row.status_id, row.account_id) for row in r.rows(select(mentions))}
            joined = select(status_tags.c.status_id, tags.c.name).join(tags, tags.c.id == status_tags.c.tag_id)
            self.tagged = {(row.status_id, row.name) for row in r.rows(joined)}
            followed = select(tag_follows.c.account_id, tags.c.name).join(tags, tags.c.id == tag_follows.c.tag_id)
            self.followed_tags = {(row.account_id, row.name) for row in r.rows(followed)}

    # ── who may see what ──

    def may_see(self, viewer: int | None, post: Any) -> bool:
        author = self.accounts[post.author_id]
        if post.deleted_at or author.suspended_at or author.deleted_at or (post.author_id, viewer) in self.blocks:
            return False
        if post.visibility not in ("public", "unlisted"):
            is_addressed = viewer == post.author_id or (post.id, viewer) in self.named
            follows_author = post.visibility == "private" and (viewer, post.author_id) in self.follows
            if viewer is None or not (is_addressed or follows_author):
                return False
        return post.boost_of_id is None or self.may_see(viewer, self.posts[post.boost_of_id])

    def hides(self, viewer: int | None, author: int) -> bool:
        """Whether a viewer does not want to meet somebody."""
        if (viewer, author) in self.blocks or (author, viewer) in self.blocks:
            return True
        if (viewer, author) in self.mutes:
            ends = self.mutes[viewer, author]
            if ends is None or ends > self.now:
                return True
        return (viewer, self.accounts[author].domain) in self.domains

    # ── timelines ──

    def home(self, viewer: int, window: Window) -> list[int]:
        """The ids of a page."""
        return self._cut((post for post in self.posts.values() if self._is_home(viewer, post)), window)

    def _is_home(self, viewer: int, post: Any) -> bool:
        if not self.may_see(viewer, post):
            return False
        if post.author_id == viewer:
            return True
        if self.hides(viewer, post.author_id):
            return False
        follow = self.follows.get((viewer, post.author_id))
        if follow is None:
            has_tag = any((viewer, name) in self.followed_tags for number, name in self.tagged if number == post.id)
            return (
                has_tag
                and post.visibility == "public"
                and post.boost_of_id is None
                and post.in_reply_to_account_id is None
            )
        if post.boost_of_id is not None:
            return bool(follow.shows_boosts) and not self.hides(viewer, self.posts[post.boost_of_id].author_id)
        if follow.languages and post.language and post.language not in _listed(follow.languages):
            return False
        to = post.in_reply_to_account_id
        if to is None or to in (post.author_id, viewer):
            return True
        return (viewer, to) in self.follows and not self.hides(viewer, to)

    def public(self, viewer: int | None, window: Window, *, is_local: bool | None, only_media: bool) -> list[int]:
        """The ids of a page of the public timeline."""
        return self._cut(
            (
                post
                for post in self.posts.values()
                if self._is_plain(viewer, post, is_local, only_media)
                and (post.in_reply_to_id is None or post.in_reply_to_account_id == post.author_id)
            ),
            window,
        )

    def tag(
        self, viewer: int | None, name: str, window: Window, *, is_local: bool | None, only_media: bool
    ) -> list[int]:
        """The ids of a page of a hashtag's timeline."""
        return self._cut(
            (
                post
                for post in self.posts.values()
                if (post.id, name) in self.tagged and self._is_plain(viewer, post, is_local, only_media)
            ),
            window,
        )

    def _is_plain(self, viewer: int | None, post: Any, is_local: bool | None, only_media: bool) -> bool:
        return (
            post.visibility == "public"
            and post.boost_of_id is None
            and self.accounts[post.author_id].limited_at is None
            and self.may_see(viewer, post)
            and not (viewer is not None and self.hides(viewer, post.author_id))
            and (is_local is None or bool(post.is_local) == is_local)
            and (not only_media or post.media_count > 0)
        )

    def _cut(self, found: Iterable[Any], window: Window) -> list[int]:
        """A page of posts in which each original is met once: first come, first served, from the page's beginning."""
        ascends = window.min_id is not None
        above = window.min_id if ascends else window.since_id
        page: dict[int, int] = {}
        for post in sorted(found, key=lambda post: post.id, reverse=not ascends):
            if (above is None or post.id > above) and (window.max_id is None or post.id < window.max_id):
                page.setdefault(post.boost_of_id or post.id, post.id)
            if len(page) == window.limit:
                break
        return sorted(page.values(), reverse=True)


def _listed(kept: Any) -> list[str]:
    return list(json.loads(kept) if isinstance(kept, str) else kept)
