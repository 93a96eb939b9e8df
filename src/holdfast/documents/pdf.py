"""Documents as PDF. The libraries are loaded on first use: few servers write one in an hour."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.documents.blocks import Block, Bullets, Document, Facts, Heading, Table, moment

if TYPE_CHECKING:
    from fpdf import FPDF

_FONT = "Noto Sans"
_SIZE, _SMALL, _TITLE = 10, 7.5, 18  # points
_LINE = 5  # mm
_INK, _MUTED = (29, 27, 24), (92, 87, 80)
_WIDE = 6  # columns; a table with more lies across


def as_pdf(document: Document) -> bytes:
    """The document on pages of A4. The same document gives the same bytes."""
    pdf = _paper(document)
    pdf.set_title(document.title)
    pdf.set_lang(document.language)
    pdf.set_creation_date(datetime.fromtimestamp(document.made_at / 1000, UTC))
    pdf.add_page()
    pdf.set_font(_FONT, size=_TITLE)
    pdf.multi_cell(0, _LINE * 1.8, document.title, new_x="LMARGIN", new_y="NEXT")
    for block in document.blocks:
        _write(pdf, block)
    return bytes(pdf.output())


def _paper(document: Document) -> FPDF:
    from fpdf import FPDF

    # What is missing in the font is shown as a box; the data beside every document has it all.
    logging.getLogger("fpdf").setLevel(logging.ERROR)

    class Paper(FPDF):
        def footer(self) -> None:
            self.set_y(-12)
            self.set_font(_FONT, size=_SMALL)
            self.set_text_color(*_MUTED)
            self.cell(0, _LINE, f"{document.title} · {moment(document.made_at)} · {self.page_no()}/{{nb}}", align="C")
            self.set_text_color(*_INK)

    wide = any(isinstance(block, Table) and len(block.columns) > _WIDE for block in document.blocks)
    pdf = Paper(orientation="landscape" if wide else "portrait", format="A4")
    pdf.set_margin(15)
    pdf.set_auto_page_break(True, margin=18)
    pdf.add_font(_FONT, fname=_font())
    pdf.set_text_color(*_INK)
    return pdf


@cache
def _font() -> Path:
    import fontpkg_noto_sans  # type: ignore[import-untyped]

    return next((Path(fontpkg_noto_sans.__file__).parent / "files").glob("NotoSans[[]*"))


def _write(pdf: FPDF, block: Block) -> None:
    pdf.ln(_LINE * 0.6)
    pdf.set_font(_FONT, size=_SIZE)
    if isinstance(block, Heading):
        pdf.set_font(_FONT, size=_TITLE - 3 * block.level)
        if pdf.will_page_break(_LINE * 4):  # no heading without what follows
            pdf.add_page()
        pdf.multi_cell(0, _LINE * 1.5, block.text, new_x="LMARGIN", new_y="NEXT")
    elif isinstance(block, Bullets):
        for item in block.items:
            pdf.multi_cell(0, _LINE, f"•  {item}", new_x="LMARGIN", new_y="NEXT")
    elif isinstance(block, Facts):
        _facts(pdf, block)
    elif isinstance(block, Table):
        _table(pdf, block)
    else:
        pdf.multi_cell(0, _LINE, block.text, new_x="LMARGIN", new_y="NEXT")


def _facts(pdf: FPDF, block: Facts) -> None:
    with pdf.table(borders_layout="NONE", first_row_as_headings=False, col_widths=(1, 3), line_height=_LINE) as table:
        for name, value in block.rows:
            if value:
                row = table.row()
                row.cell(name)
                row.cell(value)


def _table(pdf: FPDF, block: Table) -> None:
    from fpdf.fonts import FontFace

    pdf.set_font(_FONT, size=_SMALL)
    widths = block.widths or (1,) * len(block.columns)
    # Without a bold face: the head stands out by its ground, and is repeated on every page.
    head = FontFace(emphasis="", fill_color=(241, 239, 235))
    with pdf.table(
        borders_layout="HORIZONTAL_LINES", col_widths=widths, line_height=_LINE * 0.8, headings_style=head
    ) as table:
        for cells in (block.columns, *block.rows):
            row = table.row()
            for cell in cells:
                row.cell(cell)
