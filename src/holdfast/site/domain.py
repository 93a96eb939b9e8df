"""What has to follow when a server takes its public domain after its owner has begun to write."""

from __future__ import annotations

from sqlalchemy import Text, cast, select, update

from holdfast.access.setup import DomainTaken
from holdfast.acting import SYSTEM
from holdfast.people.tables import accounts
from holdfast.posts import StatusesMoved
from holdfast.posts.tables import statuses
from holdfast.writes import Ability, Database

MOVE_POSTS = "site.move_posts"


def move_posts(db: Database, _event: DomainTaken) -> None:
    """Give every local post its address under its author's new one."""
    author = select(accounts.c.uri).where(accounts.c.id == statuses.c.author_id).scalar_subquery()
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.run(
            update(statuses)
            .where(statuses.c.is_local, statuses.c.deleted_at.is_(None))
            .values(uri=author + "/statuses/" + cast(statuses.c.id, Text), revision=statuses.c.revision + 1)
        )
        w.record(StatusesMoved())
