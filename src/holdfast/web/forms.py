"""Forms: reading what was sent, keeping it for the form that comes back, and saying what is wrong with it.

Passwords are never among what is kept.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from typing import Any

from litestar import Request
from litestar.datastructures import UploadFile
from litestar.types import HTTPRequestEvent

from holdfast.errors import FieldError, Invalid, Problem, Refused, TooMany
from holdfast.languages import _, in_time, say, spoken
from holdfast.store import read_id

MOST_FIELDS = 400
LONGEST_FIELD = 400_000  # characters; the terms of a server are the longest text that a form carries
MOST_THROWN_AWAY = 64 * 1024 * 1024  # bytes; a body that is larger still is cut off after all
MOST_IN_MEMORY = 1024 * 1024  # bytes of a body; what is larger waits on the disk
PIECE = 256 * 1024  # bytes
SECRETS = frozenset({"password", "new_password", "current_password", "repeated", "code", "challenge", "proof"})


class ForeignForm(Refused):
    """This form was sent from another site, so nothing was changed. Open the page here and send it again."""

    key = "foreign_form"


class StaleForm(Refused):
    """This form is no longer valid, so nothing was changed. Load the page again and send it once more."""

    key = "stale_form"


class TooLarge(Invalid):
    """What you sent is larger than this server takes."""

    key = "too_large"


class Form:
    """What a form holds: the values to show in it, and what is wrong."""

    def __init__(
        self, values: dict[str, list[str]] | None = None, uploads: dict[str, list[UploadFile]] | None = None
    ) -> None:
        self.sent = values or {}
        self.uploads = uploads or {}
        self.files = {name: found[-1] for name, found in self.uploads.items()}
        self.wrong: dict[str, str] = {}
        self.problem: Problem | None = None
        self.defaults: dict[str, Any] = {}

    def starting_with(self, **values: Any) -> Form:
        """Give the values that the form shows before anything was sent."""
        self.defaults = values
        return self

    def value(self, name: str) -> Any:
        """What a field shows; nothing for passwords and codes."""
        if name in SECRETS:
            return ""
        if name in self.sent:
            return self.text(name)
        found = self.defaults.get(name, "")
        return "" if found is None else found

    def is_on(self, name: str) -> bool:
        """Whether a tick is set in a field as it is shown."""
        return bool(self.sent[name]) if name in self.sent else (not self.sent and bool(self.defaults.get(name)))

    def text(self, name: str) -> str:
        """What was sent, without blanks at both ends; empty when nothing was."""
        return self.raw(name).strip()

    def raw(self, name: str) -> str:
        """What was sent, as it was sent; for passwords."""
        found = self.sent.get(name)
        return found[0] if found else ""

    def several(self, name: str) -> list[str]:
        """All values that were sent under one name."""
        return list(self.sent.get(name, ()))

    def ticked(self, name: str) -> bool:
        """Whether a tick was sent."""
        return bool(self.raw(name))

    def lines(self, name: str) -> list[str]:
        """The lines of a text, without empty ones."""
        return [line.strip() for line in self.text(name).splitlines() if line.strip()]

    def number(self, name: str, *, least: int = 0, most: int = 2**31 - 1, label: str = "") -> int | None:
        """A whole number, None when nothing was sent. Raises :class:`Invalid` on anything else."""
        text = self.text(name)
        if not text:
            return None
        shown = label or name.replace("_", " ").capitalize()
        if not (text.isascii() and text.isdigit() and len(text) < 12 and least <= int(text) <= most):
            wrong = say(
                "%(field)s must be a whole number from %(least)s to %(most)s", field=shown, least=least, most=most
            )
            raise Invalid.field(name, "ERR_INVALID", wrong)
        return int(text)

    def identifier(self, name: str = "id") -> int:
        """An id. Raises :class:`Invalid`."""
        number = read_id(self.text(name))
        if number is None:
            raise Invalid.field(name, "ERR_INVALID", say("This form is not complete; please load the page again"))
        return number

    def choice(self, name: str, choices: Iterable[str], fallback: str | None = None) -> str:
        """One of the choices. Raises :class:`Invalid` for others, unless nothing was sent and there is a fallback."""
        text = self.text(name)
        if text in choices:
            return text
        if fallback is not None and not text:
            return fallback
        raise Invalid.field(name, "ERR_INCLUSION", say("Choose one of the answers"))

    def wants_same(self, first: str, second: str, message: str) -> None:
        """Raise :class:`Invalid` when two fields differ."""
        if self.raw(first) != self.raw(second):
            raise Invalid.field(second, "ERR_CONFIRMATION", message)

    def refused(self, problem: Problem, names: dict[str, str] | None = None) -> Form:
        """Note why the form was not accepted. ``names`` maps fields of the problem to fields of this form."""
        self.problem = problem
        for field in getattr(problem, "fields", ()):
            name = (names or {}).get(field.field, field.field)
            self.wrong.setdefault(name, sentence(field.said))
        return self

    @property
    def summary(self) -> list[tuple[str, str]]:
        """What to say on top: (field or empty, sentence)."""
        if self.problem is None:
            return []
        if self.wrong:
            return list(self.wrong.items())
        return [("", explained(self.problem))]


def explained(problem: Problem) -> str:
    """A problem in words that say what to do."""
    words = sentence(problem.said)
    if isinstance(problem, TooMany):
        return f"{words} {_('You can try again %(when)s.', when=in_time(problem.retry_after))}"
    return words


def sentence(text: str) -> str:
    """A message as a whole sentence, in the language in force."""
    words = spoken(text).strip()
    if not words:
        return _("Something in this form is not right.")
    words = words[0].upper() + words[1:]
    return words if words[-1] in ".!?" else f"{words}."


def field_problem(name: str, message: str) -> Invalid:
    """One field is wrong."""
    return Invalid(message, fields=(FieldError(name, "ERR_INVALID", message),))


async def take_body(request: Request[Any, Any, Any], limit: int) -> None:
    """Receive the whole body before anything is answered, even to refuse it: a browser whose sending is cut off
    shows a broken connection instead of the answer. Raises :class:`TooLarge`, having thrown away what came.
    """
    kept = tempfile.SpooledTemporaryFile(max_size=MOST_IN_MEMORY)  # noqa: SIM115  # closed with the request
    size = 0
    while True:
        message = await request.receive()
        if message["type"] != "http.request":
            raise Invalid(say("The connection ended before the whole form had arrived."))
        part: bytes = message.get("body", b"")
        size += len(part)
        if size <= limit:
            kept.write(part)
        if size > MOST_THROWN_AWAY + limit or not message.get("more_body", False):
            break
    if size > limit:
        raise TooLarge()
    kept.seek(0)

    async def again() -> HTTPRequestEvent:
        piece = kept.read(PIECE)
        return {"type": "http.request", "body": piece, "more_body": kept.tell() < size}

    request.receive = again


async def read_form(request: Request[Any, Any, Any]) -> Form:
    """The form in the body. Raises :class:`Invalid` for too many or too long fields."""
    data = await request.form()
    values: dict[str, list[str]] = {}
    files: dict[str, list[UploadFile]] = {}
    for count, (name, value) in enumerate(data.multi_items(), start=1):
        if count > MOST_FIELDS:
            raise Invalid(say("This form has too many fields."))
        if isinstance(value, UploadFile):
            if value.filename:
                files.setdefault(name, []).append(value)
            continue
        text = str(value)
        if len(text) > LONGEST_FIELD:
            raise Invalid.field(
                name, "ERR_TOO_LONG", say("This is too long (maximum is %(most)s characters)", most=LONGEST_FIELD)
            )
        if "\0" in text or "\0" in name:
            raise Invalid(say("The form has a character in it that cannot be stored."))
        values.setdefault(name, []).append(text.replace("\r\n", "\n"))
    return Form(values or {"": [""]}, files)
