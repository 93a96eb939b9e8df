"""Accounts, posts and pictures for tests, made through the same commands that members use."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update

from holdfast import people, posts
from holdfast.acting import SYSTEM, Acting
from holdfast.events import Event, decode
from holdfast.events.tables import change_details, changes
from holdfast.people.tables import accounts
from holdfast.posts import Draft, Published
from holdfast.posts.pictures import Processed, Rendition
from holdfast.posts.tables import statuses
from holdfast.writes import Ability, Database


@dataclass(frozen=True)
class Member:
    """An account and what it does."""

    db: Database
    id: int
    name: str

    @property
    def acting(self) -> Acting:
        return Acting(account_id=self.id)

    def does(self, command: Any, *values: Any, **named: Any) -> Any:
        """Run a command as this member, in the writer as doors do."""
        return self.db.submit(lambda: command(self.db, self.acting, *values, **named)).result()

    def publishes(self, text: str = "Hello", **draft: Any) -> int:
        """Publish and give back the id."""
        published: Published = self.does(posts.publish, Draft(text=text, **draft))
        return published.status_id

    def follows(self, other: Member) -> None:
        self.does(people.follow, other.id)

    def blocks(self, other: Member) -> None:
        self.does(people.block, other.id)


def member(db: Database, name: str) -> Member:
    """A new account, old enough not to count as new."""

    def create() -> int:
        with db.write(SYSTEM, Ability.SIGN_UP) as w:
            number = people.create_account(w, name)
            w.run(update(accounts).where(accounts.c.id == number).values(created_at=w.now - 10**9))
            return number

    return Member(db, db.submit(create).result(), name)


def change_account(db: Database, account_id: int, **values: Any) -> None:
    with db.store.transaction() as tx:
        tx.run(update(accounts).where(accounts.c.id == account_id).values(**values))


def row(db: Database, status_id: int) -> Any:
    """A status as it lies in the table."""
    with db.read() as r:
        return r.first(select(statuses).where(statuses.c.id == status_id))


def account_row(db: Database, account_id: int) -> Any:
    with db.read() as r:
        return r.first(select(accounts).where(accounts.c.id == account_id))


def count(db: Database, table: Any, *conditions: Any) -> int:
    with db.read() as r:
        return int(r.value(select(func.count()).select_from(table).where(*conditions)))


def told(db: Database, kind: type[Event]) -> list[Any]:
    """Every event of a kind, oldest first."""
    with db.read() as r:
        rows = r.rows(
            select(changes.c.kind, change_details.c.payload)
            .join(change_details, change_details.c.change_id == changes.c.id)
            .where(changes.c.kind == kind.kind)
            .order_by(changes.c.id)
        )
    return [decode(found.kind, bytes(found.payload)) for found in rows]


def picture(owner: Member, content: str = "a picture", **named: Any) -> int:
    """A picture of a member's own, ready to be attached."""

    def rendition(name: str, side: int) -> Rendition:
        digest = hashlib.sha256(f"{content} {name}".encode()).hexdigest()
        return Rendition(name, "image/png", side, side, 1000, digest)

    processed = Processed(rendition("original.png", 800), rendition("small.png", 200), "LKO2?U%2Tw=w]~RBVZRi};RPxuwH")
    number: int = owner.does(
        posts.accept_upload,
        processed,
        original_key=processed.original.sha256,
        preview_key=processed.preview.sha256,
        place="disk",
        **named,
    )
    return number
