"""Signals: raised by trusted flaggers, and by programs for which a moderator has made a token."""

from __future__ import annotations

from msgspec import Struct

from holdfast import moderation
from holdfast.mastodon.endpoints import Call, Endpoints
from holdfast.mastodon.own.entities import Raised
from holdfast.moderation import Flag

api = Endpoints(is_ours=True)


class SignalParams(Struct, kw_only=True):
    """What is pointed at (its address, or kind and key), and what for. Programs say what they are, and how sure."""

    category: str
    url: str = ""
    kind: str = ""
    key: str = ""
    source: str = "trusted_flagger"
    program: str = ""
    confidence: float | None = None
    comment: str = ""


@api.post("/api/holdfast/v1/signals", scopes="write:reports", params=SignalParams, returns=Raised, tier=4)
async def raise_signal(call: Call, params: SignalParams) -> Raised:
    """Point at something harmful; the answer names its case."""
    wanted = Flag(
        category=params.category,
        url=params.url,
        kind=params.kind,
        key=params.key,
        source=params.source,
        program=params.program,
        confidence=params.confidence,
        comment=params.comment,
    )
    return Raised(case_ids=[str(await call.write(moderation.flag, wanted))])
