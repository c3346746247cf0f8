"""What came of a measurement: a few words, what else there is to say, and a row of a table."""

from __future__ import annotations

import math

import numpy as np

from radgalgui.gui.measuring.kinds import Kind
from radgalgui.gui.measuring.measurement import Measurement
from radgalgui.gui.measuring.words import angle, brightness, length, with_error
from radgalgui.gui.sky_readout import sexagesimal
from radgalgui.sky.measuring.distance import Distance
from radgalgui.sky.measuring.flux import Flux
from radgalgui.sky.measuring.profiles import Profile
from radgalgui.sky.measuring.size import LargestSize

__all__ = ["COLUMNS", "details", "label", "row", "sentence", "title"]

BETWEEN = "  ·  "
TITLES = {
    Kind.DISTANCE: "Distance",
    Kind.FLUX: "Flux",
    Kind.SIZE: "Largest size",
    Kind.LINE: "Line profile",
    Kind.RADIAL: "Radial profile",
}


def title(measurement: Measurement) -> str:
    """Return what was measured: "Flux", "Largest size"."""
    return TITLES[measurement.kind]


def label(measurement: Measurement) -> str:
    """Return what is written on the picture."""
    result = measurement.result
    if isinstance(result, Flux):
        return with_error(result.value, result.error, result.unit)
    if isinstance(result, Profile):
        return str(measurement.number)
    return length(result.length, in_arcsec=measurement.in_arcsec)


def sentence(measurement: Measurement) -> str:
    """Return the result in one line: "12.34 ± 0.15 mJy"."""
    result, arcsec = measurement.result, measurement.in_arcsec
    if isinstance(result, Flux):
        words = with_error(result.value, result.error, result.unit)
        return words if result.is_flux else f"sum {words}"
    if isinstance(result, Distance):
        return "  ".join(
            filter(None, (length(result.length, in_arcsec=arcsec), angle(result.position_angle)))
        )
    if isinstance(result, LargestSize):
        parts = (length(result.length, in_arcsec=arcsec), angle(result.position_angle))
        level = f"{result.sigma:g}σ" if math.isfinite(result.sigma) else "zero"
        return "  ".join([*filter(None, parts), f"above {level}"])
    return f"over {length(_reach(result), in_arcsec=arcsec)}"


def details(measurement: Measurement) -> str:
    """Return what else there is to say, how sure it is among it."""
    result = measurement.result
    said: list[str] = []
    if isinstance(result, Flux):
        said = _flux(measurement, result)
    elif isinstance(result, LargestSize):
        said = _size(result)
    elif isinstance(result, Profile):
        said = _profile(result, measurement.ground.sky.unit)
    if measurement.ground.reduction > 1:
        said.append(f"on the image averaged over {measurement.ground.reduction} px")
    return BETWEEN.join(said)


def _flux(measurement: Measurement, result: Flux) -> list[str]:
    said = []
    if not result.is_flux:
        said.append(_why_no_flux(measurement.ground.sky.unit))
    if math.isfinite(result.beams):
        said.append(f"{result.beams:.1f} beams{_typed(measurement)}")
    if math.isfinite(result.empty_error):
        said.append(
            f"empty apertures scatter by {with_error(result.empty_error, math.nan, result.unit)}"
        )
    said.append(f"peak {brightness(result.peak, measurement.ground.sky.unit)}")
    if measurement.wish.settings.annulus:
        level = brightness(result.background, measurement.ground.sky.unit)
        said.append(f"sky of {level} subtracted")
    if not math.isfinite(result.error):
        said.append("noise unknown")
    if result.blank > 0:
        said.append(f"{_percent(result.blank)} of it is blank or outside")
    return said


def _typed(measurement: Measurement) -> str:
    """Say where the beam was typed by hand."""
    told, beam = measurement.ground.sky.beam, measurement.wish.settings.beam
    return f" of {beam:g}″ (typed)" if beam > 0 and not (told and told[0] > 0) else ""


def _why_no_flux(unit: str) -> str:
    if "beam" in unit.lower() or "bm" in unit.lower():
        return "values added up: the header tells no beam, type it above"
    return "values added up: " + (f"{unit} is no flux" if unit else "the image has no unit")


def _size(result: LargestSize) -> list[str]:
    said = []
    if math.isfinite(result.deconvolved):
        said.append(f"{length(result.deconvolved, in_arcsec=True)} without the beam")
    elif not result.resolved:
        said.append("not resolved")
    flux = result.flux
    words = with_error(flux.value, flux.error, flux.unit)
    said.append(
        f"{words} in {len(result.pixels):,} px" if flux.is_flux else f"{len(result.pixels):,} px"
    )
    if result.touches_edge:
        said.append("may go on beyond the edge or beneath blanks")
    return said


def _profile(result: Profile, unit: str) -> list[str]:
    known = result.value[np.isfinite(result.value)]
    if not known.size:
        return ["all blank"]
    said = [f"highest {brightness(float(known.max()), unit)}"]
    if result.noise > 0:
        said.append(f"noise {brightness(result.noise, unit)}")
    return said


def _reach(profile: Profile) -> float:
    if profile.scatter.size:  # to the outer edge of the last ring
        half = profile.distance[0]
        return float(profile.distance[-1] + half)
    return float(profile.distance[-1])


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.01 else "under 1 %"


# -- tables --------------------------------------------------------------------------------

COLUMNS = (
    "galaxy", "number", "measured", "ra", "dec", "position", "fits_x", "fits_y", "value", "error",
    "unit", "length", "length_unit", "position_angle", "deconvolved", "sigma", "peak", "noise",
    "beams", "area", "sky_subtracted", "empty_error", "blank", "details",
)  # fmt: skip


def row(measurement: Measurement) -> dict[str, object]:
    """Return a row of the table of measurements; what does not apply is empty."""
    x, y = measurement.wish.places[0]
    told: dict[str, object] = dict.fromkeys(COLUMNS, "")
    told.update(
        galaxy=measurement.ground.galaxy,
        number=measurement.number,
        measured=title(measurement),
        fits_x=round(x + 1, 3),
        fits_y=round(y + 1, 3),
        length_unit="arcsec" if measurement.in_arcsec else "px",
        details=details(measurement),
    )
    if measurement.position is not None:
        told["ra"], told["dec"] = measurement.position
        told["position"] = sexagesimal(*measurement.position)
    result = measurement.result
    if isinstance(result, Flux):
        told.update(_flux_columns(result), length_unit="")
    elif isinstance(result, Distance):
        told.update(length=_known(result.length), position_angle=_known(result.position_angle))
    elif isinstance(result, LargestSize):
        told.update(_flux_columns(result.flux))
        told.update(
            length=_known(result.length),
            position_angle=_known(result.position_angle),
            deconvolved=_known(result.deconvolved),
            sigma=_known(result.sigma),
        )
    else:
        told.update(length=_known(_reach(result)), noise=result.noise or "", unit=result.unit)
    return told


def _flux_columns(flux: Flux) -> dict[str, object]:
    return {
        "value": _known(flux.value),
        "error": _known(flux.error),
        "unit": flux.unit,
        "peak": _known(flux.peak),
        "noise": flux.noise or "",
        "beams": _known(flux.beams),
        "area": _known(flux.area),
        "sky_subtracted": flux.background,
        "empty_error": _known(flux.empty_error),
        "blank": flux.blank,
    }


def _known(value: float) -> float | str:
    return float(f"{value:.8g}") if math.isfinite(value) else ""
