"""What there is to translate: the texts that templates, Python and scripts of pages mark, and how catalogues lie.

Texts are marked by the functions of the room `languages`; the first line of an error's docstring is one by itself.
"""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment, nodes
from jinja2.ext import extract_from_ast

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "holdfast"
FOLDER = SOURCE / "languages"
TEMPLATES = SOURCE / "web" / "templates"
SCRIPTS = SOURCE / "web" / "static" / "js"
WIDTH = 120
# Rooms that speak to programs, and to those who run the server, in English.
ENGLISH_ONLY = {"cli", "mastodon", "ops", "outgoing", "site", "vendors"}

# Function: where its text, its plural and its context stand among the arguments.
FUNCTIONS: dict[str, tuple[int, int | None, int | None]] = {
    "_": (0, None, None),
    "gettext": (0, None, None),
    "N_": (0, None, None),
    "say": (0, None, None),
    "ngettext": (0, 1, None),
    "say_many": (0, 1, None),
    "pgettext": (1, None, 0),
    "npgettext": (1, 2, 0),
}
IN_SCRIPTS = {"say": None, "sayMany": (1, 2)}


@dataclass(order=True, frozen=True)
class Message:
    """One text: its English, its plural, and what tells it from another of the same letters."""

    msgid: str
    plural: str = ""
    context: str = ""


@dataclass
class Found:
    """All texts with the files that have them, and what cannot be a text."""

    places: dict[Message, set[str]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def add(self, message: Message, path: Path) -> None:
        """Note a text."""
        self.places.setdefault(message, set()).add(path.relative_to(SOURCE).as_posix())


def environment() -> Environment:
    """Jinja as the pages have it, as far as texts go."""
    env = Environment(trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n"])  # noqa: S701 -- only parses
    env.newstyle_gettext = True  # type: ignore[attr-defined]
    env.policies["ext.i18n.trimmed"] = True
    return env


def collect() -> Found:
    """Every text of the source."""
    found = Found()
    env = environment()
    for path in sorted(TEMPLATES.rglob("*.html")):
        from_template(env, path, found)
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(SOURCE.rglob("*.py"))}
    problems = family(trees.values())
    for path, tree in trees.items():
        from_python(path, tree, problems, found)
    for path in sorted(SCRIPTS.glob("*.js")):
        from_script(path, found)
    _one_plural_each(found)
    return found


def from_template(env: Environment, path: Path, found: Found) -> None:
    """The texts of one template."""
    tree = env.parse(path.read_text(encoding="utf-8"))
    for call in tree.find_all(nodes.Call):
        name = call.node.name if isinstance(call.node, nodes.Name) else ""
        if name in FUNCTIONS and not isinstance(call.args[FUNCTIONS[name][0]], nodes.Const):
            found.wrong.append(f"{shown(path)}:{call.lineno}: {name}() takes a constant; a Sentence needs no call.")
    for _line, function, given in extract_from_ast(tree):
        strings = (given,) if isinstance(given, str) or given is None else given
        place, plural, context = FUNCTIONS[function]
        if len(strings) > place and strings[place] is not None:
            second = strings[plural] if plural is not None and len(strings) > plural else ""
            first = strings[context] if context is not None else ""
            found.add(Message(strings[place] or "", second or "", first or ""), path)


def from_python(path: Path, tree: ast.Module, problems: set[str], found: Found) -> None:
    """The texts of one module, and the sentences that its errors say by default."""
    if path.is_relative_to(FOLDER) or is_english_only(path):
        return  # the functions themselves; and functions of other rooms that are called the same
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) in FUNCTIONS:
            place, plural, context = FUNCTIONS[_called(node)]
            wanted = [position for position in (place, plural, context) if position is not None]
            texts = {p: _constant(node.args[p]) if len(node.args) > p else None for p in wanted}
            if None in texts.values():
                # A Sentence may be said where it is wanted at once; what is made up on the way has no translation.
                if not (_called(node) == "_" and isinstance(node.args[0], ast.Name | ast.Attribute | ast.Subscript)):
                    found.wrong.append(f"{shown(path)}:{node.lineno}: {_called(node)}() takes constants.")
                continue
            chosen = [texts[position] or "" if position is not None else "" for position in (place, plural, context)]
            found.add(Message(*chosen), path)
        elif isinstance(node, ast.ClassDef) and node.name in problems:
            doc = ast.get_docstring(node)
            if doc:
                found.add(Message(doc.strip().splitlines()[0]), path)


