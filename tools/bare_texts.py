"""Find texts that nobody could translate: words in templates, and errors with sentences of their own, unmarked.

By itself it looks at the templates that it is given, or at everything: `tools/bare_texts.py [TEMPLATE …]`.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import messages
from jinja2 import Environment, nodes

WORD = re.compile(r"[^\W\d_]{2,}")
SHOWN_ATTRIBUTES = {"alt", "aria-description", "aria-label", "aria-valuetext", "label", "placeholder", "title"}
# What is the same in every language: names, also of languages, and marks of formats.
ALLOWED = {"Holdfast", "UTC", "ALT", "RSS", "Atom", "English", "Deutsch"}
ATTRIBUTES = re.compile(r'\s[a-z-]+="[^"]*"')  # of a macro that writes some inside of its caller's tag
VALUE = "\x00"  # stands for what a template puts in

# A constant in an expression that looks like words to read: "As the system", "Choose one.", "boosted your post".
READS = re.compile(r"[A-Z][a-z']+|[A-Z] [a-z]|.*[a-z][.!?…]$|\s*[a-z']+( [a-z']+){2,}\s*$")
NO_TEXT = re.compile(r"[A-Z][A-Za-z]*-[A-Z]|[a-z0-9_./#:-]+$")


class _Page(HTMLParser):
    """Notes words between and in tags of a template whose own tags are taken out."""

    def __init__(self, path: Path) -> None:
        super().__init__(convert_charrefs=True)
        self.path = path
        self.wrong: list[str] = []

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            is_shown = name in SHOWN_ATTRIBUTES or (name.startswith("data-") and " " in (value or "").strip())
            if is_shown and has_words(value or "") and not (value or "").lstrip().startswith(("{", "[")):
                self._note(f'{name}="{value}"')

    def handle_data(self, data: str) -> None:
        if has_words(ATTRIBUTES.sub("", data)):
            self._note(" ".join(data.split()))

    def _note(self, text: str) -> None:
        shown = text.replace(VALUE, "{{ … }}")
        self.wrong.append(f"{messages.shown(self.path)}:{self.getpos()[0]}: not marked for translation: {shown[:90]}")


def has_words(text: str) -> bool:
    """Whether there is anything to translate in a text."""
    return any(word not in ALLOWED for word in WORD.findall(text))


def in_templates(paths: Iterable[Path] | None = None) -> Iterator[str]:
    """One sentence for each text of a template that is not marked."""
    env = messages.environment()
    for path in sorted(paths if paths is not None else messages.TEMPLATES.rglob("*.html")):
        source = path.read_text(encoding="utf-8")
        page = _Page(path)
        page.feed(_without_tags(env, source))
        page.close()
        yield from page.wrong
        yield from _in_expressions(path, env.parse(source))


def _without_tags(env: Environment, source: str) -> str:
    """The markup of a template alone, with its lines where they were."""
    parts: list[str] = []
    is_marked, opening = False, False
    for _line, kind, value in env.lex(source):
        if kind == "data":
            parts.append("\n" * value.count("\n") if is_marked else value)
            continue
        parts.append("\n" * value.count("\n"))
        if kind == "block_begin":
            opening = True
        elif kind == "name" and opening:
            is_marked = value == "trans" or (is_marked and value != "endtrans")
            opening = False
        elif kind == "variable_begin" and not is_marked:
            parts.append(VALUE)
    return "".join(parts)


def _in_expressions(path: Path, tree: nodes.Template) -> Iterator[str]:
    """Constants in what a template puts in, or hands to a macro, that are words to read."""
    for constant in _constants(tree):
        text = constant.value
        if isinstance(text, str) and READS.match(text) and not NO_TEXT.match(text) and has_words(text):
            yield f"{messages.shown(path)}:{constant.lineno}: not marked for translation: {text[:90]!r}"


def _constants(node: nodes.Node) -> Iterator[nodes.Const]:
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in messages.FUNCTIONS:
        for keyword in node.kwargs:
            yield from _constants(keyword)
        return
    if isinstance(node, nodes.Compare | nodes.Include | nodes.Extends | nodes.Import | nodes.FromImport):
        return
    if isinstance(node, nodes.Const):
        yield node
    for child in node.iter_child_nodes():
        yield from _constants(child)


def in_errors() -> Iterator[str]:
    """One sentence for each error that is raised with words that are not marked."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(messages.SOURCE.rglob("*.py"))}
    problems = messages.family(trees.values()) - messages.family(trees.values(), "Misconfigured")
    problems |= {"FieldError", "Problem"}
    problems.discard("Misconfigured")  # is for who runs the server; pages say that something is broken
    for path, tree in trees.items():
        if messages.is_english_only(path):
            continue
        helpers = _helpers(tree, problems)
        for node, named in _calls(tree):
            if not _makes_a_problem(node, problems | helpers):
                continue
            values = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "message")]
            values += [text for value in values if isinstance(value, ast.Name) for text in named.get(value.id, ())]
            for text in filter(_is_bare, values):
                where = f"{messages.shown(path)}:{text.lineno}"
                yield f"{where}: not marked for translation: {ast.unparse(text)[:90]}"


def _helpers(tree: ast.Module, problems: set[str]) -> set[str]:
    """Functions of a module that make an error of a sentence that they are given."""
    found = set()
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and function.name.startswith("_"):
            given = {argument.arg for argument in function.args.args}
            calls = (
                node for node in ast.walk(function) if isinstance(node, ast.Call) and _makes_a_problem(node, problems)
            )
            if any(isinstance(value, ast.Name) and value.id in given for node in calls for value in node.args):
                found.add(function.name)
    return found


def _calls(tree: ast.Module) -> Iterator[tuple[ast.Call, dict[str, list[ast.expr]]]]:
    """Every call with what the names of the function around it stand for."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    for function in functions:
        named: dict[str, list[ast.expr]] = {}
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                named.setdefault(node.targets[0].id, []).append(node.value)
        yield from ((node, named) for node in ast.walk(function) if isinstance(node, ast.Call))


def _makes_a_problem(node: ast.Call, problems: set[str]) -> bool:
    called = node.func
    if isinstance(called, ast.Attribute) and called.attr == "field" and isinstance(called.value, ast.Name):
        return called.value.id in problems
    name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
    return name in problems


def _is_bare(value: ast.expr) -> bool:
    if isinstance(value, ast.JoinedStr):
        return True
    if isinstance(value, ast.BinOp):
        return _is_bare(value.left) or _is_bare(value.right)
    if isinstance(value, ast.IfExp):
        return _is_bare(value.body) or _is_bare(value.orelse)
    return isinstance(value, ast.Constant) and isinstance(value.value, str) and " " in value.value.strip()


def main(arguments: list[str]) -> int:
    """Print what is not marked, one line each."""
    chosen = [Path(name).resolve() for name in arguments]
    wrong = list(in_templates(chosen)) if chosen else [*in_templates(), *in_errors()]
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
