"""An import of very many follows on a server of its own, which is killed while it runs."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from holdfast import store
from holdfast.people.tables import accounts
from tests.servers import NewMember, RunningServer

PATIENCE_S = 240.0
BEFORE_KILL = 200  # lines that are done before the server is killed


def settled(server: RunningServer, member: NewMember) -> dict[str, Any]:
    """The member's latest import, once it is over."""
    end = time.monotonic() + PATIENCE_S
    while not (found := server.call("import.show", account=member.name))["is_over"]:
        assert time.monotonic() < end, found
        time.sleep(0.05)
    return dict(found)


def crowd(server: RunningServer, many: int) -> list[str]:
    """Accounts straight in the database, for a server that is stopped."""
    url = server.environment.get("HOLDFAST_DATABASE") or f"sqlite:///{server.data_dir / 'holdfast.db'}"
    opened = store.open_store(url)
    names = [f"crowd{n:05}" for n in range(many)]
    with opened.transaction() as tx:
        one = dict(tx.first(select(accounts).where(accounts.c.username == "owner"))._mapping)
        rows = [
            one
            | {"id": opened.ids.new(), "username": name, "username_key": name, "skeleton": name, "uri": f"test:{name}"}
            for name in names
        ]
        tx.run(insert(accounts), rows)
    opened.close()
    return names


def exported(server: RunningServer, member: NewMember, folder: Path) -> str:
    """The member's follows as a file."""
    target = folder / "out.csv"
    server.call("export.csv", account=member.name, kind="following", file=str(target))
    return target.read_text()


def follow_through_a_kill(server: RunningServer, many: int, folder: Path) -> float:
    """Import so many follows with a typo in line 17 and kill the server meanwhile: the typo is told, and nothing else
    is lost. The seconds that it took."""
    server.start().set_up()
    ada = server.member("ada")
    server.stop()
    lines = crowd(server, many)
    lines[16] = "crowd 00016"
    server.start()
    file = folder / "following_accounts.csv"
    file.write_text("\n".join(lines))
    began = time.monotonic()
    server.call("import.start", account=ada.name, kind="following", file=str(file))
    while server.call("import.show", account=ada.name)["done"] < BEFORE_KILL:
        time.sleep(0.01)
    server.stop(kill=True)
    server.start()
    assert not server.call("import.show", account=ada.name)["is_over"]
    told = settled(server, ada)
    took = time.monotonic() - began
    assert (told["done"], told["failed"], told["unreachable"]) == (many - 1, 1, 0)
    assert [(one["line"], one["text"]) for one in told["unused"]] == [(17, "crowd 00016")]
    with server.client() as client:
        assert client.get(f"/api/v1/accounts/{ada.id}").json()["following_count"] == many - 1
    assert len(exported(server, ada, folder).splitlines()) == many  # with the line of headings
    return took
