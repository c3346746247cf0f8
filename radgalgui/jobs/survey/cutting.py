"""Sources cut out of a plan's images, as a query's source is cut out."""

from __future__ import annotations

import math
from dataclasses import replace
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from radgalgui.errors import ImageError, RadGalError
from radgalgui.jobs.survey.flux import flux_density
from radgalgui.jobs.survey.images import open_images, with_assumptions
from radgalgui.jobs.survey.plan import Cut, Plan, Rejected, Row
from radgalgui.sky.cutout import make_cutout, widened
from radgalgui.sky.image import Cutout, SkyImage, SkyPosition
from radgalgui.sky.preprocess import Preprocessing

__all__ = ["Cutter", "cut", "refusal"]


class Cutter:
    """Cuts the rows of a plan out of its images, which stay open meanwhile.

    Used as ``with Cutter(plan, preprocessing) as cutter: cutter.cut(row)``; by one thread at a
    time.

    Raises
    ------
    ImageError
        If a stack cannot be opened.
    """

    def __init__(self, plan: Plan, preprocessing: Preprocessing) -> None:
        self.plan = plan
        self._wanted = preprocessing
        softening = plan.options.softening
        self._preprocessing = (
            preprocessing if softening is None else replace(preprocessing, softening=softening)
        )
        self._images = open_images(plan)

    def cut(self, row: Row) -> Cut:
        """Cut the source of a row out of its image.

        Raises
        ------
        ImageError
            In one sentence, why the row cannot become a source.
        """
        image = self._images.image(row)
        if self.plan.options.pixels == "ready":
            return self._taken(image, row)
        known = image.wcs is not None
        image = with_assumptions(image, row, self.plan.options)
        field = self.plan.options.field if image.wcs is not None else None
        shown = widened(self._preprocessing, field)
        piece = make_cutout(image, shown, position=self._position(row, image))
        ra, dec = self._where(row, piece, known=known)
        return Cut(
            seen=piece.seen,
            data=piece.data,
            ra=ra,
            dec=dec,
            angular_size=piece.angular_size if image.wcs is not None else math.nan,
            peak_snr=piece.peak_snr,
            flux=flux_density(piece, image, shown),
            noise=piece.noise,
            unit=image.unit,
            origin=image.origin,
            notes=(*row.notes, *piece.notes),
        )

    def close(self) -> None:
        """Let all files go."""
        self._images.close()

    def __enter__(self) -> Cutter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _position(self, row: Row, image: SkyImage) -> SkyPosition | None:
        """Return the position to centre on, None for the source near the image's middle."""
        if self.plan.options.centre == "source" or image.wcs is None or not _placed(row):
            return None
        return SkyPosition(row.ra, row.dec)

    def _where(self, row: Row, piece: Cutout, *, known: bool) -> tuple[float, float]:
        """Return the source's position as a catalogue holds it."""
        told = self.plan.options.centre == "position" and _placed(row)
        if told or not known or piece.position is None:
            return row.ra, row.dec
        return piece.position.ra, piece.position.dec

    def _taken(self, image: SkyImage, row: Row) -> Cut:
        """Return an image that is what encoders see already."""
        seen = _in_unit_range(np.stack(image.bands or (image.data,)))
        wanted = (self._wanted.channels, self._wanted.size, self._wanted.size)
        if seen.shape != wanted:
            raise ImageError(
                f"the image has the shape {seen.shape}, and encoders see {wanted}",
                subject=row.name,
                remedy="let it be cut and stretched",
            )
        unknown = math.nan
        return Cut(
            seen, seen, row.ra, row.dec, unknown, unknown, unknown,
            origin=image.origin, notes=(*row.notes, *image.notes),
        )  # fmt: skip


def cut(row: Row, plan: Plan, preprocessing: Preprocessing) -> Cut:
    """Cut one source out; `Cutter` for many.

    Raises
    ------
    ImageError
        In one sentence, why the row cannot become a source.
    """
    with Cutter(plan, preprocessing) as cutter:
        return cutter.cut(row)


def refusal(row: Row, error: Exception) -> Rejected:
    """Return in a sentence why a row cannot become a source, whatever was raised.

    One file that nobody thought of must not stop the others.
    """
    if isinstance(error, RadGalError):
        reason = str(error)
    elif isinstance(error, MemoryError):
        reason = "its image takes more memory than there is"
    else:
        reason = f"cannot be read ({type(error).__name__}: {error})"
    return Rejected(row.number, row.name, reason)


def _placed(row: Row) -> bool:
    return math.isfinite(row.ra) and math.isfinite(row.dec)


def _in_unit_range(bands: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return values in [0, 1]: those of bytes over 255, all others as they are."""
    values = np.nan_to_num(bands.astype(np.float32))
    if values.max(initial=0.0) > 1.0:
        values = values / np.float32(255.0)
    if values.min() < 0 or values.max() > 1:
        raise ImageError(
            f"values run from {values.min():g} to {values.max():g}, not from 0 to 1 or 255",
            remedy="let the images be cut and stretched",
        )
    return values
