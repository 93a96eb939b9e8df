"""The form in which a post is written: what stands in it at first, and what was written when it comes back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from holdfast import posts
from holdfast.config import ServerSettings
from holdfast.errors import Invalid
from holdfast.languages import N_, _, duration, language_names, say, say_many
from holdfast.posts import Draft, MediaChange, PollDraft, drafting
from holdfast.posts.drafting import DraftPlace, Written
from holdfast.posts.languages import LANGUAGES
from holdfast.store import MINUTE, SECOND, Read, json_value, read_id
from holdfast.web.forms import Form, field_problem

MOMENT = "%Y-%m-%dT%H:%M"  # as browsers send a date with its time
FEWEST_CHOICES = 4
SPARE_CHOICES = 2
DAY_S = 86_400
POLL_LENGTHS = (300, 1_800, 3_600, 21_600, 43_200, DAY_S, 3 * DAY_S, 7 * DAY_S, 14 * DAY_S, 30 * DAY_S)

AUDIENCES = (
    ("public", N_("Public: everybody")),
    ("unlisted", N_("Quiet public: everybody, but not in public feeds")),
    ("private", N_("Followers: those who follow you")),
    ("direct", N_("Mentioned people: those named in the text")),
)
BUTTONS = (
    ("public", N_("Post publicly")),
    ("unlisted", N_("Post quietly")),
    ("private", N_("Post to followers")),
    ("direct", N_("Send to mentioned people")),
)
MAY_REPLY = (
    ("public", N_("Everybody who can see it")),
    ("followers", N_("Your followers, and those you mention")),
    ("mentioned", N_("Those you mention")),
    ("nobody", N_("Nobody")),
)
MAY_QUOTE = (
    ("public", N_("Everybody, if everybody can see it")),
    ("followers", N_("Your followers")),
    ("nobody", N_("Nobody")),
)
AS_IT_IS = ("", N_("As it is"))
NOUNS = {"image": N_("Picture"), "audio": N_("Sound"), "video": N_("Video")}
QUERIES = {"reply": drafting.REPLY, "quote": drafting.QUOTE, "edit": drafting.EDIT, "redraft": drafting.ANEW}
"""What the address of the page calls each place; a new post needs no name."""

NAMES = {"media_ids": "files", "file": "files", "poll": "choice_0", "idempotency_key": "text"}
"""Fields of the commands' errors, and the fields of the form that they are about."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture, film or sound in the form; ``small_url`` is empty where there is nothing to look at yet."""

    id: int
    kind: str
    state: str
    small_url: str
    problem: str

    @property
    def noun(self) -> str:
        """What it is, in a word."""
        return NOUNS.get(self.kind, NOUNS["video"])


def attachments(r: Read, owner: int, media_ids: tuple[int, ...]) -> list[Attachment]:
    """The files of the form that are there and the member's own, in order."""
    known = posts.media_by_ids(r, media_ids)
    found = [known[number] for number in media_ids if number in known and known[number].account_id == owner]
    return [Attachment(one.id, one.kind, one.state, _small(one), one.problem or "") for one in found]


def _small(one: posts.Media) -> str:
    small = (json_value(one.meta) or {}).get("small")
    return f"/media/small/{one.file_name}?{small.get('mark') or ''}".removesuffix("?") if small else ""


def media_ids_in(form: Form) -> tuple[int, ...]:
    """The ids of the files in the form."""
    found = (read_id(part) for part in str(form.value("media_ids")).split(","))
    return tuple(dict.fromkeys(number for number in found if number is not None))


def keep_media(form: Form, media_ids: tuple[int, ...]) -> None:
    """Let the form hold these files from now on."""
    form.sent["media_ids"] = [",".join(str(number) for number in media_ids)]


def values_of(written: Written) -> dict[str, Any]:
    """What stands in the form's fields for what was written."""
    draft, poll = written.draft, written.draft.poll
    values: dict[str, Any] = {
        "text": draft.text,
        "spoiler_text": draft.spoiler_text,
        "visibility": draft.visibility or "",
        "reply_policy": draft.reply_policy or "public",
        "quote_policy": draft.quote_policy or "",
        "language": draft.language or "",
        "is_sensitive": bool(draft.is_sensitive),
        "media_ids": ",".join(str(number) for number in draft.media_ids),
        "poll_length": str(DAY_S),
        "scheduled_at": moment(written.scheduled_at) if written.scheduled_at else "",
    }
    if poll is not None:
        values |= {f"choice_{place}": title for place, title in enumerate(poll.options)}
        values |= {"poll_length": str(poll.expires_in_s), "is_multiple": poll.is_multiple}
        values["hides_totals"] = poll.hides_totals
    for change in written.media_changes:
        values |= described(change.media_id, change.description or "", change.focus)
    return values


def described(media_id: int, description: str, focus: tuple[float, float] | None) -> dict[str, Any]:
    """The fields of one file: its description and what must stay visible of it."""
    x, y = focus or (None, None)
    return {f"alt_{media_id}": description, f"focus_x_{media_id}": x, f"focus_y_{media_id}": y}


def moment(ms: int) -> str:
    """A time as the field for it shows it, in UTC."""
    return datetime.fromtimestamp(ms / SECOND, UTC).strftime(MOMENT)


