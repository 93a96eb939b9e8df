"""Writing: new posts, replies, changes, what was deleted and is written anew; with drafts that live on the server.

Without a script everything goes in steps: a button that adds files or takes one off saves the draft and comes back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from litestar.datastructures import UploadFile

from holdfast import people, posts
from holdfast.errors import Invalid, NotFound, Problem, Refused
from holdfast.languages import N_, say, say_many
from holdfast.posts import Draft, drafting
from holdfast.posts.drafting import DraftPlace, Made, SavedDraft, Written
from holdfast.posts.errors import AlreadyPublished
from holdfast.posts.scheduling import SHORTEST_WAIT_MS
from holdfast.store import SECOND, Read, read_id
from holdfast.web.forms import Form, explained
from holdfast.web.pages import MEMBERS, Pages, replies_json
from holdfast.web.problems import answer_for
from holdfast.web.reading.cards import Card, cards
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit
from holdfast.web.writing import write_form as f
from holdfast.writes import Ability, check_mode

pages = Pages()

UPLOAD_LIMIT = 272 * 1024 * 1024  # bytes of a form; the smaller limits of a file are server settings
STRICTNESS = ("public", "unlisted", "private", "direct")
HEADINGS = {
    drafting.NEW: N_("Write"),
    drafting.REPLY: N_("Reply"),
    drafting.QUOTE: N_("Quote"),
    drafting.EDIT: N_("Edit"),
    drafting.ANEW: N_("Write anew"),
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the page shows beside the form: where the draft belongs, and the post that is answered."""

    place: DraftPlace
    answered: Card | None
    quoted: Card | None
    saved: SavedDraft | None

    @property
    def in_reply_to_id(self) -> int | None:
        """The post that is answered; of a reply also one that is gone, so that this is told when it is sent."""
        if self.place.kind == drafting.REPLY:
            return self.place.target_id
        return self.answered.id if self.answered and self.place.kind == drafting.ANEW else None

    @property
    def quote_of_id(self) -> int | None:
        """The post that is quoted, also one that is gone, so that this is told when it is sent."""
        if self.place.kind == drafting.QUOTE:
            return self.place.target_id
        return self.quoted.id if self.quoted and self.place.kind == drafting.ANEW else None

    @property
    def is_parent_gone(self) -> bool:
        """Whether what this answers or quotes is gone, or hidden from the member."""
        if self.place.kind == drafting.ANEW and self.saved is not None:
            draft = self.saved.written.draft
            answers, quotes = draft.in_reply_to_id is not None, draft.quote_of_id is not None
            return (answers and self.answered is None) or (quotes and self.quoted is None)
        if self.place.kind == drafting.QUOTE:
            return self.quoted is None
        return self.place.kind == drafting.REPLY and self.answered is None


@pages.get("/write", needs=MEMBERS)
async def write_page(v: Visit) -> Reply:
    """The form: with the draft of this place where there is one, else with what suits it."""

    def look(r: Read) -> tuple[Sheet, Form]:
        sheet = _sheet(r, v, _asked(v))
        if sheet.saved is None and sheet.is_parent_gone:
            raise NotFound()
        return sheet, _filled(r, v, sheet)

    sheet, form = await v.read(look)
    return await _show(v, sheet, form)


def _asked(v: Visit) -> DraftPlace:
    for name, kind in f.QUERIES.items():
        if v.query(name):
            target = read_id(v.query(name))
            if target is None:
                raise NotFound()
            return DraftPlace(kind, target)
    return DraftPlace()


