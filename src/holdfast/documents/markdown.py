"""Documents as Markdown (CommonMark, with the tables of GitHub's form)."""

from __future__ import annotations

from holdfast.documents.blocks import Block, Bullets, Document, Facts, Heading, Paragraph, Table


def as_markdown(document: Document) -> str:
    """The document as text."""
    lines = [f"# {_plain(document.title)}"]
    for block in document.blocks:
        lines += ["", *_lines(block)]
    return "\n".join(lines) + "\n"


def _lines(block: Block) -> list[str]:
    if isinstance(block, Heading):
        return [f"{'#' * (block.level + 1)} {_plain(block.text)}"]
    if isinstance(block, Bullets):
        return [f"- {_plain(item)}" for item in block.items]
    if isinstance(block, Facts):
        rows = [f"{_plain(name)}: {_plain(value)}" for name, value in block.rows if value]
        return [f"{row}  " for row in rows[:-1]] + rows[-1:]
    if isinstance(block, Table):
        head = [_row(block.columns), "|" + "---|" * len(block.columns)]
        return head + [_row(row) for row in block.rows]
    return [f"{_plain(line)}  " for line in _paragraph(block)]


def _paragraph(block: Paragraph) -> list[str]:
    return block.text.splitlines() or [""]


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(_plain(cell) for cell in cells) + " |"


def _plain(text: str) -> str:
    """Text that stays what it is: nothing in it becomes a link, a cell, emphasis or HTML."""
    words = " ".join(text.split())
    for sign in "\\|<>[]`*":
        words = words.replace(sign, f"\\{sign}")
    return words
