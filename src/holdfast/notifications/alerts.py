"""Words pushed to a member's browsers that are no notification: what cannot wait until they look by themselves."""

from __future__ import annotations

import logging
from collections.abc import Callable

import msgspec

from holdfast import access, vendors
from holdfast.acting import SYSTEM
from holdfast.errors import Unavailable
from holdfast.languages import Sentence, packed, speaking, unpacked
from holdfast.notifications.pushing import pool_of
from holdfast.store import SECOND, Hot
from holdfast.vendors import Push, PushPool, PushTarget
from holdfast.writes import Ability, Database, Write

log = logging.getLogger(__name__)

ALERT = "notifications.alert"
MOST_TRIES = 4
_WAIT_MS = 20 * SECOND
_BROWSERS = Hot(
    "SELECT p.id FROM push_subscriptions p JOIN sessions e ON e.id = p.token_id WHERE p.account_id = :account"
)
_TARGET = Hot(
    "SELECT p.endpoint, p.p256dh, p.auth, p.is_standard, m.locale FROM push_subscriptions p "
    "JOIN sessions e ON e.id = p.token_id JOIN members m ON m.account_id = p.account_id WHERE p.id = :subscription"
)
_FORGET = Hot("DELETE FROM push_subscriptions WHERE id = :subscription AND endpoint = :endpoint")


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """Words for one browser: of no use after ``until`` (ms); a later one with the same ``topic`` takes their place."""

    subscription_id: int
    title: str  # packed sentences
    body: str
    path: str
    topic: str
    until: int
    tries: int = 0


class _Payload(msgspec.Struct):
    """What our service worker shows."""

    notification_id: str
    title: str
    body: str
    path: str
    preferred_locale: str


def plan_alert(w: Write, account_id: int, title: Sentence, body: Sentence, *, path: str, topic: str, until: int) -> int:
    """Let words be pushed to every browser of a member that wants pushes; to how many."""
    rows = w.fast(_BROWSERS, account=account_id)
    for (subscription_id,) in rows:
        alert = Alert(
            subscription_id=subscription_id,
            title=packed(title),
            body=packed(body),
            path=path,
            topic=topic,
            until=until,
        )
        w.enqueue(ALERT, alert)
    return len(rows)


def alerting() -> Callable[[Database, Alert], None]:
    """The job that pushes such words, with one pool for a process."""
    kept: list[PushPool] = []

    def push(db: Database, payload: Alert) -> None:
        if not kept:
            kept.append(pool_of(db))
        _push(db, payload, kept[0])

    return push


def _push(db: Database, payload: Alert, pool: PushPool) -> None:
    now = db.clock.now()
    with db.read() as r:
        rows = r.fast(_TARGET, subscription=payload.subscription_id)
    if not rows or payload.until <= now:
        return
    endpoint, p256dh, auth, is_standard, locale = rows[0]
    language = access.language_of(db, locale)
    with speaking(language):
        words = [unpacked(text).spoken() for text in (payload.title, payload.body)]
    content = _Payload(payload.topic, words[0], words[1], payload.path, language)
    target = PushTarget(endpoint=endpoint, p256dh=p256dh, auth=auth, is_standard=bool(is_standard))
    push = Push(
        target=target, payload=msgspec.json.encode(content), ttl_s=(payload.until - now) // 1000, topic=payload.topic
    )
    try:
        pool.send(push, now=now)
    except (vendors.SubscriptionGone, vendors.PushRefused) as fault:
        log.info("a push subscription was removed", extra={"cause": fault.message})
        with db.write(SYSTEM, Ability.JOBS) as w:
            w.run_fast(_FORGET, subscription=payload.subscription_id, endpoint=endpoint)
    except Unavailable as fault:
        if payload.tries + 1 >= MOST_TRIES:
            log.warning("an alert was given up", extra={"cause": fault.message})
            return
        with db.write(SYSTEM, Ability.JOBS) as w:
            again = msgspec.structs.replace(payload, tries=payload.tries + 1)
            w.enqueue(ALERT, again, delay_ms=_WAIT_MS * (payload.tries + 1))
