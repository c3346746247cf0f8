"""What the page of a mosaic says of it, in words and units."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from radgalgui.gui.mosaic.desk import Finding
    from radgalgui.jobs.mosaic.mosaic import Overview
    from radgalgui.sky.extraction import FieldSource

__all__ = ["about", "found_words", "shown_value"]

WIDEST = 180 * 3600  # arcsec; on wider maps one pixel does not tell how wide they are
PER_BEAM = ("jy/beam", "jybeam-1", "jybeam**-1", "jy/bm")


def about(overview: Overview) -> str:
    """Return size, scale, extent and noise of a mosaic in a line."""
    height, width = overview.shape
    parts = [f"{width:,} × {height:,} px"]
    if overview.scale > 0:
        parts.append(f"{overview.scale:.3g}″/px")
        if max(overview.extent) < WIDEST:
            parts.append(" × ".join(_angle(side) for side in overview.extent))
    else:
        parts.append("no sky coordinates")
    if overview.noise > 0:
        parts.append(f"noise {shown_value(overview.noise, overview)}")
    return "  ·  ".join(parts)


def shown_value(value: float, overview: Overview) -> str:
    """Return a value with the unit of the mosaic."""
    if not math.isfinite(value):
        return "blank"
    unit = overview.unit
    if unit.lower().replace(" ", "") in PER_BEAM and abs(value) < 0.1:
        milli = f"{value * 1e3:.3g} mJy/beam"
        return milli.replace("-", "−")
    return f"{value:.4g} {unit}".strip().replace("-", "−")


def found_words(sources: Sequence[FieldSource], wanted: Finding, *, placed: bool, hint: str) -> str:
    """Return what was found, and what to do next."""
    if not placed:
        return "The image has no sky coordinates: its sources can be seen, but not asked about."
    if not sources:
        return f"Nothing rises above {wanted.sigma:g} σ. Lower the number, or click on a place."
    edge = sum(source.touches_edge for source in sources)
    cut = f" {edge:,} of them may be cut by the edge." if edge else ""
    return f"{hint}{cut}"


def _angle(arcsec: float) -> str:
    return f"{arcsec / 3600:.2f}°" if arcsec >= 3600 else f"{arcsec / 60:.1f}′"
