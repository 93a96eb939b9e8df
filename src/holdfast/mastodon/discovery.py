"""How other programs find this server and its accounts: webfinger, host-meta, nodeinfo, and a sign of life."""

from __future__ import annotations

from urllib.parse import urlsplit

from msgspec import Struct

from holdfast import __version__, figures, people
from holdfast.events.log import chain_end
from holdfast.keys import signing
from holdfast.mastodon import directory, statistics
from holdfast.mastodon.endpoints import Call, Endpoints, Reply, reply
from holdfast.mastodon.entities.base import Entity
from holdfast.people import AccountNotFound
from holdfast.store import DAY
from holdfast.writes import modes

api = Endpoints()

PASSWORD_PAGE = "/settings/password"  # noqa: S105 - an address
MONTH, HALF_YEAR = 30 * DAY, 180 * DAY


class Resource(Struct, kw_only=True):
    """What webfinger is asked about: ``acct:name@domain`` or an account's address."""

    resource: str


class Health(Entity, kw_only=True):
    """A sign of life."""

    status: str


class JrdLink(Entity, kw_only=True, omit_defaults=True):
    """One link of a webfinger answer."""

    rel: str
    type: str | None = None
    href: str | None = None
    template: str | None = None


class Jrd(Entity, kw_only=True):
    """A webfinger answer (RFC 7033)."""

    subject: str
    aliases: list[str]
    links: list[JrdLink]


class NodeInfoLinks(Entity, kw_only=True):
    """Where the nodeinfo document is."""

    links: list[JrdLink]


class Software(Entity, kw_only=True):
    """Which software runs here."""

    name: str
    version: str


class Services(Entity, kw_only=True):
    """Other networks that posts come from or go to: none."""

    inbound: list[str]
    outbound: list[str]


class Usage(Entity, kw_only=True, rename={"local_posts": "localPosts"}):
    """How much the server is used."""

    users: dict[str, int]
    local_posts: int


class Federation(Entity, kw_only=True):
    """Whether this server speaks with others."""

    enabled: bool


_METADATA = {"name": "nodeName", "description": "nodeDescription", "source_url": "sourceUrl"}


class Metadata(Entity, kw_only=True, rename=_METADATA):
    """What the format leaves to each software."""

    name: str
    description: str
    source_url: str
    federation: Federation


class SigningKey(Entity, kw_only=True):
    """With which this server signs what leaves it: 32 bytes in base64."""

    algorithm: str
    public_key: str


class LogHead(Entity, kw_only=True):
    """How far the change log is sealed, and the digest of its chain: whoever keeps it can tell if the past changes."""

    seq: int
    digest: str


class Holdfast(Entity, kw_only=True):
    """What others need to check what this server says."""

    signing: SigningKey
    log: LogHead


class NodeInfo(Entity, kw_only=True, rename={"open_registrations": "openRegistrations"}):
    """The nodeinfo 2.0 document."""

    version: str
    software: Software
    protocols: list[str]
    services: Services
    usage: Usage
    open_registrations: bool
    metadata: Metadata


@api.get("/.well-known/webfinger", auth="public", params=Resource, returns=Jrd, tier=2)
def webfinger(call: Call, params: Resource) -> Reply:
    """The account behind a handle."""
    account = _asked(call, params.resource)
    page = call.renderer.accounts.url(account.username, account.domain, account.uri)
    found = Jrd(
        subject=f"acct:{account.username}@{call.db.local_domain}",
        aliases=[page, account.uri],
        links=[JrdLink(rel="http://webfinger.net/rel/profile-page", type="text/html", href=page)],
    )
    answer = reply(found)
    answer.headers[0] = (b"content-type", b"application/jrd+json; charset=utf-8")
    return answer


