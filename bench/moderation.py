"""Moderation: signals beside posts, the queue at its longest, deadlines kept, notices confirmed, claims raced."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import text

from bench import servers
from bench.community import secret
from bench.generator import Generator
from bench.posting import settle
from bench.report import Report
from bench.servers import Loaded, Running
from bench.sizes import Sizes
from holdfast import access, config, keys, moderation
from holdfast.access.challenge import waiting_token
from holdfast.access.members import member
from holdfast.access.sessions import begin
from holdfast.access.tokens import Signer
from holdfast.acting import SYSTEM, Acting
from holdfast.cli import calling
from holdfast.moderation import Filter, Selection, Verdict
from holdfast.site.wiring import open_database
from holdfast.writes import Ability, Database, Runner
from tests.moderation.racing import race
from tests.web.browser import Browser
from tests.web.test_giving_notice import FULL

SIGNALS_PER_S = 10_000 / 60
POSTS_PER_S = 60.0
SUBJECTS = 600  # that the signals are about: cases gather some signals each
INTAKE_AIM_MS, COST_AIM, PAGE_AIM_MS = 50.0, 1.1, 20.0
CONTAIN_AIM_S, CONFIRM_AIM_S, BULK_AIM_S = 5.0, 1.0, 30.0
OPEN_CASES, LETTER, RUNNERS, CLAIMS = 100_000, 200, 8, 20_000
LETTER_WAIT_S = 4.0
SMALL = {"full": 1.0, "middle": 0.2, "quick": 0.01}
_OPEN = (
    "INSERT INTO cases (id, subject_kind, subject, account_id, category, severity, probability, reach, views, "
    "measured_at, priority, signals_count, opened_at, deadline) SELECT id + 7, 'post', CAST(id AS TEXT), author_id, "
    "CASE WHEN id % 10 = 2 THEN 'goods' WHEN id % 4 = 0 THEN 'hate' "
    "WHEN id % 4 = 1 THEN 'fraud' ELSE 'spam' END, CASE WHEN id % 4 < 2 THEN 3 ELSE 1 END, 0.35, "
    "0, 0, {now}, (id % 1000003) / 100000.0, 1, {now}, {now} + 3600000 * (id % 24 - 2) FROM statuses "
    "WHERE boost_of_id IS NULL AND deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM cases c WHERE c.closed_at IS NULL "
    "AND c.subject_kind = 'post' AND c.subject = CAST(statuses.id AS TEXT)) ORDER BY id LIMIT {most}"
)


def measure(
    engine: str, sizes: Sizes, loaded: Loaded, load: Generator, report: Report, say: Callable[[str], None]
) -> None:
    """Measure moderation on one engine. The races come first: they want a queue that holds nothing else."""
    share = SMALL[sizes.name]
    say(f"{engine}: racing for cases")
    _race(engine, loaded, report, share)
    with servers.holdfast(loaded) as ours:
        say(f"{engine}: taking in signals")
        _intake(engine, sizes, loaded, ours, load, report)
        say(f"{engine}: a deadline, and a visitor's notice")
        _deadline(engine, loaded, ours, report, share)
        _visitor(engine, loaded, ours, report)
    with _opened(loaded) as db:
        say(f"{engine}: the queue")
        token = _fill(db, round(OPEN_CASES * share))
        _queries(engine, db, report)
    with servers.holdfast(loaded) as ours:
        _page(engine, ours, token, report)
    with _opened(loaded) as db:
        say(f"{engine}: one decision over many cases")
        _bulk(engine, db, report)


@contextmanager
def _opened(loaded: Loaded) -> Iterator[Database]:
    """The database, while no server runs."""
    db = open_database(config.load(loaded.environment))
    try:
        yield db
    finally:
        db.close()


def _race(engine: str, loaded: Loaded, report: Report, share: float) -> None:
    """Processes race for the same cases; PostgreSQL as several servers do, SQLite harder than it is ever used."""
    with _opened(loaded) as db:
        for place in range(RUNNERS):
            role, name = "moderator", f"runner{place}"
            db.submit(lambda role=role, name=name: access.create_member(db, SYSTEM, name, role=role)).result()  # type: ignore[misc]
        with db.read() as r:
            runners = [one.account_id for one in access.listing(r, most=RUNNERS + 5, role="moderator")][:RUNNERS]
        outcome = race(db, runners, max(round(CLAIMS * share) // RUNNERS, 20))
    report.add(f"{engine}.claims", outcome.claims, f"from {RUNNERS} processes")
    report.add(f"{engine}.claims.decided_twice", outcome.doubled, "cases", most=0)
    report.add(f"{engine}.claims.lost_in_silence", outcome.lost + outcome.refused - outcome.told, "", most=0)


# ── signals beside posts ──


def _intake(engine: str, sizes: Sizes, loaded: Loaded, ours: Running, load: Generator, report: Report) -> None:
    """The same rounds with posts, with signals, and with both; what posts cost then is the rest of the last."""
    reports = _reports(sizes, loaded)
    tokens = [secret(name) for name in sizes.writers(sizes.authors[1])]
    costs: dict[str, list[float]] = {"posts": [], "signals": [], "both": []}
    seen: list[float] = []
    kinds = {"posts": (POSTS_PER_S, 0.0), "signals": (0.0, SIGNALS_PER_S), "both": (POSTS_PER_S, SIGNALS_PER_S)}
    seconds = sizes.load_s if sizes.name == "full" else max(sizes.load_s, 1.0)
    rounds = max(sizes.rounds // 2, 1)
    for number in range(-1, rounds):  # the first one warms up
        for kind, (posts, signals) in kinds.items():
            before = ours.cpu_s()
            told = load.do(
                "intake", port=ours.port, seconds=seconds, tokens=tokens, seed=f"intake-{kind}-{number}",
                posts_per_s=posts, reports=random.Random(number).sample(reports, len(reports)), reports_per_s=signals,
            )  # fmt: skip
            settle(loaded)
            if number >= 0:
                costs[kind].append(ours.cpu_s() - before)
                if kind == "both":
                    seen.append(told["signals"]["p99"])
                    per_minute = told["signals"]["requests"] / seconds * 60
    posts_s = POSTS_PER_S * seconds
    alone, signals_alone, both = (statistics.median(costs[kind]) for kind in ("posts", "signals", "both"))
    name = f"{engine}.intake"
    report.add(f"{name}.signals_per_minute", per_minute, "1/min", least=9_900)
    aim = INTAKE_AIM_MS if engine == "sqlite" else None  # PostgreSQL shares the one core with the server here
    report.add(f"{name}.answer_p99", statistics.median(seen), "ms", most=aim)
    report.add(f"{name}.cpu_per_1000_signals", signals_alone / (SIGNALS_PER_S * seconds) * 1000, "s")
    report.add(f"{name}.cpu_per_1000_posts", alone / posts_s * 1000, "s")
    report.add(f"{name}.cpu_per_post_ratio", (both - signals_alone) / alone, "times one without signals", most=COST_AIM)


def _reports(sizes: Sizes, loaded: Loaded) -> list[list[str]]:
    """Who reports which post of whom: every member some of the newest public posts, none their own."""
    found = loaded.rows(
        "SELECT s.author_id, s.id FROM statuses s JOIN accounts a ON a.id = s.author_id WHERE s.visibility = 'public' "
        f"AND s.boost_of_id IS NULL AND a.username NOT LIKE 'writer%' ORDER BY s.id DESC LIMIT {SUBJECTS}"
    ) or loaded.rows(
        "SELECT author_id, id FROM statuses WHERE visibility = 'public' AND boost_of_id IS NULL ORDER BY id DESC "
        f"LIMIT {SUBJECTS}"
    )
    names = {row[0]: row[1] for row in loaded.rows("SELECT id, username FROM accounts WHERE username LIKE 'writer%'")}
    rng = random.Random(1)
    who = [rng.choice(list(names.items())) for _ in range(sizes.accounts)]
    pairs = [(one, rng.choice(found)) for one in who]
    return [[secret(name), str(author), str(post)] for (number, name), (author, post) in pairs if number != author]


# ── deadlines and visitors ──


def _deadline(engine: str, loaded: Loaded, ours: Running, report: Report, share: float) -> None:
    """A letter whose posts all become overdue at the same moment."""
    count = max(round(LETTER * share), 5)
    found = loaded.rows(
        "SELECT s.id, a.username FROM statuses s JOIN accounts a ON a.id = s.author_id WHERE s.boost_of_id IS NULL "
        f"AND s.deleted_at IS NULL ORDER BY s.id LIMIT {count}"
    )
    body = "\n".join(f"http://localhost:{ours.port}/@{name}/{number}" for number, name in found)
    deadline = int((time.time() + LETTER_WAIT_S) * 1000)
    told = _call(loaded, "notice.add", sender="A host", body=body, deadline=deadline, kind="host", category="hate",
                 reference="")  # fmt: skip
    number, end = told["notice"]["id"], time.monotonic() + 60
    while told["contained"] < told["found"] and time.monotonic() < end:
        time.sleep(0.2)
        told = _call(loaded, "notice.show", notice_id=number)
    moments = [one["contained_at"] for one in told["items"] if one["state"] != "not_found"]
    late = [((at or time.time() * 1000) - deadline) / 1000 for at in moments]
    report.add(f"{engine}.containment.posts", len(late), "due at the same moment")
    report.add(f"{engine}.containment.after_deadline", max(late), "s", most=CONTAIN_AIM_S)


def _call(loaded: Loaded, name: str, /, **arguments: Any) -> Any:
    connection = calling.connect(loaded.data)
    assert connection is not None, "the server is not running"
    with connection:
        return calling.ask(connection, name, arguments, calling.nothing)


def _visitor(engine: str, loaded: Loaded, ours: Running, report: Report) -> None:
    """Somebody without an account sends the form; until the page that confirms it is there."""
    (row,) = loaded.rows("SELECT username FROM accounts WHERE username LIKE 'writer%' ORDER BY id LIMIT 1")
    signer = Signer(keys.load(loaded.data / "secrets").derive("access.tokens"))
    times = []
    for _ in range(5):
        with Browser(f"http://localhost:{ours.port}") as browser:
            browser.open("/report/notice")
            values = FULL | {
                "waiting": waiting_token(signer, time.time() - 60, purpose="notice"),
                "places": f"/@{row[0]}",
            }
            began = time.perf_counter()
            page = browser.send("/report/notice", **values)
            times.append(time.perf_counter() - began)
            assert page.heading == "Thank you. Your notice has come in.", page.words[:300]
    report.add(f"{engine}.visitor.confirmed", max(times), "s", most=CONFIRM_AIM_S)


# ── the queue ──


def _fill(db: Database, most: int) -> str:
    """Open so many more cases, and let a moderator be signed in; the session's token."""

    def command() -> str:
        with db.write(SYSTEM, Ability.ADMINISTRATION) as w:
            w.connection.execute(text(_OPEN.format(now=w.now, most=most)))
            number = access.create_member(db, SYSTEM, "bench_moderator", role="moderator")
            return begin(w, member(w, number), "password", "bench").token

    token = db.submit(command).result()
    if not db.store.is_sqlite:
        with db.store.schema_connection() as connection:
            connection.execute(text("ANALYZE cases"))  # as autovacuum would have done
    return token


