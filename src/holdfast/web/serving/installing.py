"""The pages as an app: manifest, service worker, what works offline, posts that wait to be sent, pushes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import msgspec

from holdfast import notifications
from holdfast.errors import Invalid, Problem
from holdfast.keys import vapid
from holdfast.languages import N_, _, say
from holdfast.notifications import NoPushSubscription, PushSubscription
from holdfast.store import Read
from holdfast.vendors import PushTarget
from holdfast.web.forms import Form
from holdfast.web.pages import MEMBERS, Pages
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit

pages = Pages()

PUSH = "settings/push.html"
JSON = msgspec.json.Encoder().encode
WORKER = "js/worker.js"
WORKER_POLICY = "default-src 'none'; connect-src 'self'"
NEEDED_OFFLINE = ("css/all.css", "css/contrast.css", "images/icon.svg", "vendor/icons.svg", "vendor/htmx.js")
SIZES = (48, 96, 192, 512)

ALERTS = (
    ("mention", N_("Somebody mentions you")),
    ("follow", N_("Somebody follows you")),
    ("follow_request", N_("Somebody asks to follow you")),
    ("favourite", N_("Somebody favourites a post of yours")),
    ("reblog", N_("Somebody boosts a post of yours")),
    ("quote", N_("Somebody quotes a post of yours")),
    ("poll", N_("A poll that you made or voted in has ended")),
    ("status", N_("Somebody whose posts you asked to hear of writes one")),
    ("update", N_("A post that you boosted is edited")),
)
POLICIES = (
    ("all", N_("Everybody"), ""),
    ("followed", N_("Those whom you follow"), ""),
    ("follower", N_("Those who follow you"), ""),
)
FIRST_ALERTS = frozenset({"mention", "follow", "follow_request", "quote", "poll"})


@dataclass(frozen=True)
class Icon:
    """A picture of the app, as a manifest names it."""

    src: str
    sizes: str
    type: str


def _icons(v: Visit) -> list[dict[str, str]]:
    found = [Icon(v.web.assets.url(f"images/icon-{size}.png"), f"{size}x{size}", "image/png") for size in SIZES]
    found.append(Icon(v.web.assets.url("images/icon.svg"), "any", "image/svg+xml"))
    return [asdict(one) for one in found]


@pages.get("/manifest.webmanifest", before_set_up=True)
async def manifest(v: Visit) -> Reply:
    """What a browser needs to know to install the pages as an app."""
    name = v.db.settings.name
    shortcuts = [{"name": _("Write"), "url": "/write"}, {"name": _("Notifications"), "url": "/notifications"}]
    told: dict[str, Any] = {
        "id": "/",
        "name": name,
        "short_name": name[:24],
        "description": v.db.settings.short_description,
        "lang": v.language,
        "dir": v.direction,
        "start_url": "/home",
        "scope": "/",
        "display": "standalone",
        "background_color": "#fbfaf8",
        "theme_color": "#0b5c6b",
        "icons": _icons(v),
        "shortcuts": shortcuts,
        "share_target": {
            "action": "/write",
            "method": "GET",
            "params": {"title": "title", "text": "text", "url": "url"},
        },
    }
    answer = Reply(JSON(told), 200, "application/manifest+json; charset=utf-8")
    answer.header("vary", "Cookie, Accept-Language")
    return answer.header("cache-control", "private, max-age=3600")


@pages.get("/sw.js", before_set_up=True)
async def worker(v: Visit) -> Reply:
    """The service worker, which has to stand at the root to serve all pages; with the hash of the files it keeps."""
    assets = v.web.assets
    kept = [assets.url(name) for name in (*NEEDED_OFFLINE, *assets.scripts) if name != WORKER]
    head = f"const HASH = {JSON(assets.hash).decode()};\nconst NEEDED = {JSON(kept).decode()};\n"
    answer = Reply(head.encode() + assets.body(WORKER), 200, "text/javascript; charset=utf-8")
    answer.header("content-security-policy", WORKER_POLICY)
    return answer.header("cache-control", "no-cache")


@pages.get("/offline")
async def offline(v: Visit) -> Reply:
    """What the worker shows where there is no connection and nothing was kept."""
    return v.show("server/offline.html")


@pages.get("/outbox", needs=MEMBERS)
async def outbox(v: Visit) -> Reply:
    """The posts that wait in this browser to be sent; its script fills them in."""
    return v.show("posts/outbox.html")


# ── pushes ──


@pages.get("/settings/push", needs=MEMBERS)
async def push_form(v: Visit) -> Reply:
    """Whether this browser is told, and of what."""
    return await _show_push(v, Form(), v.done)


def _subscription(r: Read, v: Visit) -> PushSubscription | None:
    try:
        return notifications.push_subscription(r, v.acting.token_id or 0)
    except NoPushSubscription:
        return None


async def _show_push(v: Visit, form: Form, done: str, problem: Problem | None = None) -> Reply:
    found = await v.read(_subscription, v)
    wanted = found.alerts if found else FIRST_ALERTS
    form.starting_with(policy=found.policy if found else "all", **{kind: kind in wanted for kind, words in ALERTS})
    values: dict[str, Any] = {
        "alerts": ALERTS,
        "policies": POLICIES,
        "is_on": found is not None,
        "server_key": vapid.public_key(v.db.keyring),
    }
    if problem is not None:
        return v.again(PUSH, form, problem, done="", **values)
    return v.show(PUSH, form=form, done=done, **values)


@pages.post("/settings/push", needs=MEMBERS)
async def push(v: Visit) -> Reply:
    """Tell this browser from now on, or of other things than so far."""
    form = await v.form()
    alerts = [kind for kind, words in ALERTS if form.ticked(kind)]
    try:
        policy = form.choice("policy", [value for value, *words in POLICIES])
        if form.text("endpoint"):
            target = PushTarget(
                endpoint=form.text("endpoint"), p256dh=form.text("p256dh"), auth=form.text("auth"), is_standard=True
            )
            await v.write(notifications.subscribe_to_pushes, target, alerts, policy)
            return v.go("/settings/push?done=push_on")
        if await v.read(_subscription, v) is None:
            raise Invalid(say("Your browser has not said where it can be told. Press the button once more."))
        await v.write(notifications.change_pushes, alerts=alerts, policy=policy)
    except Problem as problem:
        return await _show_push(v, form, "", problem)
    return v.go("/settings/push?done=saved")


@pages.post("/settings/push/end", needs=MEMBERS)
async def end_push(v: Visit) -> Reply:
    """Tell this browser nothing any more."""
    await v.form()
    await v.write(notifications.end_pushes)
    return v.go("/settings/push?done=push_off")