def _sheet(r: Read, v: Visit, place: DraftPlace) -> Sheet:
    """Raises :class:`NoSuchStatus` where there is nothing to change, :class:`NotFound` where nothing was begun."""
    if place.kind in (drafting.REPLY, drafting.QUOTE):
        post = _card(r, v, place.target_id)
        if post is not None:  # a boost is answered by answering what it boosts
            place = DraftPlace(place.kind, post.id)
        is_reply = place.kind == drafting.REPLY
        return Sheet(place, post if is_reply else None, None if is_reply else post, drafting.draft_at(r, v.me, place))
    saved = drafting.draft_at(r, v.me, place)
    if place.kind == drafting.EDIT:
        source = posts.source(r, v.me, place.target_id)
        return Sheet(place, _card(r, v, source.in_reply_to_id), _card(r, v, source.quote_of_id), saved)
    if place.kind == drafting.ANEW:
        if saved is None:
            raise NotFound()
        draft = saved.written.draft
        return Sheet(place, _card(r, v, draft.in_reply_to_id), _card(r, v, draft.quote_of_id), saved)
    return Sheet(place, None, None, saved)


def _card(r: Read, v: Visit, status_id: int | None) -> Card | None:
    found = cards(r, v.me, [status_id], v.db.base_url, now=v.db.clock.now()) if status_id is not None else []
    return found[0] if found else None


def _filled(r: Read, v: Visit, sheet: Sheet) -> Form:
    """The form before anything was sent."""
    if sheet.saved is not None:
        written, key = sheet.saved.written, sheet.saved.key
    else:
        written, key = _begun(r, v, sheet), drafting.new_key()
    known = posts.media_by_ids(r, written.draft.media_ids)
    described: dict[str, Any] = {}
    for one in known.values():
        described |= f.described(one.id, one.description, one.focus)
    values = described | f.values_of(written) | {"key": key}
    shared = _shared(v) if sheet.place.kind == drafting.NEW else ""
    if shared:
        values["text"] = "\n\n".join(part for part in (values["text"], shared) if part)
    return Form().starting_with(**values)


def _shared(v: Visit) -> str:
    """What another app or page hands over to be written about."""
    parts = dict.fromkeys(v.query(name).strip() for name in ("title", "text", "url"))
    return "\n".join(part for part in parts if part)[: drafting.LONGEST_DRAFT]


def _begun(r: Read, v: Visit, sheet: Sheet) -> Written:
    """What stands in a form in whose place nothing was written yet."""
    me = v.member
    assert me is not None
    if sheet.place.kind == drafting.EDIT:
        return _as_it_is(r, v, sheet.place.target_id)
    language = drafting.last_language(r, v.me) or me.default_language
    post = sheet.answered
    if post is None:
        draft = Draft(
            visibility=me.default_visibility,
            is_sensitive=me.default_sensitive,
            language=language,
            quote_policy=me.default_quote_policy,
        )
        return Written(draft)
    content = posts.contents(r, [post.id])[post.id]
    names = [post.handle, *(f"{row[1]}@{row[2]}" if row[2] else row[1] for row in content.mentions)]
    greeted = [f"@{name} " for name in dict.fromkeys(names) if name != me.username]
    draft = Draft(
        text="".join(greeted),
        visibility=max(post.visibility, me.default_visibility, key=STRICTNESS.index),
        spoiler_text=post.warning,
        is_sensitive=me.default_sensitive or post.is_sensitive,
        language=post.language or language,
        quote_policy=me.default_quote_policy,
    )
    return Written(draft)


def _as_it_is(r: Read, v: Visit, status_id: int) -> Written:
    """An own post as it was typed."""
    source = posts.source(r, v.me, status_id)
    poll = posts.poll_facts(r, v.me, [source.poll_id] if source.poll_id else [])
    draft = Draft(
        text=source.text,
        spoiler_text=source.spoiler_text,
        is_sensitive=source.is_sensitive,
        language=source.language,
        media_ids=source.media_ids,
        poll=next(
            (posts.PollDraft(one.options, f.DAY_S, one.is_multiple, one.hides_totals) for one in poll.values()), None
        ),
        reply_policy=source.reply_policy,
    )
    return Written(draft)


