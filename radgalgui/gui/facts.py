"""Sentences and numbers about sources and queries, the same wherever they are shown."""

from __future__ import annotations

import math

from radgalgui.gui.session import Query
from radgalgui.gui.sky_readout import sexagesimal
from radgalgui.gui.sources import Sources, column_title, format_value

__all__ = [
    "noise_text",
    "position_text",
    "query_facts",
    "source_brief",
    "source_facts",
    "source_position",
]


def position_text(ra: float | None, dec: float | None) -> str:
    """Return a position in sexagesimal and degrees, "" where it is unknown."""
    if ra is None or dec is None or not (math.isfinite(ra) and math.isfinite(dec)):
        return ""
    return f"{sexagesimal(ra, dec)}   {ra:.6f}° {dec:+.6f}°"


def source_position(sources: Sources, index: int) -> tuple[float, float] | None:
    """Return a source's position, None where it is unknown."""
    ra, dec = sources.value("ra", index), sources.value("dec", index)
    return (ra, dec) if math.isfinite(ra) and math.isfinite(dec) else None


def source_brief(sources: Sources, index: int, column: str = "") -> list[str]:
    """Return a few lines on a source: class, size, position, and the column of the map."""
    lines = []
    if label := sources.label(index):
        lines.append(label)
    size = sources.value("angular_size", index)
    if math.isfinite(size):
        lines.append(f"{size:.1f}″ across")
    if column and column not in ("label", "angular_size"):
        value = format_value(column, sources.columns[column][index])
        lines.append(f"{column_title(column)}: {value}")
    where = source_position(sources, index)
    if where is not None:
        lines.append(sexagesimal(*where, decimals=1))
    return lines


def source_facts(sources: Sources, index: int, most: int = 14) -> list[tuple[str, str]]:
    """Return what the table says of a source, title and value."""
    facts = []
    for name, values in sources.columns.items():
        text = format_value(name, values[index])
        if name not in ("name", "ra", "dec") and text != "–":
            facts.append((column_title(name), text))
    return facts[:most]


def query_facts(query: Query) -> str:
    """Return what was measured of a query's source, in one line."""
    if query.seen is None:
        return ""
    parts = []
    if math.isfinite(query.seen.angular_size) and query.seen.angular_size > 0:
        parts.append(f"{query.seen.angular_size:.0f}″ above 3σ")
    if query.seen.peak_snr is not None and query.seen.peak_snr > 0:
        parts.append(f"peak {query.seen.peak_snr:.0f}σ")
    if noise := noise_text(query):
        parts.append(f"noise {noise}")
    return "  ·  ".join(parts)


def noise_text(query: Query) -> str:
    """Return the noise of a query's image with its unit, "" where it is not known."""
    seen, picture = query.seen, query.picture
    if seen is None or not math.isfinite(seen.noise) or seen.noise <= 0:
        return ""
    return _with_unit(seen.noise, picture.unit if picture is not None else "")


def _with_unit(value: float, unit: str) -> str:
    if (
        unit.lower().replace(" ", "") in ("jy/beam", "jybeam-1", "jybeam**-1", "jy/bm")
        and value < 0.1
    ):
        milli = value * 1e3
        return f"{milli:.2g} mJy/beam" if milli >= 0.01 else f"{milli * 1e3:.2g} µJy/beam"
    return f"{value:.3g} {unit}".strip()
