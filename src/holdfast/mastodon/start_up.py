"""What old clients ask for at start-up although there is nothing of the kind any more."""

from __future__ import annotations

from holdfast.mastodon.accounts import AccountById, must_exist
from holdfast.mastodon.endpoints import Call, Endpoints
from holdfast.mastodon.entities.base import Entity

api = Endpoints()


class IdentityProof(Entity, kw_only=True):
    """A proof of identity by a service that is no more."""

    provider: str
    provider_username: str
    updated_at: str
    proof_url: str
    profile_url: str


@api.get("/api/v1/accounts/{id}/identity_proofs", params=AccountById, returns=list[IdentityProof])
def identity_proofs(call: Call, params: AccountById) -> list[IdentityProof]:
    """An empty list: the service is no more."""
    must_exist(call, params.id)
    return []