async def _show(v: Visit, sheet: Sheet, form: Form, problem: Problem | None = None) -> Reply:
    settings, now = v.db.settings, v.db.clock.now()
    values: dict[str, Any] = {
        "place": sheet.place,
        "heading": HEADINGS[sheet.place.kind],
        "answered": sheet.answered,
        "quoted": sheet.quoted,
        "is_parent_gone": sheet.is_parent_gone,
        "saved": sheet.saved,
        "is_edit": sheet.place.kind == drafting.EDIT,
        "attachments": await v.read(f.attachments, v.me, f.media_ids_in(form)),
        "audiences": f.AUDIENCES,
        "buttons": f.BUTTONS,
        "may_reply": f.MAY_REPLY,
        "may_quote": (f.AS_IT_IS, *f.MAY_QUOTE) if sheet.place.kind == drafting.EDIT else f.MAY_QUOTE,
        "languages": f.languages_shown(),
        "choices": f.choices_shown(form, settings),
        "poll_lengths": f.poll_lengths(form, settings),
        "soonest": f.moment(now + SHORTEST_WAIT_MS + 60 * SECOND),
        "shared": _shared(v) if sheet.place.kind == drafting.NEW else "",
        "done": v.done,
    }
    if problem is None:
        return v.show("posts/write.html", form=form, **values)
    form.refused(problem, f.NAMES)
    return v.again("posts/write.html", form, problem, **values)


@pages.post("/write", needs=MEMBERS, body_limit=UPLOAD_LIMIT)
async def write(v: Visit) -> Reply:
    """Publish, save, add files or take one off, as the pressed button says; whatever goes wrong, the form is kept."""
    form = await v.form()
    place = DraftPlace(form.text("kind") or drafting.NEW, read_id(form.text("target")) or 0)
    sheet = await v.read(_sheet, v, place)
    action, _, number = form.text("do").partition("-")
    try:
        await _take_files(v, form)
        if action == "remove":
            kept = tuple(one for one in f.media_ids_in(form) if str(one) != number)
            f.keep_media(form, kept)
        written = f.written_in(form, v.db.settings, sheet.in_reply_to_id, sheet.quote_of_id)
        if action in ("save", "files", "remove"):
            await v.write(drafting.save_draft, sheet.place, form.text("key"), written)
            start = f.address_of(sheet.place)
            return _on(v, f"{start}{'&' if '?' in start else '?'}done={'draft' if action == 'save' else 'files'}")
        if action != "publish":
            raise Invalid(say("This form is not complete; please load the page again."))
        await _ask_for_descriptions(v, form, written)
        made = await v.write(drafting.publish_written, sheet.place, form.text("key"), written)
        return _on(v, _where(v, made))
    except Problem as problem:
        return await _refused(v, sheet, form, problem)


async def _ask_for_descriptions(v: Visit, form: Form, written: Written) -> None:
    """Ask once for the descriptions that are missing; who sends the form again wants to go without."""
    asked = form.text("alt_asked").split(",")
    found = await v.read(f.attachments, v.me, written.draft.media_ids)
    try:
        f.check_descriptions(written, found, asked)
    except Invalid:
        form.sent["alt_asked"] = [form.text("media_ids")]
        raise


async def _refused(v: Visit, sheet: Sheet, form: Form, problem: Problem) -> Reply:
    """The form once more, with all that was written."""
    if isinstance(problem, AlreadyPublished):
        form.sent["key"] = [drafting.new_key()]
    if isinstance(problem, NotFound | Refused):  # of something that the form names, not of the page
        problem = Invalid(problem.said)
    return await _show(v, sheet, form, problem)


def _on(v: Visit, to: str) -> Reply:
    """Go on there; a script is told where."""
    return v.finished(replies_json({"to": to})) if v.is_fragment else v.go(to)


def _where(v: Visit, made: Made) -> str:
    assert v.member is not None
    if made.status_id is None:
        return "/scheduled?done=scheduled"
    return f"/@{v.member.username}/{made.status_id}#post-{made.status_id}"  # below what it answers


async def _take_files(v: Visit, form: Form) -> None:
    """Take in the files that came with the form. Those that are good stay in it, whatever is wrong with others."""
    files = form.uploads.get("files", [])
    known, most = f.media_ids_in(form), v.db.settings.most_media
    if not files:
        return
    if len(known) + len(files) > most:
        words = say_many(
            "A post has at most %(num)s file. Choose fewer.", "A post has at most %(num)s files. Choose fewer.", most
        )
        raise Invalid.field("files", "ERR_TOO_MANY", words)
    wrong: list[Problem] = []
    for file in files:
        try:
            known = (*known, await _take(v, file))
        except Problem as problem:
            wrong.append(problem)
    f.keep_media(form, known)
    if wrong:
        raise wrong[0]


