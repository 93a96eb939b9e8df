"""Links on profiles that are proven: the page that a field names links back with ``rel="me"``.

Asked anew whenever the fields change. A page that cannot be reached proves nothing new and takes nothing away; one that
answers without the link does.
"""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import msgspec
from sqlalchemy import update

from holdfast import outgoing
from holdfast.acting import SYSTEM
from holdfast.errors import Invalid, Refused, Unavailable
from holdfast.people.account import Account
from holdfast.people.events import ProfileChanged
from holdfast.people.queries.found import account_by_id
from holdfast.people.tables import accounts
from holdfast.store import MINUTE
from holdfast.writes import Ability, Database

VERIFY = "people.verify_links"
MOST_PAGE_BYTES = 1024 * 1024
MOST_TRIES = 3
LONGEST_URL = 2_048  # characters


class VerifyLinks(msgspec.Struct, frozen=True):
    """Look at the pages that a profile's fields name."""

    account_id: int
    tries: int = 0  # in vain so far


def changes_fields(event: ProfileChanged) -> bool:
    """Whether a profile names other pages now."""
    return "fields" in event.fields


def plan_verifying(db: Database, event: ProfileChanged) -> None:
    """Let the pages be looked at once the profile has changed."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.enqueue(VERIFY, VerifyLinks(event.account_id))


def verify_links(db: Database, payload: VerifyLinks) -> None:
    """Ask every page that a field names, and write down which link back."""
    with db.read() as r:
        account = account_by_id(r, payload.account_id)
    if account is None or account.domain is not None or not account.is_present:
        return
    client = outgoing.client_from(db.config.boot)
    asked = {field.value for field in account.fields if _is_page(field.value)}
    answers = {url: _links_back(client, url, account) for url in sorted(asked)}
    proven = {url: answer for url, answer in answers.items() if answer is not None}
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.serialise(payload.account_id)
        _note(db, payload.account_id, proven)
        if len(proven) < len(answers) and payload.tries + 1 < MOST_TRIES:
            again = VerifyLinks(payload.account_id, payload.tries + 1)
            w.enqueue(VERIFY, again, delay_ms=10 * MINUTE * (payload.tries + 1))


def _is_page(value: str) -> bool:
    return value.startswith(("https://", "http://")) and len(value) <= LONGEST_URL and " " not in value


def _links_back(client: outgoing.Client, url: str, account: Account) -> bool | None:
    """Whether a page links to the profile as its own; None when it could not be asked just now."""
    try:
        answer = client.get(url, accept=("text/html", "application/xhtml+xml"), max_bytes=MOST_PAGE_BYTES)
    except (Invalid, Refused):
        return False
    except Unavailable:
        return None
    if not answer.ok:
        return None if answer.status >= 500 else False
    profiles = {_alike(account.url), _alike(account.uri)}
    return any(_alike(link) in profiles for link in own_links(answer.url, answer.body))


def own_links(url: str, body: bytes) -> list[str]:
    """The addresses that a page calls its author's own: ``a`` and ``link`` with ``me`` among their ``rel``."""
    from selectolax.lexbor import LexborHTMLParser  # in C: loaded with the first page

    found = []
    for node in LexborHTMLParser(body).css("a[rel][href], link[rel][href]"):
        attributes = node.attributes
        if "me" in (attributes.get("rel") or "").lower().split():
            try:
                found.append(urljoin(url, (attributes.get("href") or "").strip()))
            except ValueError:
                continue  # no address at all
    return found


def _alike(url: str) -> str:
    """An address so that those which lead to the same profile are equal."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme.lower()}://{parts.netloc.lower()}{parts.path.rstrip('/').lower()}"


def _note(db: Database, account_id: int, proven: dict[str, bool]) -> None:
    """Write the moment to fields that were proven, and take it from those that are no longer."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        account = account_by_id(w, account_id)
        if account is None or account.deleted_at is not None:
            return
        fields = []
        for field in account.fields:
            holds = proven.get(field.value)
            verified_at = field.verified_at if holds is None else (field.verified_at or w.now) if holds else None
            fields.append(msgspec.structs.replace(field, verified_at=verified_at))
        if tuple(fields) == account.fields:
            return
        values = {"fields": msgspec.to_builtins(fields), "revision": accounts.c.revision + 1}
        w.run(update(accounts).where(accounts.c.id == account_id).values(values))
        w.record(ProfileChanged(account_id=account_id, fields=("verified_links",)), owner=account_id)
