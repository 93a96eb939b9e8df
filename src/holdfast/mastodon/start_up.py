"""What clients ask for at start-up and what this release answers with nothing, and why.

Every method in ``EMPTY`` is served with its documented path, scope and form; what it would list
cannot be made on this server yet.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from holdfast.mastodon.accounts import AccountById, must_exist
from holdfast.mastodon.endpoints import Call, Endpoints
from holdfast.mastodon.entities.base import Entity

api = Endpoints()

NEXT = "comes with the next release of the client API"


class IdentityProof(Entity, kw_only=True):
    """A proof of identity by a service that is no more."""

    provider: str
    provider_username: str
    updated_at: str
    proof_url: str
    profile_url: str


class Listing(NamedTuple):
    """A method that answers an empty list: path, form, who may ask, tier, and why it is empty."""

    path: str
    returns: Any
    auth: str
    scopes: str
    tier: int
    reason: str


EMPTY: tuple[Listing, ...] = (
    Listing("/api/v1/accounts/{id}/identity_proofs", list[IdentityProof], "user", "", 3, "the service is no more"),
)


def _declare(listing: Listing) -> None:
    options: dict[str, Any] = {
        "auth": listing.auth,
        "scopes": listing.scopes,
        "returns": listing.returns,
        "tier": listing.tier,
    }
    if "{id}" in listing.path:

        def of_account(call: Call, params: AccountById) -> list[Any]:
            must_exist(call, params.id)
            return []

        run: Any = of_account
        options["params"] = AccountById
    else:

        def plain(call: Call) -> list[Any]:  # noqa: ARG001 - nothing is looked up
            return []

        run = plain
    run.__doc__ = f"An empty list ({listing.reason})."
    run.__name__ = listing.path.removeprefix("/api/").replace("/", "_").replace("{id}", "of")
    run.__module__ = __name__
    api.get(listing.path, **options)(run)


for _listing in EMPTY:
    _declare(_listing)
