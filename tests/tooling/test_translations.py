"""The check of translations finds what would be read in English, or not at all."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))

import bare_texts  # noqa: E402 -- tools/ is a folder of scripts, not a package
import check_messages  # noqa: E402
import messages  # noqa: E402

HEAD = (messages.FOLDER / "de.po").read_text(encoding="utf-8").partition("\n\n")[0]


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small source of its own, with a template, a script and an error."""
    (tmp_path / "languages").mkdir()
    (tmp_path / "web" / "templates").mkdir(parents=True)
    (tmp_path / "web" / "static" / "js").mkdir(parents=True)
    for name, value in {
        "SOURCE": "",
        "FOLDER": "languages",
        "TEMPLATES": "web/templates",
        "SCRIPTS": "web/static/js",
    }.items():
        monkeypatch.setattr(messages, name, tmp_path / value)
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    (tmp_path / "web" / "templates" / "page.html").write_text(
        '<p>{{ _("Hello %(name)s", name=x) }} {{ ngettext("%(num)s post", "%(num)s posts", n) }}'
        '{% trans %}By <b>hand</b>{% endtrans %} {{ pgettext("month", "May") }}</p>'
    )
    (tmp_path / "web" / "static" / "js" / "one.js").write_text(
        'tell(say("Sent."), sayMany("%(num)s left", "%(num)s left", n));'
    )
    (tmp_path / "errors.py").write_text(
        'class Gone(Problem):\n    """It is gone."""\n\nraise Gone(say("%(what)s is gone", what=x))\n'
    )
    path = tmp_path / "languages" / "de.po"
    path.write_text(f"{HEAD}\n\n")
    path.write_text(messages.written(messages.collect(), path, GERMAN))
    return tmp_path


GERMAN: dict[str, str | list[str]] = {
    "Hello %(name)s": "Hallo %(name)s",
    "%(num)s post": ["ein Beitrag", "%(num)s Beiträge"],
    "By <b>hand</b>": "Von <b>Hand</b>",
    "month\x04May": "Mai",
    "Sent.": "Gesendet.",
    "%(num)s left": ["noch %(num)s", "noch %(num)s"],
    "It is gone.": "Es ist weg.",
    "%(what)s is gone": "%(what)s ist weg",
}


def test_a_complete_catalogue_passes_and_stays_as_it_is_when_it_is_written_again(source: Path) -> None:
    path = source / "languages" / "de.po"
    assert check_messages.complaints() == []
    before = path.read_text()
    assert messages.written(messages.collect(), path) == before
    assert "#: web/templates/page.html\n" in before  # without the number of the line, which changes all the time


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('"Gesendet."', '""', "'Sent.' is not translated"),
        ('msgstr "Hallo %(name)s"', 'msgstr "Hallo %(nmae)s"', "other values"),
        ('msgstr "Hallo %(name)s"', 'msgstr "Hallo"', "other values"),
        ('"Von <b>Hand</b>"', '"Von <i>Hand</i>"', "other tags"),
        ('"Gesendet."', '" Gesendet."', "begins or ends with a blank"),
        ('msgid "Sent."', '#, fuzzy\nmsgid "Sent."', "fuzzy"),
        ('msgid "Sent."', 'msgid "Sent"', "run `make messages`"),
        (
            'msgstr "Es ist weg."',
            'msgstr "Es ist weg."\n\n#~ msgid "Old"\n#~ msgstr "Alt"',
            "not in the source any more",
        ),
    ],
)
def test_what_is_wrong_with_a_catalogue_is_told(source: Path, old: str, new: str, complaint: str) -> None:
    path = source / "languages" / "de.po"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    assert complaint in "\n".join(check_messages.complaints())


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("<p>Hello there</p>", "Hello there"),
        ('<img alt="A boat">', "A boat"),
        ('<input placeholder="Your name">', "Your name"),
        ('<a title="{{ x }} boats">{{ y }}</a>', "boats"),
        ('{{ "Sent" if x else "Not sent" }}', "Not sent"),
        ('{{ f.text(form, "name", "Your name") }}', "Your name"),
        ("{% if x %}<b>{% endif %}since then", "since then"),
        ("{{ _(words) }}", "takes a constant"),
    ],
)
def test_a_text_that_nobody_could_translate_is_found_in_a_template(source: Path, template: str, text: str) -> None:
    (source / "web" / "templates" / "page.html").write_text(template)
    assert text in "\n".join(check_messages.complaints())


@pytest.mark.parametrize(
    "template",
    [
        '<p class="muted {{ "button button-quiet" if x }}">{{ x }} · 5</p>',
        '{{ _("Hello") }} {% trans who=x %}Hello <b>{{ who }}</b>{% endtrans %} Holdfast',
        '{% if x == "Some words here." %}{{ asset("css/all.css") }}{% endif %}',
    ],
)
def test_what_is_no_text_is_left_alone(source: Path, template: str) -> None:
    path = source / "web" / "templates" / "page.html"
    path.write_text(template)
    assert list(bare_texts.in_templates()) == []


@pytest.mark.parametrize(
    "code",
    [
        'raise Gone("It is not here")',
        'raise Gone(f"{x} is not here")',
        'Invalid.field("name", "ERR_BLANK", "A name is needed")',
        'def f():\n    words = f"No {x} here"\n    raise Gone(words)',
        'def _bad(words):\n    return Gone(words)\n\n_bad("It is bad")',
        "say(words)",
    ],
)
def test_an_error_with_unmarked_words_is_found(source: Path, code: str) -> None:
    body = "\n".join(f"    {line}" for line in code.splitlines())
    errors = "".join(f'class {name}(Problem):\n    """It is gone."""\n\n' for name in ("Invalid", "Gone"))
    text = f"{errors}def run():\n{body}\n"
    ast.parse(text)
    (source / "errors.py").write_text(text)
    assert any(line.startswith("errors.py:") for line in check_messages.complaints())
