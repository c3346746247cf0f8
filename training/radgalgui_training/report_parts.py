"""What all HTML reports are made of: the page around them, sections, tables and figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from radgalgui_training.report_style import STYLE

__all__ = [
    "NOT_TOLD",
    "digits",
    "facts",
    "figures",
    "numbers",
    "page",
    "section",
    "texts",
    "wide_table",
]

NOT_TOLD: Final = '<span class="none">–</span>'


def page(title: str, sections: Iterable[str]) -> str:
    """Return a whole page: HTML with its style inside, for light and dark screens and paper.

    Parameters
    ----------
    title : str
        Plain text.
    sections : iterable of str
        HTML; empty ones are left out.
    """
    body = "\n".join(part for part in sections if part)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n"
        f"</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def facts(told: dict[str, object]) -> str:
    """Return short facts side by side, each under its name; plain text."""
    each = "".join(
        f"<div><dt>{escape(k)}</dt><dd>{escape(str(v))}</dd></div>" for k, v in told.items()
    )
    return f'<dl class="facts">{each}</dl>'


def figures(charts: Sequence[str]) -> str:
    """Return SVG charts side by side where there is room."""
    return f'<div class="figures">{"".join(f"<figure>{chart}</figure>" for chart in charts)}</div>'


def texts(*names: str) -> str:
    """Return the heads of columns of text."""
    return "".join(f'<th scope="col" class="text">{name}</th>' for name in names)


def numbers(*names: str) -> str:
    """Return the heads of columns of figures."""
    return "".join(f'<th scope="col">{name}</th>' for name in names)


def wide_table(head: str, lines: Sequence[str]) -> str:
    """Return a table of rows, which scrolls by itself where it is too wide."""
    return (
        f'<div class="wide"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def section(title: str, words: str, body: str) -> str:
    """Return a section with what there is to say of it above."""
    return f"<section><h2>{title}</h2><p>{words}</p>{body}</section>"


def digits(value: float | None, spec: str = ".3f") -> str:
    """Return a figure, or a dash where it is not known."""
    return NOT_TOLD if value is None else format(value, spec).replace("-", "\N{MINUS SIGN}")
