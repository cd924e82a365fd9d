"""Papers as PDF: the same bytes for the same content.

Latin text is in Helvetica, all else in STSong-Light: both are fonts that every reader of PDF brings or replaces, so no
font lies in the file.
"""

from collections.abc import Sequence
from functools import partial
from io import BytesIO
from itertools import groupby
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, LongTable, Paragraph, SimpleDocTemplate, Spacer, TableStyle

LATIN, HAN = "Helvetica", "STSong-Light"
_MARGIN = 18 * mm
_LOOK = TableStyle(
    [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, colors.HexColor("#2f6b4f")),
        ("LINEBELOW", (0, 1), (-1, -1), 0.25, colors.HexColor("#d5ddd8")),
        ("TOPPADDING", (0, 0), (-1, -1), 2), ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ("LEFTPADDING", (0, 0), (-1, -1), 2), ("RIGHTPADDING", (0, 0), (-1, -1), 2),
    ]
)  # fmt: skip
pdfmetrics.registerFont(UnicodeCIDFont(HAN))


def text(words: str, size: float = 8.5, *, is_right: bool = False, is_soft: bool = False) -> Paragraph:
    """A paragraph in the font that has its signs."""
    style = ParagraphStyle(
        "", fontName=LATIN, fontSize=size, leading=size * 1.35, wordWrap="CJK" if _font(words) == HAN else None,
        alignment=2 if is_right else 0, textColor=colors.HexColor("#5b6660" if is_soft else "#1c2621"),
    )  # fmt: skip
    runs = ((font, escape("".join(run))) for font, run in groupby(words, _font))
    marked = "".join(run if font == LATIN else f'<font name="{font}">{run}</font>' for font, run in runs)
    return Paragraph(marked.replace("\n", "<br/>"), style)


def table(head: Sequence[str], rows: Sequence[Sequence[str]], widths_mm: Sequence[float], right: int) -> Flowable:
    """Rows under a head that is repeated on every page; the last ``right`` columns are amounts."""
    first = len(head) - right
    laid = [
        [text(cell, 8, is_right=column >= first, is_soft=number == 0) for column, cell in enumerate(row)]
        for number, row in enumerate([head, *rows])
    ]
    return LongTable(laid, colWidths=[width * mm for width in widths_mm], repeatRows=1, style=_LOOK, hAlign="LEFT")


def gap(height_mm: float = 4) -> Flowable:
    """Some room."""
    return Spacer(0, height_mm * mm)


def document(title: str, body: list[Flowable], page_words: str) -> bytes:
    """The whole file on A4; ``page_words`` has a place for the number of a page."""
    written = BytesIO()
    made = SimpleDocTemplate(
        written, pagesize=A4, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=_MARGIN, bottomMargin=_MARGIN,
        title=title, author="Agora", creator="Agora", invariant=1,
    )  # fmt: skip
    foot = partial(_foot, page_words)
    made.build(body, onFirstPage=foot, onLaterPages=foot)
    return written.getvalue()


def _foot(page_words: str, canvas: Canvas, made: SimpleDocTemplate) -> None:
    words = page_words.replace("{number}", str(made.page))
    canvas.setFont(_font(words), 7.5)
    canvas.setFillColor(colors.HexColor("#5b6660"))
    canvas.drawRightString(A4[0] - _MARGIN, 10 * mm, words)


def _font(words: str) -> str:
    try:
        words.encode("cp1252")
    except UnicodeEncodeError:
        return HAN
    return LATIN
