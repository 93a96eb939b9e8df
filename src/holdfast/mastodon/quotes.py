"""Quotes: who quotes a status, taking an own status out of a quote, and who may quote it from now on."""

from __future__ import annotations

from holdfast import posts
from holdfast.mastodon.binding import Id
from holdfast.mastodon.endpoints import Call, Endpoints, Reply
from holdfast.mastodon.entities import Status
from holdfast.mastodon.rendering import array
from holdfast.mastodon.statuses import ById, ListParams, QuotePolicy, window

api = Endpoints()


class RevokeParams(ById, kw_only=True):
    """An own status, and the one that quotes it."""

    quoting_status_id: Id


class InteractionPolicyParams(ById, kw_only=True):
    """Who may quote an own status from now on; when it is left out, whoever may by the caller's own default."""

    quote_approval_policy: QuotePolicy | None = None


@api.get("/api/v1/statuses/{id}/quotes", scopes="read:statuses", params=ListParams, returns=list[Status])
def quotes(call: Call, params: ListParams) -> Reply:
    """The statuses that quote a status."""
    part = window(params, 20, 40)
    found = posts.quotes(call.r, call.me, params.id, part)
    call.timelines.views.saw(found)
    body = array(call.renderer.statuses.many(call.r, call.viewer, found, found.facts, call.sight))
    return call.page(body, found, part.limit)


@api.post("/api/v1/statuses/{id}/quotes/{quoting_status_id}/revoke", scopes="write:statuses", params=RevokeParams,
          returns=Status)  # fmt: skip
async def revoke(call: Call, params: RevokeParams) -> bytes:
    """Take an own status out of one that quotes it; the answer is the quoting status."""
    await call.write(posts.revoke_quote, params.id, params.quoting_status_id)
    return await call.read(call.renderer.statuses.one, call.viewer, params.quoting_status_id)


@api.put("/api/v1/statuses/{id}/interaction_policy", scopes="write:statuses", params=InteractionPolicyParams,
         returns=Status)  # fmt: skip
async def set_interaction_policy(call: Call, params: InteractionPolicyParams) -> bytes:
    """Say who may quote an own status from now on, without an edit."""
    await call.write(posts.set_quote_policy, params.id, params.quote_approval_policy)
    return await call.read(call.renderer.statuses.one, call.viewer, params.id)
