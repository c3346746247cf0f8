"""Reconstruct a galaxy: drawn again from what the generator keeps of it, beside what it missed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from radgalgui.jobs.events import Reconstruction
from radgalgui.jobs.looking import padded
from radgalgui.jobs.sight import number
from radgalgui.sky.reconstruction import Residual, residual, residual_of_seen
from radgalgui.sky.writer import write_fits

if TYPE_CHECKING:
    from astropy.io import fits

    from radgalgui.jobs.sight import Sight
    from radgalgui.models.generator import Generator
    from radgalgui.sky.image import Cutout

__all__ = [
    "COLUMNS",
    "Reconstructed",
    "reconstruct",
    "reconstruct_cutouts",
    "reconstruct_seen",
    "row",
    "save",
]

COLUMNS = (
    "query",
    "encoder",
    "chi_square",
    "chi_square_source",
    "noise_known",
    "peak_snr",
    "angular_size_arcsec",
    "ra",
    "dec",
    "input",
    "reconstruction",
    "residual",
)
"""Columns of ``radgalgui reconstruct --csv``, in order."""


@dataclass(frozen=True)
class Reconstructed:
    """A galaxy drawn again.

    Parameters
    ----------
    seen : ndarray, shape (C, S, S)
        What the generator saw, in [0, 1].
    image : ndarray, shape (C, S, S)
        What it drew, likewise.
    residual : Residual
        What it missed.
    encoder : str
        The name of the generator.
    cutout : Cutout, optional
        The sky that was seen, where it is at hand.
    """

    seen: NDArray[np.float32]
    image: NDArray[np.float32]
    residual: Residual
    encoder: str
    cutout: Cutout | None = None

    def event(self, job: str) -> Reconstruction:
        """Return the event that tells of it."""
        left = self.residual
        return Reconstruction(
            job=job,
            image=self.image,
            residual=left.values,
            chi_square=number(left.chi_square),
            chi_square_source=number(left.chi_square_source),
            noise_known=left.noise_known,
        )


def reconstruct(sight: Sight, generator: Generator) -> Reconstructed:
    """Draw the source of an image again.

    Parameters
    ----------
    sight : Sight
        The image; it is cut out as the generator wants it, unless that has been done.
    generator : Generator
        What draws.

    Raises
    ------
    ImageError
        If there is nothing to be cut out, or the image has not the generator's bands.
    WeightsError
        If the generator draws NaN.
    """
    (made,) = reconstruct_cutouts([sight.piece(generator.preprocessing)], generator)
    return made


def reconstruct_cutouts(
    cutouts: Sequence[Cutout], generator: Generator, *, size: int = 1
) -> list[Reconstructed]:
    """Draw sources again that were cut out as the generator wants them; raises likewise.

    At least ``size`` images are drawn, empty ones behind them: the last digits depend on it.
    """
    if not cutouts:
        return []
    seen = padded([cutout.seen for cutout in cutouts], size=size)
    images = generator.reconstruct(seen)[: len(cutouts)]
    return [
        Reconstructed(
            cutout.seen,
            image,
            residual(cutout, image, generator.preprocessing),
            generator.name,
            cutout,
        )
        for cutout, image in zip(cutouts, images, strict=True)
    ]


def reconstruct_seen(seen: NDArray[np.float32], generator: Generator) -> Reconstructed:
    """Draw a galaxy again of which only what encoders see (C, S, S) is stored."""
    image = generator.reconstruct(seen[None])[0]
    left = residual_of_seen(seen, image, generator.preprocessing)
    return Reconstructed(seen, image, left, generator.name)


def save(made: Reconstructed, folder: str | os.PathLike[str], name: str) -> list[Path]:
    """Write what was seen, drawn and missed as three FITS files with the cutout's WCS.

    Parameters
    ----------
    made : Reconstructed
        A galaxy drawn again.
    folder : path
        Where to; it must be there.  Files of the same names are replaced.
    name : str
        What the files' names begin with.

    Returns
    -------
    list of Path
        ``NAME-input.fits`` and ``NAME-reconstruction.fits``, on the encoder's scale from 0 to 1,
        and ``NAME-residual.fits`` in units of the noise, or in shares of the brightest pixel
        where that is not known: ``BUNIT`` tells.

    Raises
    ------
    UsageError
        If they cannot be written.
    """
    unit = "sigma" if made.residual.noise_known else "peak"
    wcs = None if made.cutout is None else made.cutout.wcs
    planes = {
        "input": (made.seen, "relative"),
        "reconstruction": (made.image, "relative"),
        "residual": (made.residual.values, unit),
    }
    return [
        write_fits(
            Path(folder) / f"{name}-{what}.fits", data, wcs=wcs, unit=bunit, header=_cards(made)
        )
        for what, (data, bunit) in planes.items()
    ]


def row(name: str, made: Reconstructed, written: Sequence[Path]) -> dict[str, Any]:
    """Return a dict with the keys of `COLUMNS`; None where something is not known.

    Parameters
    ----------
    name : str
        The galaxy's name.
    made : Reconstructed
        It, drawn again.
    written : sequence of Path
        What `save` returned.
    """
    cutout = made.cutout
    position = None if cutout is None else cutout.position
    files = dict(zip(("input", "reconstruction", "residual"), written, strict=True))
    return {
        "query": name,
        "encoder": made.encoder,
        "chi_square": number(made.residual.chi_square),
        "chi_square_source": number(made.residual.chi_square_source),
        "noise_known": made.residual.noise_known,
        "peak_snr": None if cutout is None else number(cutout.peak_snr),
        "angular_size_arcsec": None if cutout is None else cutout.angular_size,
        "ra": None if position is None else position.ra,
        "dec": None if position is None else position.dec,
        **{what: path.name for what, path in files.items()},
    }


def _cards(made: Reconstructed) -> fits.Header:
    """Return what the headers of all three say; what is not known is left out."""
    from astropy.io import fits

    cards: list[tuple[str, str | float | None, str]] = [
        ("ENCODER", made.encoder, "what drew the reconstruction"),
        ("CHISQ", number(made.residual.chi_square), "reduced chi-square, all pixels"),
        ("CHISQSRC", number(made.residual.chi_square_source), "the same within the source"),
    ]
    if made.cutout is not None:
        cards += [
            ("SKYNOISE", number(made.cutout.noise), "noise of the image, in its unit"),
            ("PEAKSNR", number(made.cutout.peak_snr), "peak of the source over the noise"),
            ("ANGSIZE", number(made.cutout.angular_size), "[arcsec] largest angular size"),
        ]
    header = fits.Header()
    for keyword, value, comment in cards:
        if value is not None:
            header[keyword] = (value, comment)
    return header
