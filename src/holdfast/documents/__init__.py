"""Documents that leave the house: made of a few kinds of blocks, written as Markdown or as PDF.

Everything in a block is plain text, whoever it came from: nothing in it becomes markup.
"""

from __future__ import annotations

from holdfast.documents.blocks import Block, Bullets, Document, Facts, Heading, Paragraph, Table, moment, span
from holdfast.documents.markdown import as_markdown
from holdfast.documents.pdf import as_pdf

__all__ = [
    "Block",
    "Bullets",
    "Document",
    "Facts",
    "Heading",
    "Paragraph",
    "Table",
    "as_markdown",
    "as_pdf",
    "moment",
    "span",
]
