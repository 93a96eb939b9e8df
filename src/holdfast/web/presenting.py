"""Templates, and how times, numbers and texts are written in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from holdfast import languages
from holdfast.languages import in_force
from holdfast.posts import Emoji, Emojis
from holdfast.web import speaking
from holdfast.web.assets import SPRITE, Assets
from holdfast.web.forms import explained

FOLDER = Path(__file__).parent / "templates"
_PARAGRAPHS = re.compile(r"\n\s*\n")


def environment(assets: Assets) -> Environment:
    """Jinja with everything escaped and nothing undefined."""
    env = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=speaking.EXTENSIONS,
    )
    speaking.install(env)
    env.globals["asset"] = assets.url
    env.globals["words_file"] = assets.words
    env.globals["explained"] = explained
    env.globals["icon"] = icons(assets)
    env.filters["time"] = time_tag
    env.filters["day"] = day
    env.filters["iso"] = iso
    env.filters["number"] = languages.number
    env.filters["paragraphs"] = paragraphs
    env.filters["rendered"] = rendered
    return env


def icons(assets: Assets) -> Callable[[str], Markup]:
    """``icon(name)``: a drawing beside words, which says nothing to those who hear the page."""
    sprite = assets.url(SPRITE)
    drawing = Markup('<svg class="icon" aria-hidden="true" width="20" height="20"><use href="{}#{}"></use></svg>')
    # Drawn once: a page of posts has more than a hundred.
    known = {name: drawing.format(sprite, name) for name in assets.symbols}

    def icon(name: str) -> Markup:
        found = known.get(name)
        if found is None:
            raise LookupError(f"there is no icon {name}: name it in tools/write_vendor.py and run make vendor")
        return found

    return icon


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def iso(ms: int) -> str:
    """A time for machines."""
    return _moment(ms).strftime("%Y-%m-%dT%H:%M:%SZ")


def day(ms: int) -> str:
    """A date for people."""
    return languages.date(_moment(ms))


def moment(ms: int) -> str:
    """A time for people, with its zone."""
    return languages.moment(_moment(ms))


def time_tag(ms: int | None, otherwise: str = "") -> Markup:
    """A time for people and machines, with its zone."""
    if ms is None:
        return escape(otherwise or languages.pgettext("time", "never"))
    return _time_tag(ms, in_force())


@lru_cache(maxsize=4096)
def _time_tag(ms: int, _language: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(iso(ms), moment(ms))


def shortened(text: str, most: int) -> str:
    """A text in one line of at most so many characters, cut between words."""
    words = " ".join(text.split())
    return words if len(words) <= most else words[: most - 1].rsplit(" ", 1)[0] + "…"


def paragraphs(text: str) -> Markup:
    """Plain text as paragraphs with their line breaks."""
    parts = [part.strip("\n") for part in _PARAGRAPHS.split(text.strip()) if part.strip()]
    lines = (Markup("<br>").join(part.split("\n")) for part in parts)
    return Markup("\n").join(Markup("<p>{}</p>").format(part) for part in lines)


def emoji_filters(emojis: Emojis) -> dict[str, Callable[[str], Markup]]:
    """``emoji_html`` for HTML that has been made safe, ``emoji`` for plain text: both with pictures for emoji, which
    stand still, as nothing plays by itself."""

    def picture(one: Emoji) -> str:
        name = f":{one.shortcode}:"
        return Markup('<img class="emoji" src="/media/emoji/{}" alt="{}" title="{}" loading="lazy">').format(
            one.still_key, name, name
        )

    def safe(html: str) -> Markup:
        return rendered(emojis.replaced(html, picture))

    return {"emoji_html": safe, "emoji": lambda text: safe(str(escape(text)))}


def rendered(html: str) -> Markup:
    """HTML that our own posts and people rooms have made safe."""
    return Markup(html)  # noqa: S704
