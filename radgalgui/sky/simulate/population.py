"""What kinds of radio galaxies there are, how often, and the numbers that shape each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from radgalgui.errors import UsageError

__all__ = ["KINDS", "Shape", "chosen_kinds", "draw_shape"]

MIX: dict[str, float] = {
    "compact": 0.31,
    "resolved": 0.27,
    "FRII": 0.16,
    "FRI": 0.10,
    "WAT": 0.045,
    "one-sided": 0.035,
    "NAT": 0.03,
    "hybrid": 0.025,
    "double-double": 0.015,
    "X-shaped": 0.01,
}
"""Share of each kind: 58 % compact or barely resolved, 42 % with structure to see.

FIRST itself holds about a third of extended sources (White et al. 1997); bent, hybrid,
restarted and winged sources are given more than their share so that a map shows them.
"""

KINDS: tuple[str, ...] = tuple(MIX)

# Median (arcsec) and logarithmic spread of the projected length; Radio Galaxy Zoo DR1 (Wong
# et al. 2025) and FIRST doubles have medians of 11 to 20" with a tail past 60".
_LENGTH: dict[str, tuple[float, float]] = {
    "compact": (0.7, 0.6),
    "resolved": (4.2, 0.4),
    "FRII": (22.0, 0.75),
    "FRI": (30.0, 0.6),
    "WAT": (48.0, 0.45),
    "one-sided": (22.0, 0.6),
    "NAT": (38.0, 0.5),
    "hybrid": (34.0, 0.55),
    "double-double": (70.0, 0.4),
    "X-shaped": (46.0, 0.4),
}

# Least peak (mJy/beam) and slope of the cumulative counts of peaks.
_PEAK: dict[str, tuple[float, float]] = {"compact": (0.9, 0.8), "resolved": (1.1, 0.8)}
_EXTENDED_PEAK = (2.0, 0.7)


@dataclass(frozen=True)
class Shape:
    """The numbers that one source is made of; angles in degrees, lengths in arcsec.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    length : float
        Projected end-to-end length of the source's skeleton.
    inclination : float
        Between jet axis and line of sight: 90 lies in the plane of the sky.
    position_angle : float
        Of the first arm, east of north, 0 to 360.
    core_fraction : float
        Core's share of the flux asked of the model.
    jet_speed : float
        v/c of the jets where they are seen.
    arm_ratio, flux_ratio : float
        Length and flux of the first arm over the second.
    peak : float
        Peak of the source, Jy/beam.
    """

    kind: str
    length: float
    inclination: float
    position_angle: float
    core_fraction: float
    jet_speed: float
    arm_ratio: float
    flux_ratio: float
    peak: float

    @property
    def boost(self) -> float:
        """Doppler ratio of approaching jet to counter-jet, spectral index 0.6."""
        beta_cos = self.jet_speed * np.cos(np.radians(self.inclination))
        return float(((1 + beta_cos) / (1 - beta_cos)) ** 2.6)

    @property
    def stretch(self) -> float:
        """True over projected length: foreshortened sources look fat."""
        return float(1.0 / max(np.sin(np.radians(self.inclination)), 0.4))


def chosen_kinds(kinds: Iterable[str] | None) -> tuple[str, ...]:
    """Return the kinds to draw from, in the order of `KINDS`.

    Raises
    ------
    UsageError
        If a kind is unknown or none is left.
    """
    if kinds is None:
        return KINDS
    wanted = {kinds} if isinstance(kinds, str) else set(kinds)
    unknown = sorted(wanted - set(KINDS))
    if unknown:
        raise UsageError(f"unknown kind {unknown[0]!r}", remedy="use " + ", ".join(KINDS))
    if not wanted:
        raise UsageError("no kind of source was chosen", remedy="use " + ", ".join(KINDS))
    return tuple(kind for kind in KINDS if kind in wanted)


def draw_shape(rng: np.random.Generator, kinds: tuple[str, ...]) -> Shape:
    """Return the numbers of one source.

    Notes
    -----
    Axes are isotropic: cos i is uniform, narrowed to i < 50 degrees for one-sided jets
    (unification, Urry & Padovani 1995) and to i > 25 for doubles.  Jets move at 0.5 to 0.9 c
    where they are first seen (Laing & Bridle 2014; Mullin & Hardcastle 2009).  Core fractions
    are lognormal round 0.02 (FRII) and 0.06 (FRI) with a spread of 1.2 (Mullin et al. 2008).
    Arms differ by light travel time, heads moving at 0.02 to 0.15 c (Scheuer 1995), and by
    environment, lognormal 0.28.
    """
    share = np.array([MIX[kind] for kind in kinds])
    kind = kinds[int(np.searchsorted(np.cumsum(share / share.sum()), rng.random()) % len(kinds))]
    median, spread = _LENGTH[kind]
    length = float(np.clip(median * np.exp(spread * rng.standard_normal()), 0.1, 220.0))
    if kind not in ("compact", "resolved"):
        length = max(length, 7.0)
    cosine = rng.uniform(0.64, 0.995) if kind == "one-sided" else rng.uniform(0.0, 0.9)
    head_speed = rng.uniform(0.02, 0.15) * cosine
    light_travel = (1 + head_speed) / (1 - head_speed)
    least, slope = _PEAK.get(kind, _EXTENDED_PEAK)
    peak = least * 1e-3 * (1.0 - rng.random() * 0.9995) ** (-1 / slope)
    core_median = {"FRI": 0.06, "one-sided": 0.35, "NAT": 0.06, "WAT": 0.04}.get(kind, 0.02)
    return Shape(
        kind=kind,
        length=length,
        inclination=float(np.degrees(np.arccos(cosine))),
        position_angle=float(rng.uniform(0, 360)),
        core_fraction=float(min(core_median * np.exp(1.2 * rng.standard_normal()), 0.7)),
        jet_speed=float(rng.uniform(0.5, 0.9)),
        arm_ratio=float(light_travel * np.exp(0.28 * rng.standard_normal())),
        flux_ratio=float(np.exp(0.65 * rng.standard_normal())),
        peak=float(min(peak, 2.0)),
    )
