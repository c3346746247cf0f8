"""From sky values to what an encoder sees: clip at k sigma, scale to [0, 1], asinh stretch."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.errors import UsageError

__all__ = ["Preprocessing"]

_SIZES: Final = (1, 1024)
_MOST_CHANNELS: Final = 64


@dataclass(frozen=True)
class Preprocessing:
    """How images are made ready for an encoder; stored beside its weights.

    Parameters
    ----------
    size : int
        Side of the cutout, pixels.
    pixel_scale : float
        Arcsec a pixel.
    channels : int
        Bands of an image.
    beam : float
        Full width at half maximum that finer images are smoothed to, arcsec; 0 leaves them.
    clip_sigma : float
        Pixels below this many times the noise become 0.
    softening : float
        ``a`` of the stretch ``asinh(x / a) / asinh(1 / a)``, on values in [0, 1].
    survey_scale : float
        Arcsec a pixel of the images that it was trained on, before they were resampled to
        ``pixel_scale``; 0 where they were not.  An image of other pixels is remarked upon.
    """

    size: int = 64
    pixel_scale: float = 1.8
    channels: int = 1
    beam: float = 5.4
    clip_sigma: float = 3.0
    softening: float = 0.1
    survey_scale: float = 0.0

    @property
    def field_of_view(self) -> float:
        """Side of the cutout on the sky, arcsec."""
        return self.size * self.pixel_scale

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as JSON holds them."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Preprocessing:
        """Read settings written by `to_dict`.

        Raises
        ------
        UsageError
            If a setting is unknown, or its value not admitted: sizes and bands are whole numbers,
            1 to 1024 and 1 to 64; pixels and softening are above 0, all others 0 or more.
        """
        unknown = set(values) - set(cls.__dataclass_fields__)
        if unknown:
            raise UsageError(
                f"unknown preprocessing setting {sorted(unknown)[0]!r}",
                remedy="update RadGalGUI, or use weights of this version",
            )
        for name, value in values.items():
            if not _admitted(name, value):
                raise UsageError(f"the preprocessing setting {name!r} cannot be {value!r:.40}")
        return cls(**values)

    def see(self, data: NDArray[np.floating], noise: float) -> NDArray[np.float32]:
        """Return what the encoder sees of sky values already on its pixel grid.

        Parameters
        ----------
        data : ndarray, shape (..., S, S)
            Sky values; NaN counts as no emission.
        noise : float
            Noise in the same unit; 0 for images whose background was already taken out.

        Returns
        -------
        ndarray, same shape, float32
            Values in [0, 1], each (S, S) plane scaled by its own maximum; all zero where
            nothing rises above the clip.
        """
        values = np.nan_to_num(np.asarray(data, dtype=np.float32), nan=0.0, posinf=0.0, neginf=0.0)
        values = np.where(values >= max(self.clip_sigma * noise, 0.0), values, np.float32(0.0))
        peak = values.max(axis=(-2, -1), keepdims=True)
        scaled = np.divide(values, peak, out=np.zeros_like(values), where=peak > 0)
        return self.stretch(scaled)

    def stretch(self, scaled: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return ``asinh(x / a) / asinh(1 / a)`` of values in [0, 1], float32."""
        stretched = np.arcsinh(np.asarray(scaled) / self.softening) / np.arcsinh(1 / self.softening)
        return np.asarray(stretched, dtype=np.float32)

    def unstretch(self, seen: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return the values in [0, 1] of which `stretch` makes these, float32; NaN stays NaN."""
        scaled = self.softening * np.sinh(np.asarray(seen) * np.arcsinh(1 / self.softening))
        return np.asarray(scaled, dtype=np.float32)


def _admitted(name: str, value: object) -> bool:
    """Tell whether a setting may have a value, as files hold it."""
    if name == "size":
        return type(value) is int and _SIZES[0] <= value <= _SIZES[1]
    if name == "channels":
        return type(value) is int and 1 <= value <= _MOST_CHANNELS
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        return False
    return value > 0 if name in {"pixel_scale", "softening"} else value >= 0
