"""Draw curves as SVG: small, readable by anybody's browser, and without a plotting library."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape, quoteattr

__all__ = ["Series", "line_chart"]

# Okabe & Ito's colours, told apart by colour-blind eyes and on grey paper; yellow left out.
_COLOURS: Final = (
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#b07d00", "#4d4d4d",
)  # fmt: skip
_INK, _FAINT, _GRID, _PAPER = "#1f2328", "#59636e", "#e4e7eb", "#ffffff"
_FONT: Final = "'DejaVu Sans', 'Helvetica Neue', Arial, sans-serif"
_SIZE: Final = 12.0
_WIDEST_LETTER: Final = 0.62  # a letter's mean width over the size of the font
_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Series:
    """One curve.

    Parameters
    ----------
    name : str
        For the legend, which is left out where there is one nameless curve alone.
    x, y : sequence of float
        Its points; NaN in either, or a place beyond the axes, interrupts the curve.
    error : sequence of float, optional
        Half the length of an error bar at each point; NaN draws none.
    markers : bool
        Whether each point has a dot: for few points that were measured.
    guide : bool
        A thin dashed grey line for comparison, such as what chance gives.
    """

    name: str
    x: Sequence[float]
    y: Sequence[float]
    error: Sequence[float] | None = None
    markers: bool = False
    guide: bool = False


def line_chart(
    series: Sequence[Series],
    *,
    title: str,
    x_label: str,
    y_label: str,
    subtitle: str = "",
    x_range: tuple[float, float] | None = None,
    y_range: tuple[float, float] | None = None,
    width: int = 640,
    height: int = 420,
) -> str:
    """Return curves as an SVG document, which HTML may hold as it is.

    Parameters
    ----------
    series : sequence of Series
        What is drawn, the later above the earlier; without any finite point the axes are
        drawn alone.
    title, subtitle, x_label, y_label : str
        Plain text.
    x_range, y_range : (float, float), optional
        What the axes show; by default all points with their errors, and the numbers around
        them that are round.
    width, height : int
        Pixels of the whole picture; the legend takes its part of the width.

    Raises
    ------
    ValueError
        If a curve has not as many x as y, or errors.
    """
    for each in series:
        if len(each.x) != len(each.y) or len(each.error or each.y) != len(each.y):
            raise ValueError(f"the curve {each.name!r} has not as many x as y and errors")
    x_ticks = _ticks(*(x_range or _span(series, "x")), at_most=7, exact=x_range is not None)
    y_ticks = _ticks(*(y_range or _span(series, "y")), at_most=6, exact=y_range is not None)
    frame = _Frame.around(series, x_ticks, y_ticks, width, height, subtitle=bool(subtitle))
    parts = [
        *_open(width, height, title),
        *_headings(title, subtitle),
        *_axes(frame, x_label, y_label),
        *_curves(frame, series),
        *_legend(frame, series),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


@dataclass(frozen=True)
class _Ticks:
    """The ends of an axis, and the round numbers on it."""

    low: float
    high: float
    at: tuple[float, ...]
    decimals: int

    def text(self, value: float) -> str:
        return f"{value:.{self.decimals}f}".replace("-", "\N{MINUS SIGN}")


@dataclass(frozen=True)
class _Frame:
    """Where the axes lie in the picture, and how numbers become pixels."""

    left: float
    top: float
    right: float
    bottom: float
    x_ticks: _Ticks
    y_ticks: _Ticks

    @classmethod
    def around(
        cls,
        series: Sequence[Series],
        x_ticks: _Ticks,
        y_ticks: _Ticks,
        width: int,
        height: int,
        *,
        subtitle: bool,
    ) -> _Frame:
        """Leave room for the headings, the numbers, the labels and the legend."""
        digits = max(len(y_ticks.text(value)) for value in y_ticks.at)
        left = 46 + digits * _SIZE * _WIDEST_LETTER
        names = [each.name for each in series] if _has_legend(series) else []
        legend = 44 + max(map(len, names)) * _SIZE * _WIDEST_LETTER if names else 24
        top = 72.0 if subtitle else 54.0
        return cls(left, top, max(width - legend, left + 40), height - 56.0, x_ticks, y_ticks)

    def x(self, value: float) -> float:
        ticks = self.x_ticks
        return self.left + (value - ticks.low) / (ticks.high - ticks.low) * (self.right - self.left)

    def y(self, value: float) -> float:
        ticks = self.y_ticks
        return self.bottom - (value - ticks.low) / (ticks.high - ticks.low) * (
            self.bottom - self.top
        )

    def holds(self, x: float, y: float) -> bool:
        """Tell whether a point lies on the axes; one that is NaN lies nowhere."""
        across, up = self.x_ticks, self.y_ticks
        return across.low <= x <= across.high and up.low <= y <= up.high


def _span(series: Sequence[Series], axis: str) -> tuple[float, float]:
    """Return the least and the greatest of all points, errors and all."""
    values: list[float] = []
    for each in series:
        errors = each.error if axis == "y" and each.error is not None else [0.0] * len(each.y)
        for value, error in zip(each.x if axis == "x" else each.y, errors, strict=True):
            bar = error if math.isfinite(error) else 0.0
            values += [value - bar, value + bar]
    finite = [float(value) for value in values if math.isfinite(value)]
    return (min(finite), max(finite)) if finite else (0.0, 1.0)


def _ticks(low: float, high: float, *, at_most: int, exact: bool) -> _Ticks:
    """Choose round numbers; widen the axis to them unless its ends are given."""
    if not high > low:
        half = max(abs(low) * 0.05, 0.5)
        low, high = low - half, high + half
    size = 10.0 ** math.floor(math.log10((high - low) / at_most))
    step = next(s * size for s in (*_STEPS, 20.0) if (high - low) / (s * size) <= at_most)
    grain = 1e-9
    first = math.ceil(low / step - grain) if exact else math.floor(low / step + grain)
    last = math.floor(high / step + grain) if exact else math.ceil(high / step - grain)
    at = tuple(number * step for number in range(first, last + 1))
    decimals = next(d for d in range(13) if abs(round(step, d) - step) < step * 1e-6)
    return _Ticks(low, high, at, decimals) if exact else _Ticks(at[0], at[-1], at, decimals)


def _open(width: int, height: int, title: str) -> Iterator[str]:
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" aria-label={quoteattr(title)} '
        f'font-family="{_FONT}" font-size="{_SIZE:g}">'
    )
    yield f"<title>{escape(title)}</title>"
    yield f'<rect width="{width}" height="{height}" fill="{_PAPER}"/>'


def _headings(title: str, subtitle: str) -> Iterator[str]:
    yield _text(20, 29, title, fill=_INK, size=15, bold=True)
    if subtitle:
        yield _text(20, 49, subtitle, fill=_FAINT)


def _axes(frame: _Frame, x_label: str, y_label: str) -> Iterator[str]:
    """Draw grid lines behind the curves, numbers beside them, and what they count."""
    for value in frame.y_ticks.at:
        y = frame.y(value)
        yield _line(frame.left, y, frame.right, y, _GRID)
        yield _text(frame.left - 8, y + 4, frame.y_ticks.text(value), anchor="end")
    yield _line(frame.left, frame.bottom, frame.right, frame.bottom, _FAINT)
    for value in frame.x_ticks.at:
        x = frame.x(value)
        yield _line(x, frame.bottom, x, frame.bottom + 5, _FAINT)
        yield _text(x, frame.bottom + 19, frame.x_ticks.text(value), anchor="middle")
    middle_x, middle_y = (frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2
    yield _text(middle_x, frame.bottom + 42, x_label, anchor="middle", fill=_INK)
    turned = f' transform="rotate(-90 20 {middle_y:.1f})"'
    yield _text(20, middle_y + 4, y_label, anchor="middle", fill=_INK, more=turned)


def _curves(frame: _Frame, series: Sequence[Series]) -> Iterator[str]:
    """Draw guides first, then each curve with its error bars and dots."""
    coloured = list(zip(_colours(series), series, strict=True))
    for colour, each in sorted(coloured, key=lambda pair: not pair[1].guide):
        style = 'stroke-width="1.5" stroke-dasharray="5 4"' if each.guide else 'stroke-width="2"'
        for path in _paths(frame, each):
            yield (
                f'<path d="{path}" fill="none" stroke="{colour}" {style} '
                'stroke-linejoin="round" stroke-linecap="round"/>'
            )
        yield from _points(frame, each, colour)


def _paths(frame: _Frame, series: Series) -> Iterator[str]:
    """Return the path of each uninterrupted piece of two points or more."""
    piece: list[str] = []
    for x, y in [*zip(series.x, series.y, strict=True), (math.nan, math.nan)]:
        if frame.holds(x, y):
            piece.append(f"{frame.x(x):.1f},{frame.y(y):.1f}")
            continue
        if len(piece) > 1:
            yield "M" + " L".join(piece)
        piece = []


def _points(frame: _Frame, series: Series, colour: str) -> Iterator[str]:
    """Draw error bars and dots."""
    errors = series.error if series.error is not None else [math.nan] * len(series.y)
    for x, y, error in zip(series.x, series.y, errors, strict=True):
        if not frame.holds(x, y):
            continue
        at, cap = frame.x(x), 4.0
        if math.isfinite(error):
            ends = [min(max(frame.y(e), frame.top), frame.bottom) for e in (y - error, y + error)]
            yield _line(at, ends[0], at, ends[1], colour, 1.5)
            yield from (_line(at - cap, end, at + cap, end, colour, 1.5) for end in ends)
        if series.markers:
            yield (
                f'<circle cx="{at:.1f}" cy="{frame.y(y):.1f}" r="4" fill="{colour}" '
                f'stroke="{_PAPER}" stroke-width="1.5"/>'
            )


def _legend(frame: _Frame, series: Sequence[Series]) -> Iterator[str]:
    """Name the curves beside the axes, in the order in which they were given."""
    if not _has_legend(series):
        return
    for row, (colour, each) in enumerate(zip(_colours(series), series, strict=True)):
        y, x = frame.top + 6 + 20 * row, frame.right + 14
        dashes = ' stroke-dasharray="5 4"' if each.guide else ""
        yield _line(x, y, x + 18, y, colour, 2.0 if not each.guide else 1.5, more=dashes)
        yield _text(x + 25, y + 4, each.name, fill=_INK)


def _has_legend(series: Sequence[Series]) -> bool:
    return any(each.name for each in series) and len(series) > 1


def _colours(series: Sequence[Series]) -> list[str]:
    """Return a colour a curve; guides are grey and use none up."""
    colours: list[str] = []
    used = 0
    for each in series:
        colours.append("#8c959f" if each.guide else _COLOURS[used % len(_COLOURS)])
        used += not each.guide
    return colours


def _line(
    x0: float, y0: float, x1: float, y1: float, stroke: str, width: float = 1.0, more: str = ""
) -> str:
    return (
        f'<line x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}" stroke="{stroke}" '
        f'stroke-width="{width:g}"{more}/>'
    )


def _text(
    x: float,
    y: float,
    words: str,
    *,
    anchor: str = "start",
    fill: str = _FAINT,
    size: float = _SIZE,
    bold: bool = False,
    more: str = "",
) -> str:
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}" '
        f'font-size="{size:g}"{weight}{more}>{escape(words)}</text>'
    )