async def _take(v: Visit, file: UploadFile) -> int:
    """Take in one file: a picture is ready afterwards, a recording waits to be worked on. Its id.

    Paid from the same budget as uploads by apps. Raises :class:`TooMany` where it is spent.
    """
    v.web.budgets.spend(v.me, "upload")
    uploads = v.web.uploads
    place = uploads.storage.places()[0]
    await v.read(check_mode, Ability.MEDIA, v.db.clock.now())
    source = await asyncio.to_thread(uploads.recording, file.file, partial(posts.check_recording, v.db, v.me))
    if source is not None:
        return await v.write(posts.accept_recording, source, place=place)
    file.file.seek(0)
    stored = await asyncio.to_thread(uploads.picture, file.file)
    return await v.write(
        posts.accept_upload,
        stored.processed,
        original_key=stored.original_key,
        preview_key=stored.preview_key,
        place=place,
    )


@pages.post("/write/files", needs=MEMBERS, body_limit=UPLOAD_LIMIT)
async def take_file(v: Visit) -> Reply:
    """Take in one file for a script, and answer with its part of the form."""
    form = await v.form()
    file = form.files.get("file")
    try:
        if file is None:
            raise Invalid.field("file", "ERR_BLANK", say("Choose a file"))
        media_id = await _take(v, file)
    except Problem as problem:
        status, retry_after = answer_for(problem)
        answer = replies_json({"error": explained(problem)}, status)
        return v.finished(answer.header("retry-after", retry_after) if retry_after else answer)
    return await _attachment(v, media_id)


@pages.get("/write/files/{media:str}", needs=MEMBERS)
async def show_file(v: Visit) -> Reply:
    """One own file's part of the form, for a script that finds it in a draft."""
    media_id = read_id(v.argument("media"))
    if media_id is None:
        raise NotFound()
    return await _attachment(v, media_id)


async def _attachment(v: Visit, media_id: int) -> Reply:
    def look(r: Read) -> tuple[list[f.Attachment], Form]:
        found = posts.own_media(r, v.me, media_id)
        form = Form().starting_with(**f.described(media_id, found.description, found.focus))
        return f.attachments(r, v.me, (media_id,)), form

    found, form = await v.read(look)
    return v.show("posts/_attachment_alone.html", one=found[0], form=form)


@pages.get("/write/suggestions.json", needs=MEMBERS)
async def suggestions(v: Visit) -> Reply:
    """How ``q`` may go on: ``@name``, ``#tag`` or ``:emoji``; for a script."""
    found = await v.read(_suggested, v, v.query("q")[:100])
    return v.finished(replies_json(found))


MOST_SUGGESTED = 8


def _suggested(r: Read, v: Visit, asked: str) -> Sequence[dict[str, str]]:
    sign, rest = asked[:1], asked[1:]
    if sign == "@":
        ids = people.search(r, v.me, rest, limit=MOST_SUGGESTED, local_domain=v.db.local_domain)
        known = people.accounts_by_ids(r, ids)
        return [{"text": f"@{known[one].handle}", "label": known[one].display_name} for one in ids if one in known]
    if sign == "#":
        tags = posts.search_tags(r, rest, v.db.clock.now(), limit=MOST_SUGGESTED)
        return [{"text": f"#{one.display_name}", "label": ""} for one in tags]
    if sign == ":":
        wanted = rest.casefold()
        names = sorted(name for name in v.web.emojis.known if name.casefold().startswith(wanted))
        picture = v.web.emojis.known
        return [
            {"text": f":{name}:", "label": "", "picture": f"/media/emoji/{picture[name].still_key}"}
            for name in names[:MOST_SUGGESTED]
        ]
    return []