def _queries(engine: str, db: Database, report: Report) -> None:
    with db.read() as r:
        acting = Acting(1, permissions=frozenset({moderation.READ}))
        times = [_taken(lambda: moderation.queue(r, acting, Filter(), now=db.clock.now())) for _ in range(21)]
        counts = [_taken(lambda: moderation.backlog(r, acting, db.clock.now())) for _ in range(21)]
    report.add(f"{engine}.queue.query", statistics.median(times), "ms")
    report.add(f"{engine}.queue.counts", statistics.median(counts), "ms")


def _bulk(engine: str, db: Database, report: Report) -> None:
    """One decision over everything of one kind, by the job runner; until the last one is in force."""
    db.submit(lambda: access.create_member(db, SYSTEM, "bench_owner", role="administrator")).result()
    with db.read() as r:
        (found,) = access.listing(r, most=1, role="administrator")
    acting = Acting(found.account_id, permissions=access.permissions_of("administrator"))
    wanted, verdict = Selection(search=Filter(categories=("goods",))), Verdict(on_subject="hide", category="goods")
    with db.read() as r:
        count = moderation.preview_many(r, acting, wanted, now=db.clock.now()).count
    runner = Runner(db)
    runner.drain(longest_s=120)  # what was waiting already
    began = time.monotonic()
    number = db.submit(lambda: moderation.decide_many(db, acting, wanted, verdict, count=count)).result()
    while _bulk_left(db, acting, number) and time.monotonic() - began < 10 * BULK_AIM_S:
        runner.step()
    took = time.monotonic() - began
    left = _bulk_left(db, acting, number)
    runner.stop()
    report.add(f"{engine}.bulk.posts", count - left, "hidden by one decision")
    report.add(f"{engine}.bulk.per_10000", took / max(count - left, 1) * 10_000, "s", most=BULK_AIM_S)


def _bulk_left(db: Database, acting: Acting, number: int) -> int:
    with db.read() as r:
        one = moderation.bulk(r, acting, number)
    return int(one.total - one.decided - one.skipped)


def _taken(call: Callable[[], Any]) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000


def _page(engine: str, ours: Running, token: str, report: Report) -> None:
    with Browser(f"http://localhost:{ours.port}") as browser:
        browser.http.cookies.set("session", token)
        page = browser.open("/admin/cases")
        assert page.status == 200, page.words[:300]
        times = [_taken(lambda: browser.http.get("/admin/cases")) for _ in range(41)]
    report.add(f"{engine}.queue.first_page", statistics.median(times), "ms", most=PAGE_AIM_MS)