def is_english_only(path: Path) -> bool:
    """Whether nothing that this module says is shown on pages."""
    return path.relative_to(SOURCE).parts[0] in ENGLISH_ONLY


def from_script(path: Path, found: Found) -> None:
    """The texts of one module of the pages' scripts."""
    with path.open("rb") as file:
        for _line, given, _comments, _context in extract("javascript", file, IN_SCRIPTS, options={"encoding": "utf-8"}):
            message = Message(given) if isinstance(given, str) else Message(given[0], given[1])
            found.add(message, path)


def family(trees: Iterable[ast.Module], head: str = "Problem") -> set[str]:
    """The names of all errors that descend from one."""
    bases = {
        node.name: {base.id if isinstance(base, ast.Name) else getattr(base, "attr", "") for base in node.bases}
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    known = {head}
    while True:
        more = {name for name, above in bases.items() if name not in known and above & known}
        if not more:
            return known - {head}
        known |= more


def _one_plural_each(found: Found) -> None:
    """A text that stands alone and with a plural is one entry; two plurals for one text are a mistake."""
    plurals: dict[tuple[str, str], str] = {}
    for message in sorted(found.places):
        if message.plural:
            before = plurals.setdefault((message.context, message.msgid), message.plural)
            if before != message.plural:
                found.wrong.append(f"{message.msgid!r} has two plurals: {before!r} and {message.plural!r}.")
    for message in [one for one in found.places if not one.plural and (one.context, one.msgid) in plurals]:
        full = Message(message.msgid, plurals[(message.context, message.msgid)], message.context)
        found.places[full] |= found.places.pop(message)


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def _constant(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# The catalogues


def catalogues() -> Iterator[Path]:
    """Every language's file."""
    yield from sorted(FOLDER.glob("*.po"))


def read(path: Path) -> Catalog:
    """A catalogue from its file."""
    with path.open("rb") as file:
        return read_po(file, locale=path.stem.replace("-", "_"), abort_invalid=True)


def written(found: Found, path: Path, more: dict[str, str | list[str]] | None = None) -> str:
    """The file of a language as it has to be: the same head, every text once, what was translated kept.

    ``more`` has further translations under ``text`` or ``context\\x04text``.
    """
    old = read(path)
    new = Catalog(locale=path.stem.replace("-", "_"), fuzzy=False)
    for message, places in found.places.items():
        key = f"{message.context}\x04{message.msgid}" if message.context else message.msgid
        identifier = (message.msgid, message.plural) if message.plural else message.msgid
        before = old.get(message.msgid, message.context or None)
        given = (more or {}).get(key)
        string = _fitting(given, message, old.num_plurals) if given is not None else before and before.string
        if not _fits(string, message, old.num_plurals):
            string = ("",) * old.num_plurals if message.plural else ""
        flags = (before.flags & {"fuzzy"} if before else set()) | _format(message)
        comments = before.user_comments if before else ()
        locations = [(place, 0) for place in sorted(places)]
        added = new.add(identifier, string, locations, flags, user_comments=comments, context=message.context or None)
        added.flags.discard("python-brace-format")
    buffer = io.BytesIO()
    write_po(buffer, new, WIDTH, omit_header=True, sort_output=True, ignore_obsolete=True, include_lineno=False)
    head = path.read_text(encoding="utf-8").partition("\n\n")[0]
    return f"{head}\n\n{buffer.getvalue().decode().strip()}\n"


def _fitting(given: str | list[str], message: Message, forms: int) -> str | tuple[str, ...]:
    if message.plural and isinstance(given, list):
        return tuple(given)
    if message.plural and isinstance(given, str):
        return (given,) * forms
    return given if isinstance(given, str) else given[0]


def _fits(string: object, message: Message, forms: int) -> bool:
    if message.plural:
        return isinstance(string, tuple) and len(string) == forms
    return isinstance(string, str)


def _format(message: Message) -> set[str]:
    return {"python-format"} if re.search(r"%\(\w+\)s", message.msgid + message.plural) else set()