def moment_in(form: Form, name: str = "scheduled_at") -> int | None:
    """A time in milliseconds, None when nothing was sent. Raises :class:`Invalid`.

    It is in UTC, or as many minutes from there as a script in the browser says in ``utc_offset``.
    """
    text = form.text(name)
    if not text:
        return None
    offset = form.text("utc_offset")
    try:
        at = datetime.strptime(text[:16], MOMENT).replace(tzinfo=UTC)
        minutes = int(offset) if offset else 0
        return int(at.timestamp()) * SECOND - max(-1_440, min(1_440, minutes)) * MINUTE
    except (ValueError, OverflowError) as fault:
        raise field_problem(name, say("Write the date and the time, as in 2031-05-17T09:30")) from fault


def written_in(
    form: Form, settings: ServerSettings, in_reply_to_id: int | None, quote_of_id: int | None = None
) -> Written:
    """What was written. Raises :class:`Invalid` for what cannot be understood, never for what is not complete."""
    media_ids = media_ids_in(form)
    draft = Draft(
        text=form.raw("text"),
        visibility=form.text("visibility") or None,
        spoiler_text=form.text("spoiler_text"),
        is_sensitive=form.ticked("is_sensitive"),
        language=form.choice("language", LANGUAGES, "") or None,
        in_reply_to_id=in_reply_to_id,
        media_ids=media_ids,
        poll=_poll(form, settings),
        reply_policy=form.choice("reply_policy", [value for value, _ in MAY_REPLY], "public"),
        quote_of_id=quote_of_id,
        quote_policy=form.choice("quote_policy", [value for value, _ in MAY_QUOTE], "") or None,
    )
    changes = tuple(_change(form, media_id, settings) for media_id in media_ids)
    return Written(draft, changes, moment_in(form))


def _poll(form: Form, settings: ServerSettings) -> PollDraft | None:
    names = (f"choice_{place}" for place in range(settings.most_poll_options))
    options = tuple(text for text in map(form.text, names) if text)
    if not options:
        return None
    length = form.number("poll_length", label=say("Length")) or DAY_S
    return PollDraft(options, length, form.ticked("is_multiple"), form.ticked("hides_totals"))


def _change(form: Form, media_id: int, settings: ServerSettings) -> MediaChange:
    description, most = form.text(f"alt_{media_id}"), settings.most_alt_characters
    if len(description) > most:
        raise field_problem(
            f"alt_{media_id}",
            say_many(
                "A description has at most %(num)s character", "A description has at most %(num)s characters", most
            ),
        )
    parts = [form.text(f"focus_{axis}_{media_id}") for axis in "xy"]
    if not any(parts):
        return MediaChange(media_id, description)
    try:
        x, y = (float(part or 0) for part in parts)
    except ValueError as fault:
        raise field_problem(f"focus_x_{media_id}", say("The focus is two numbers from -1 to 1")) from fault
    if not (-1 <= x <= 1 and -1 <= y <= 1):  # not true of NaN either
        raise field_problem(f"focus_x_{media_id}", say("The focus is two numbers from -1 to 1"))
    return MediaChange(media_id, description, (x, y))


def check_descriptions(written: Written, found: Sequence[Attachment], asked: Collection[str]) -> None:
    """Raise :class:`Invalid` that names each file without a description, but for those that were ``asked`` about."""
    without = {change.media_id for change in written.media_changes if not change.description}
    missing = [
        field_problem(f"alt_{one.id}", _asking(one, place))
        for place, one in enumerate(found, start=1)
        if one.id in without and str(one.id) not in asked
    ]
    if missing:
        raise Invalid(fields=[field for problem in missing for field in problem.fields])


def _asking(one: Attachment, place: int) -> str:
    """The words that ask for a file's description."""
    if one.kind == "image":
        return say("Describe picture %(number)s so that everybody can follow", number=place)
    if one.kind == "audio":
        return say("Describe sound %(number)s so that everybody can follow", number=place)
    return say("Describe video %(number)s so that everybody can follow", number=place)


def languages_shown() -> list[tuple[str, str]]:
    """The languages that a post can be in, as the reader's language calls them."""
    return [("", _("Not said")), *language_names(LANGUAGES)]


def choices_shown(form: Form, settings: ServerSettings) -> int:
    """How many fields for a poll's choices: always some that are empty, as far as the server allows."""
    filled = [n for n in range(settings.most_poll_options) if form.value(f"choice_{n}")]
    wanted = max(FEWEST_CHOICES, filled[-1] + 1 + SPARE_CHOICES if filled else 0)
    return min(settings.most_poll_options, wanted)


def poll_lengths(form: Form, settings: ServerSettings) -> list[tuple[str, str]]:
    """The lengths that a poll may have here, and the one that was chosen."""
    allowed = [one for one in POLL_LENGTHS if settings.shortest_poll_seconds <= one <= settings.longest_poll_seconds]
    chosen = str(form.value("poll_length"))
    if chosen.isascii() and chosen.isdigit() and int(chosen) < 10**9:
        allowed.append(int(chosen))
    return [(str(one), duration(one)) for one in sorted(set(allowed))]


def address_of(place: DraftPlace) -> str:
    """The page on which this is written."""
    name = next((name for name, kind in QUERIES.items() if kind == place.kind), "")
    return f"/write?{name}={place.target_id}" if name else "/write"
