"""Published data sets as their authors split them: images, classes, and which are for the test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import h5py
import numpy as np
from numpy.typing import NDArray

from radgalgui.analysis.vectors import side_by_side
from radgalgui.errors import DataError, UsageError
from radgalgui.progress import CancelToken, Progress, silent
from radgalgui.sky.look import OWN_LOOK, Look
from radgalgui.sky.preprocess import Preprocessing
from radgalgui_training.datasets.batches import batch_paths, published_batches, read_batch
from radgalgui_training.datasets.finding import found_folder
from radgalgui_training.datasets.frdeep import FRDEEP_FIELD, FRDEEP_SOFTENING
from radgalgui_training.datasets.labelled import central_crop, framed
from radgalgui_training.datasets.mirabest import is_confident, is_frii
from radgalgui_training.datasets.sdss import SDSS_FILE, SDSS_PIXEL, read_sdss_file
from radgalgui_training.pickles import read_pickle

if TYPE_CHECKING:
    from radgalgui.models.encoder import Encoder

__all__ = ["DATASETS", "Published", "read_published"]

_SIDE: Final = 150  # pixels along a side of the images in batches
_FIRST_BEAM: Final = 5.4  # arcsec
_NVSS_LOOKS: Final = tuple(
    Look(field, softening, beam=45.0, rings=True)
    for field in (720.0, 960.0)
    for softening in (0.1, 0.02, 0.005)
)
_MIRABEST: Final = ("100", "102", "104", "110", "112", "200", "201", "210", "300", "310")
_RGD: Final = ("FRI", "FRII", "Compact", "Bent")
# Which way a spiral turns is a matter of the side that it is seen from.
_OPTICAL: Final = {"elliptical": "elliptical", "spiral_acw": "spiral", "spiral_cw": "spiral"}
_RGD_SPLITS: Final = ("train", "valid", "test")


@dataclass(frozen=True)
class Published:
    """A labelled data set and its published split.

    Parameters
    ----------
    name : str
        One of `DATASETS`.
    images : ndarray, shape (N, H, W) or (N, C, H, W), uint8
        As published: background taken out, not yet stretched.
    labels : ndarray, shape (N,), str
        Classes by name.
    test : ndarray, shape (N,), bool
        Sources of the published test part; all False where that is not present.
    pixel_scale : float
        Arcsec a pixel.
    look : Look
        How an encoder is shown them, where its vectors must have their own length.  A field of
        None is as many beams as it was trained with, on FIRST.
    looks : tuple of Look
        How it is shown them for classifiers, which learn from the vectors of all looks side by
        side; ``look`` alone where none is told.
    beam : float
        Full width at half maximum, arcsec; that of FIRST by default.
    positive : str
        The class that recall and specificity are about.
    groups : ndarray, shape (N,), str, optional
        Sources of one group share sky, so that none may be learned from when another is
        measured; without it every source stands for itself.
    few : str
        How much of the published training part is present, where that is not all, in words.
    """

    name: str
    images: NDArray[np.uint8]
    labels: NDArray[np.str_]
    test: NDArray[np.bool_]
    pixel_scale: float = 1.8
    look: Look = OWN_LOOK
    looks: tuple[Look, ...] = ()
    beam: float = _FIRST_BEAM
    positive: str = "FRII"
    groups: NDArray[np.str_] | None = None
    few: str = ""

    def __len__(self) -> int:
        return len(self.images)

    @property
    def channels(self) -> int:
        """How many bands an image has."""
        return 1 if self.images.ndim == 3 else int(self.images.shape[1])

    @property
    def classifier_looks(self) -> tuple[Look, ...]:
        """How an encoder is shown them for classifiers."""
        return self.looks or (self.look,)

    def select(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> Published:
        """Return the sources of a mask (N,), or of rows in their order."""
        return replace(
            self,
            images=self.images[chosen],
            labels=self.labels[chosen],
            test=self.test[chosen],
            groups=None if self.groups is None else self.groups[chosen],
        )

    def training_part(self) -> Published:
        """Return what may be learned from: not the published test part, no image twice."""
        return self.select(~self.test).without_repeats()

    def without_repeats(self) -> Published:
        """Leave out images that are pixel for pixel an earlier one."""
        first: dict[bytes, int] = {}
        for number, image in enumerate(self.images):
            first.setdefault(image.tobytes(), number)
        keep = np.zeros(len(self), dtype=bool)
        keep[list(first.values())] = True
        return self.select(keep)

    def vectors(
        self,
        encoder: Encoder,
        *,
        ignore_orientation: bool = True,
        progress: Progress = silent,
        cancel: CancelToken | None = None,
    ) -> NDArray[np.float32]:
        """Return what classifiers learn from, (N, L * E) float32: what each look tells in turn.

        Parameters
        ----------
        encoder : Encoder
            Makes them.
        ignore_orientation, progress, cancel
            As for `radgalgui.models.encoder.Encoder.embed`.

        Raises
        ------
        UsageError
            If the encoder takes another number of bands.
        Cancelled
            If the token is raised.
        """
        looks = self.classifier_looks
        seen = np.concatenate([self.seen(encoder.preprocessing, look) for look in looks])
        embedded = encoder.embed(
            seen, ignore_orientation=ignore_orientation, progress=progress, cancel=cancel
        )
        return side_by_side(embedded, seen, looks)

    def seen(self, preprocessing: Preprocessing, look: Look | None = None) -> NDArray[np.float32]:
        """Return what an encoder sees of the images, (N, C, S, S) float32 in [0, 1].

        The middle, as much as the look says, resampled to the encoder's side where it has other
        pixels, scaled to its own maximum and stretched.

        Parameters
        ----------
        preprocessing : Preprocessing
            How the encoder sees.
        look : Look, optional
            That of the set by default.

        Raises
        ------
        UsageError
            If the encoder takes another number of bands.
        """
        self.check_bands(preprocessing)
        look = look or self.look
        field = look.field or preprocessing.field_of_view * self.beam / _FIRST_BEAM
        scale = field / preprocessing.size / self.pixel_scale
        bands = self.images[:, None] if self.images.ndim == 3 else self.images
        seen = framed(bands, scale=scale, side=preprocessing.size)
        return look.sight(preprocessing).see(seen, noise=0)

    def check_bands(self, preprocessing: Preprocessing) -> None:
        """Refuse what takes another number of bands than these images have, as a `UsageError`."""
        if preprocessing.channels != self.channels:
            raise UsageError(
                f"the images of {self.name} have {_bands(self.channels)}, and the encoder takes "
                f"{_bands(preprocessing.channels)}",
                remedy="choose an encoder that was trained on images of as many bands (--encoder)",
            )


def read_published(name: str, root: Path) -> Published:
    """Read a published data set with its test part, where that is present.

    Parameters
    ----------
    name : str
        One of `DATASETS`.
    root : Path
        The published folder (``F_batches``, ``NVSS_PNG_dataset``, that of
        ``galaxy_data_h5.h5``, ``gz1_64.h5`` or ``emu_cutouts.h5``), or one that holds it, up to
        three levels deep.

    Raises
    ------
    DataError
        If it is not there, is damaged, or is another data set.
    """
    return DATASETS[name](root)


def _mirabest_confident(root: Path) -> Published:
    """FRI and FRII without doubt, from FIRST; no hybrids."""
    images, codes, test, few = _batches(root, ("mirabest", "F_batches"), _MIRABEST)
    labels = np.where(is_frii(codes), "FRII", "FRI")
    every = Published("mirabest-confident", images, labels, test, few=few)
    return every.select(is_confident(codes))


def _frdeep_nvss(root: Path) -> Published:
    """FRI and FRII from NVSS, at 15" a pixel.

    The middle 16' are shown, stretched deep: at 45" most sources are hardly resolved, and much of
    what tells their class is faint and lies around them.  Chosen by cross-validation with the
    bundled SimCLR, accuracy and AUC of logistic regression:

                 softening 0.1    0.03            0.01
        16'      0.838, 0.905     0.859, 0.916    0.857, 0.917
        20'      0.813, 0.888     0.825, 0.887
        30'      0.825, 0.888     0.824, 0.891

    Classifiers are given the vectors of several looks side by side, which tell more together
    where one tells little; and the emission in rings, sixteen numbers a look, which tell how
    bright a source stands over the noise and how crowded its sky is.  The same two scores by
    ``radgalgui evaluate``:

                 16' at 0.02      12' and 16', each at      the same
                                  0.1, 0.02 and 0.005       and rings
        BYOL     0.827, 0.897     0.869, 0.921              0.870, 0.928
        SimSiam  0.833, 0.889     0.848, 0.916              0.862, 0.929
        SimCLR   0.859, 0.916     0.863, 0.926              0.868, 0.935
        VDVAE    0.836, 0.903     0.844, 0.909              0.857, 0.925

    The rings alone have 0.834, 0.911.

    On other folds 12' and 16' at 0.05 and 0.01 were as good but for the VDVAE (0.835, 0.907),
    and 8', 12' and 16' at 0.1 and 0.01 worse for SimCLR (0.855, 0.921).
    """
    images, codes, test, few = _batches(root, ("frdeep", "NVSS_PNG_dataset"), ("FRI", "FRII"))
    labels = np.where(codes == 1, "FRII", "FRI")
    return Published(
        "frdeep-nvss",
        images,
        labels,
        test,
        pixel_scale=15.0,
        look=Look(FRDEEP_FIELD, FRDEEP_SOFTENING),
        looks=_NVSS_LOOKS,
        few=few,
    )


def _rgd(root: Path) -> Published:
    """FRI, FRII, compact and bent sources from FIRST; all but the test part are for training."""
    path = found_folder(root, ("rgd",), "galaxy_data_h5.h5") / "galaxy_data_h5.h5"
    try:
        with h5py.File(path) as file:
            ordered = (file[key] for key in sorted(file, key=lambda key: (len(key), key)))
            groups = [group for group in ordered if _split(group) in _RGD_SPLITS]
            images = np.stack([central_crop(group["Img"][()], _SIDE) for group in groups])
            codes = np.asarray([int(group["Label_literature"][()]) for group in groups])
            test = np.asarray([_split(group) == "test" for group in groups])
        labels = np.asarray(_RGD)[_codes(codes, len(_RGD))]
    except (OSError, KeyError, TypeError, ValueError, IndexError) as error:
        raise DataError(
            f"is not the Radio Galaxy Dataset ({error})",
            subject=path,
            remedy="fetch galaxy_data_h5.h5 again",
        ) from error
    return Published("rgd", images, labels, test)


def _sdss(root: Path, kinds: dict[str, str]) -> Published:
    """Optical galaxies in three bands, of the Galaxy Zoo classes that become ``kinds``."""
    data = read_sdss_file(found_folder(root, ("sdss",), SDSS_FILE) / SDSS_FILE)
    told = np.asarray([kinds.get(data.classes[int(code)], "") for code in data.labels])
    field = SDSS_PIXEL * data.images.shape[-1]  # all of it, whatever pixels the encoder has
    every = Published(
        name="sdss" if len(set(kinds.values())) == 2 else "sdss-edge-on",
        images=data.images,
        labels=told,
        test=np.zeros(len(told), dtype=bool),
        pixel_scale=SDSS_PIXEL,
        look=Look(field),
        positive="spiral",
    )
    return every.select(told != "")


DATASETS: Final[dict[str, Callable[[Path], Published]]] = {
    "mirabest-confident": _mirabest_confident,
    "frdeep-nvss": _frdeep_nvss,
    "rgd": _rgd,
    "sdss": partial(_sdss, kinds=_OPTICAL),
    "sdss-edge-on": partial(_sdss, kinds={**_OPTICAL, "edge_on": "edge-on"}),
}


def _batches(
    root: Path, parts: tuple[str, ...], names: tuple[str, ...]
) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.bool_], str]:
    """Read training batches in order, then the test batch if there is one; say if some lack."""
    folder = found_folder(root, parts, "data_batch_1")
    _check_names(folder / "batches.meta", names)
    paths = batch_paths(folder) or [folder / "data_batch_1"]  # of a folder that may not be listed
    wanted = published_batches(paths[0])
    few = "" if wanted in (None, len(paths)) else f"{len(paths)} of {wanted} batches"
    read = [_batch(path, len(names)) for path in paths]
    trained = sum(len(codes) for _, codes in read)
    if (folder / "test_batch").is_file():
        read.append(_batch(folder / "test_batch", len(names)))
    images, codes = (np.concatenate(several) for several in zip(*read, strict=True))
    return images, codes, np.arange(len(codes)) >= trained, few


def _batch(path: Path, classes: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    images, codes, _ = read_batch(path, side=_SIDE)
    try:
        return images, _codes(codes, classes)
    except ValueError as error:
        raise DataError(
            f"is not a batch of this data set ({error})",
            subject=path,
            remedy="fetch the published file again",
        ) from error


def _codes(codes: NDArray[Any], classes: int) -> NDArray[np.int64]:
    """Return labels as whole numbers, which must be those of classes."""
    whole: NDArray[np.int64] = np.asarray(codes, dtype=np.int64)
    if whole.ndim != 1 or not whole.size or whole.min() < 0 or whole.max() >= classes:
        raise ValueError(f"labels are not 0 to {classes - 1}")
    return whole


def _check_names(path: Path, names: tuple[str, ...]) -> None:
    """Refuse a folder of the same format that holds another data set."""
    if not path.is_file():
        return
    meta: Any = read_pickle(path)
    told = meta.get("label_names") if isinstance(meta, dict) else None
    if told is not None and tuple(str(name) for name in told) != names:
        raise DataError(
            f"the batches beside it have other classes than {', '.join(names)}",
            subject=path,
            remedy="name the folder of this data set with --root",
        )


def _split(group: Any) -> str:
    value = group["Split_literature"][()]
    return value.decode() if isinstance(value, bytes) else str(value)


def _bands(count: int) -> str:
    return "one band" if count == 1 else f"{count} bands"
