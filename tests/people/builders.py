"""A tiny cast, made through the same functions that sign-up uses."""

from __future__ import annotations

from sqlalchemy import func, select, text, update

from holdfast import events, people
from holdfast.acting import SYSTEM, Acting
from holdfast.people import tables
from holdfast.writes import Ability, Database


class Person:
    """An account, and acting as it."""

    def __init__(self, db: Database, account_id: int) -> None:
        self.db = db
        self.id = account_id
        self.acting = Acting(account_id=account_id)

    @property
    def account(self) -> people.Account:
        with self.db.read() as r:
            found = people.account_by_id(r, self.id)
        assert found is not None
        return found

    def sees(self, other: Person) -> people.Relationship:
        """What this account and another are to each other."""
        with self.db.read() as r:
            return people.relationships(r, self.id, [other.id], now=self.db.clock.now())[0]


def person(db: Database, name: str, **values: object) -> Person:
    """A new account."""
    with db.write(SYSTEM, Ability.SIGN_UP) as w:
        return Person(db, people.create_account(w, name, **values))  # type: ignore[arg-type]


def crowd(db: Database, *names: str) -> list[Person]:
    """Several new accounts."""
    with db.write(SYSTEM, Ability.SIGN_UP) as w:
        return [Person(db, people.create_account(w, name)) for name in names]


def remote(db: Database, name: str, domain: str) -> Person:
    """An account of another server, as a row: the ground on which federation will build."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        account_id = people.create_account(w, f"{name}_{domain.replace('.', '_')}")
        w.run(
            update(tables.accounts)
            .where(tables.accounts.c.id == account_id)
            .values(username=name, username_key=name, domain=domain, uri=f"https://{domain}/users/{name}")
        )
    return Person(db, account_id)


def set_row(db: Database, who: Person, **values: object) -> None:
    """Put values into an account's row that no command of this room sets."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.run(update(tables.accounts).where(tables.accounts.c.id == who.id).values(**values))


def moderate(db: Database, command: object, who: Person) -> None:
    """Run one of the functions that moderation calls inside its own commands."""
    with db.write(SYSTEM, Ability.MODERATION) as w:
        command(w, who.id)  # type: ignore[operator]


def told(db: Database, kind: type[events.Event]) -> list[events.Event]:
    """The change log's events of one kind, in the order in which they were recorded."""
    statement = text(
        "SELECT c.kind, d.payload FROM changes AS c JOIN change_details AS d ON d.change_id = c.id ORDER BY c.id"
    )
    with db.read() as r:
        return [
            found
            for name, payload in r.rows(statement)
            if name == kind.kind and (found := events.decode(name, bytes(payload))) is not None
        ]


def counters_agree(db: Database) -> None:
    """Every counter of follows is what the rows say."""
    with db.read() as r:
        for column, counter in (("target_id", "followers_count"), ("account_id", "following_count")):
            rows = dict(
                tuple(row)
                for row in r.rows(select(tables.follows.c[column], func.count()).group_by(tables.follows.c[column]))
            )
            for account_id, count in r.rows(select(tables.accounts.c.id, tables.accounts.c[counter])):
                assert count == rows.get(account_id, 0), (account_id, counter)
