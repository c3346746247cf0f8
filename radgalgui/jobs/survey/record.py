"""A source as a catalogue's table holds it: what the input told, and what was measured."""

from __future__ import annotations

import math
from typing import Final

from radgalgui.jobs.survey.plan import Cut, Plan, Row

__all__ = ["record"]

_MEASURED: Final = {"angular_size": "measured_size", "flux": "measured_flux"}


def record(row: Row, cut: Cut, plan: Plan) -> dict[str, float | str]:
    """Return a source's row of the table, by column, the same columns for every row of a plan.

    ``angular_size`` (arcsec) and ``flux`` (Jy) are those that the input tells, where it tells
    them; what was measured then stands in ``measured_size`` and ``measured_flux``.
    """
    measured = {"angular_size": cut.angular_size, "flux": cut.flux}
    told = set(measured) & set(row.columns)
    return {
        "name": row.name,
        "ra": cut.ra,
        "dec": cut.dec,
        **{name: row.columns[name] if name in told else value for name, value in measured.items()},
        "label": row.label,
        "peak_snr": cut.peak_snr if math.isfinite(cut.peak_snr) else math.nan,
        **{_MEASURED[name]: measured[name] for name in measured if name in told},
        "survey": plan.survey,
        "origin": cut.origin,
        **{name: value for name, value in row.columns.items() if name not in told},
    }
