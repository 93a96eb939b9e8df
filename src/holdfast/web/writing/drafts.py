"""A member's drafts: what they have begun to write, to go on with or to throw away."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.errors import NotFound
from holdfast.languages import N_
from holdfast.posts import drafting
from holdfast.posts.drafting import SavedDraft
from holdfast.store import Read, read_id
from holdfast.web.pages import MEMBERS, Pages
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit
from holdfast.web.writing.write_form import address_of

pages = Pages()

KINDS = {
    drafting.NEW: N_("A new post"),
    drafting.REPLY: N_("A reply"),
    drafting.QUOTE: N_("A post that quotes another"),
    drafting.EDIT: N_("A change of your post"),
    drafting.ANEW: N_("A deleted post, to be written anew"),
}
SHOWN_CHARACTERS = 280


@dataclass(frozen=True, slots=True)
class Begun:
    """A draft as the list shows it."""

    id: int
    kind: str
    to: str
    text: str
    files: int
    updated_at: int


def _begun(draft: SavedDraft) -> Begun:
    written = draft.written.draft
    text = " ".join((written.text or written.spoiler_text).split())
    shown = text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"
    return Begun(
        draft.id, KINDS[draft.place.kind], address_of(draft.place), shown, len(written.media_ids), draft.updated_at
    )


@pages.get("/drafts", needs=MEMBERS)
async def drafts(v: Visit) -> Reply:
    """All of them, the newest first."""

    def look(r: Read) -> list[Begun]:
        return [_begun(one) for one in drafting.drafts_of(r, v.me)]

    return v.show("posts/drafts.html", drafts=await v.read(look), done=v.done)


@pages.post("/drafts/{draft:str}/delete", needs=MEMBERS)
async def discard(v: Visit) -> Reply:
    """Throw one away."""
    await v.form()
    draft_id = read_id(v.argument("draft"))
    if draft_id is None:
        raise NotFound()
    await v.write(drafting.discard_draft, draft_id)
    return v.go("/drafts?done=discarded")