@api.get("/.well-known/host-meta", auth="public", returns=str, tier=2)
def host_meta(call: Call) -> Reply:
    """Where webfinger is found."""
    template = f"{call.db.base_url}/.well-known/webfinger?resource={{uri}}"
    xml = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">\n'
        f'  <Link rel="lrdd" template="{template}"/>\n</XRD>\n'
    )
    return Reply(xml.encode(), headers=((b"content-type", b"application/xrd+xml; charset=utf-8"),))


@api.get("/.well-known/nodeinfo", auth="public", returns=NodeInfoLinks, tier=2)
def nodeinfo_links(call: Call) -> NodeInfoLinks:
    """Where nodeinfo is found."""
    rel = "http://nodeinfo.diaspora.software/ns/schema/2.0"
    return NodeInfoLinks(links=[JrdLink(rel=rel, href=f"{call.db.base_url}/nodeinfo/2.0")])


@api.get("/nodeinfo/2.0", auth="public", returns=NodeInfo, tier=2)
def nodeinfo(call: Call) -> NodeInfo:
    """Software, usage, and whether one can sign up."""
    settings, now = call.db.settings, call.db.clock.now()
    totals = statistics.totals(call.r)
    closed_by_mode = {mode.ability for mode in modes(call.r)} & {"sign_up", "server"}
    return NodeInfo(
        version="2.0",
        software=Software(name="holdfast", version=__version__),
        # The format wants at least one of its names; whether it is spoken yet stands below.
        protocols=["activitypub"],
        services=Services(inbound=[], outbound=[]),
        usage=Usage(
            users={
                "total": totals.users,
                "activeMonth": figures.active_since(call.r, now - MONTH),
                "activeHalfyear": figures.active_since(call.r, now - HALF_YEAR),
            },
            local_posts=totals.statuses,
        ),
        open_registrations=settings.registration in ("open", "approval") and not closed_by_mode,
        metadata=Metadata(
            name=settings.name,
            description=settings.short_description,
            source_url=settings.source_address(call.db.base_url),
            federation=Federation(enabled=False),
        ),
    )


@api.get("/.well-known/holdfast", auth="public", returns=Holdfast)
def holdfast_facts(call: Call) -> Holdfast:
    """The key with which this server signs, and the end of its change log."""
    key = SigningKey(algorithm=signing.ALGORITHM, public_key=signing.public_key(call.db.keyring))
    seq, digest = chain_end(call.r)
    return Holdfast(signing=key, log=LogHead(seq=seq, digest=digest.hex()))


@api.get("/.well-known/change-password", auth="public", returns=None, status=302)
def change_password(call: Call) -> Reply:
    """Lead a password manager to the page where passwords are changed."""
    return Reply(b"", 302, ((b"location", (call.db.base_url + PASSWORD_PAGE).encode()),))


@api.get("/health", auth="public", returns=Health)
def health(call: Call) -> Reply:
    """A sign of life: this process answers and can read its database.

    Documented as JSON, but Mastodon says the bare word, and that is what probes and Mastodon.py compare with.
    So JSON is for those who name it.
    """
    if "json" in (call.header("accept") or ""):
        answer = reply(Health(status="OK"))
    else:
        answer = Reply(b"OK", 200, ((b"content-type", b"text/plain; charset=utf-8"),))
    return answer.header("vary", "Accept")


def _asked(call: Call, resource: str) -> people.Account:
    """The local, present account that is meant. Raises :class:`AccountNotFound`."""
    if resource.startswith(("http://", "https://")):
        handle = _name_in(call, resource)
    else:
        handle = resource.removeprefix("acct:")
    found = people.lookup(call.r, handle, call.db.local_domain)
    if found.domain is not None or not found.is_present or not directory.shown(call.r, [found.id]):
        raise AccountNotFound
    return found


def _name_in(call: Call, address: str) -> str:
    parts = urlsplit(address)
    if f"{parts.scheme}://{parts.netloc}" != call.db.base_url:
        raise AccountNotFound
    for start in ("/@", "/users/"):
        name = parts.path.removeprefix(start)
        if name != parts.path and name:
            return name
    raise AccountNotFound
