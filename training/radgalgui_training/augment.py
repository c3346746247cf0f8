"""Augmentations for radio images: batched, on the device, on floats, before the stretch.

What may change about an image of a source without its being another source: the angle on
the sky, its mirror image, a little of its size and place, the beam, the noise, and how
brightness is turned into grey.  Images come in on a wider field than the encoder sees, so
that any turn fills the corners with sky, and leave as what the encoder sees.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

from radgalgui.sky.preprocess import Preprocessing

__all__ = ["Augmentation", "Strength", "blur", "correlated_noise", "turn"]

_KERNEL_RADIUS: Final = 5
_FWHM_TO_SIGMA: Final = 1.0 / math.sqrt(8.0 * math.log(2.0))
_FAINTEST_NOISE: Final = 1e-3
_FAINTEST_EMISSION: Final = 0.02  # of the peak, in images whose background was taken out


@dataclass(frozen=True)
class Strength:
    """How far an image may change; zeros leave it as it is.

    Parameters
    ----------
    rotate : bool
        Turn by any angle, and mirror every second image.
    zoom : float
        Largest change of size, as a natural logarithm: 0.1 is ten per cent either way.
    shift : float
        Largest shift along each axis, pixels.
    blur : float
        Largest additional beam, full width at half maximum in pixels.
    blur_probability : float
        Share of the images that get one.
    noise : float
        Largest additional noise over the image's peak, for half of the images.
    gain : float
        Largest over-exposure as a natural logarithm: what exceeds 1 is cut.
    soften : float
        Largest change of the stretch's softening, as a natural logarithm.
    whole : bool
        Hold zoom and shift back for a source that they would push out of view: every source
        that fits into the view's circle stays in it.
    """

    rotate: bool = True
    zoom: float = 0.1
    shift: float = 2.0
    blur: float = 2.0
    noise: float = 0.05
    gain: float = 0.3
    soften: float = 0.7
    blur_probability: float = 0.5
    whole: bool = False


class Augmentation:
    """Make a random view of each image, as the encoder sees it.

    Parameters
    ----------
    strength : Strength
        How far an image may change.
    preprocessing : `radgalgui.sky.preprocess.Preprocessing`
        Side of a view, clip, stretch and beam.
    """

    def __init__(self, strength: Strength, preprocessing: Preprocessing) -> None:
        self.strength = strength
        self.preprocessing = preprocessing
        self._beam = preprocessing.beam / preprocessing.pixel_scale

    def __call__(
        self,
        images: Tensor,
        noise: Tensor,
        depth: Tensor | None = None,
        generator: torch.Generator | None = None,
    ) -> Tensor:
        """Return views (N, C, S, S) in [0, 1] of images (N, C, K, K), K at least S.

        Parameters
        ----------
        images : Tensor, shape (N, C, K, K), floating
            Sky values over the peak; noise may be in them, or have been taken out.
        noise : Tensor, shape (N,)
            Root mean square of the noise over the peak; 0 where it was taken out.
        depth : Tensor, shape (N,), optional
            Softening of each image's stretch over the encoder's own, which is the default.  As
            much less noise is added: what a deep stretch shows would drown in it.
        generator : torch.Generator, optional
            Where the random numbers come from; torch's own by default.
        """
        draw = _Draw(len(images), images.device, generator)
        views = self._geometry(images.float(), noise.float(), draw)
        if self.strength.blur > 0:
            width = draw.between(0.0, self.strength.blur)
            views = blur(views, draw.sometimes(width, self.strength.blur_probability))
        depth = torch.ones_like(draw.zeros) if depth is None else depth
        views, noise = self._noise(views, noise.float(), depth, draw)
        return self._stretch(self._clip(views, noise), depth, draw)

    def _geometry(self, images: Tensor, noise: Tensor, draw: _Draw) -> Tensor:
        """Turn, mirror, zoom and shift in one interpolation, and cut the middle out."""
        full_turn = 2 * math.pi if self.strength.rotate else 0.0
        mirror = draw.half(torch.full_like(draw.zeros, -2.0)) + 1.0
        angle = draw.between(0.0, full_turn)
        zoom = draw.either_way(self.strength.zoom).exp()
        shift = torch.stack([draw.either_way(self.strength.shift) for _ in range(2)], dim=-1)
        if self.strength.whole:
            zoom, shift = self._held_back(zoom, shift, images, noise)
        return turn(
            images,
            angle=angle,
            mirror=mirror if self.strength.rotate else torch.ones_like(mirror),
            zoom=zoom,
            shift=shift,
            size=self.preprocessing.size,
        )

    def _held_back(
        self, zoom: Tensor, shift: Tensor, images: Tensor, noise: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Limit zoom and shift so that what lies in the view's circle stays in it."""
        inside = self.preprocessing.size / 2
        reach = _reach(images, noise, within=inside)
        zoom = torch.minimum(zoom, (inside / reach.clamp_min(1.0)).clamp_min(1.0))
        room = (inside / zoom - reach).clamp_min(0.0)
        length = shift.norm(dim=-1).clamp_min(1e-6)
        return zoom, shift * (room / length).clamp_max(1.0)[:, None]

    def _noise(
        self, views: Tensor, noise: Tensor, depth: Tensor, draw: _Draw
    ) -> tuple[Tensor, Tensor]:
        """Add noise that is correlated over a beam; return the noise there is now as well."""
        if self.strength.noise <= _FAINTEST_NOISE:
            return views, noise
        faintest, strongest = math.log(_FAINTEST_NOISE), math.log(self.strength.noise)
        added = depth * draw.half(draw.between(faintest, strongest).exp())
        field = correlated_noise(views.shape, self._beam, views.device, draw.generator)
        return views + added[:, None, None, None] * field, torch.hypot(noise, added)

    def _clip(self, views: Tensor, noise: Tensor) -> Tensor:
        """Set to 0 what lies below the clip, and scale each band to its own maximum."""
        floor = (self.preprocessing.clip_sigma * noise).clamp_min(0.0)[:, None, None, None]
        clipped = torch.where(views >= floor, views, 0.0)
        peak = clipped.amax(dim=(-2, -1), keepdim=True)
        return clipped / torch.where(peak > 0, peak, 1.0)

    def _stretch(self, scaled: Tensor, depth: Tensor, draw: _Draw) -> Tensor:
        """Over-expose a little and stretch with a softening near the one that is meant."""
        gain = draw.between(0.0, self.strength.gain).exp()[:, None, None, None]
        softening = self.preprocessing.softening * depth
        softening = softening * draw.either_way(self.strength.soften).exp()
        softening = softening[:, None, None, None]
        exposed = (scaled * gain).clamp(0.0, 1.0)
        return torch.asinh(exposed / softening) / torch.asinh(1.0 / softening)


class _Draw:
    """One random number an image, by the name of what it is for."""

    def __init__(self, count: int, device: torch.device, generator: torch.Generator | None) -> None:
        self.generator = generator
        self.zeros = torch.zeros(count, device=device)

    def between(self, low: float, high: float) -> Tensor:
        return low + (high - low) * self._uniform()

    def either_way(self, limit: float) -> Tensor:
        return self.between(-limit, limit)

    def half(self, values: Tensor) -> Tensor:
        """Keep every second value by chance; the others become 0."""
        return self.sometimes(values, 0.5)

    def sometimes(self, values: Tensor, probability: float) -> Tensor:
        """Keep a share of the values by chance; the others become 0."""
        return torch.where(self._uniform() < probability, values, 0.0)

    def _uniform(self) -> Tensor:
        return torch.rand(len(self.zeros), device=self.zeros.device, generator=self.generator)


def _reach(images: Tensor, noise: Tensor, *, within: float) -> Tensor:
    """Return how far from the middle emission goes, pixels (N,), looking no farther than that.

    At 5 sigma: among thousands of pixels some of the noise alone exceed 3.
    """
    side = images.shape[-1]
    axis = torch.arange(side, device=images.device) - (side - 1) / 2
    distance = torch.hypot(axis, axis[:, None])
    # A pixel's corner lies farther out than its middle, and so does what bicubic makes of it.
    distance = torch.where(distance <= within, distance + 1.0, 0.0)
    floor = (5 * noise).clamp_min(_FAINTEST_EMISSION)[:, None, None]
    return torch.where(images.amax(dim=1) > floor, distance, 0.0).amax(dim=(-2, -1))


def turn(
    images: Tensor, *, angle: Tensor, mirror: Tensor, zoom: Tensor, shift: Tensor, size: int
) -> Tensor:
    """Return the middle (N, C, size, size) of images turned, mirrored, zoomed and shifted.

    Parameters
    ----------
    images : Tensor, shape (N, C, K, K)
        What lies outside counts as 0.
    angle : Tensor, shape (N,)
        Radians.
    mirror : Tensor, shape (N,)
        1, or -1 for the mirror image.
    zoom : Tensor, shape (N,)
        Above 1 enlarges.
    shift : Tensor, shape (N, 2)
        Where the middle of the result lies in the image: pixels along x and y.
    size : int
        Side of the result, pixels.
    """
    side = images.shape[-1]
    scale = size / side / zoom
    cosine, sine = torch.cos(angle) * scale, torch.sin(angle) * scale
    rows = torch.stack(
        [
            cosine * mirror,
            -sine,
            shift[:, 0] * 2 / side,
            sine * mirror,
            cosine,
            shift[:, 1] * 2 / side,
        ],
        dim=-1,
    )
    count, bands = images.shape[:2]
    grid = functional.affine_grid(
        rows.view(count, 2, 3), [count, bands, size, size], align_corners=False
    )
    # Bicubic: a bilinear turn would smooth the 3-pixel beam, and so tell turned from unturned.
    return functional.grid_sample(images, grid, mode="bicubic", align_corners=False)


def blur(images: Tensor, width: Tensor) -> Tensor:
    """Convolve images (N, C, H, W) with Gaussians of their own full widths (N,), pixels.

    The sum of an image is kept, save for what leaves at its edges; a width of 0 keeps all.
    """
    count, bands = images.shape[:2]
    taps = torch.arange(-_KERNEL_RADIUS, _KERNEL_RADIUS + 1, device=images.device)
    sigma = (width * _FWHM_TO_SIGMA).clamp_min(1e-3)[:, None]
    kernels = torch.exp(-0.5 * (taps / sigma) ** 2)
    kernels = (kernels / kernels.sum(dim=1, keepdim=True)).repeat_interleave(bands, dim=0)
    planes = images.reshape(1, count * bands, *images.shape[-2:])
    for shape, padding in (((1, -1), (0, _KERNEL_RADIUS)), ((-1, 1), (_KERNEL_RADIUS, 0))):
        weight = kernels.reshape(count * bands, 1, *shape)
        planes = functional.conv2d(planes, weight, padding=padding, groups=count * bands)
    return planes.reshape(images.shape)


def correlated_noise(
    shape: torch.Size, beam: float, device: torch.device, generator: torch.Generator | None = None
) -> Tensor:
    """Return Gaussian noise of unit variance, correlated over a beam of ``beam`` pixels."""
    *stack, height, width = shape
    margin = 2 * _KERNEL_RADIUS
    white = torch.randn(
        (*stack, height + margin, width + margin), device=device, generator=generator
    )
    # As two products with banded matrices: a convolution of one band is ten times as slow.
    return _smoothing(height, beam, device) @ white @ _smoothing(width, beam, device).T


def _smoothing(size: int, beam: float, device: torch.device) -> Tensor:
    """Return the matrix (size, size + margin) of a Gaussian running mean that keeps variance."""
    taps = torch.arange(-_KERNEL_RADIUS, _KERNEL_RADIUS + 1, device=device)
    kernel = torch.exp(-0.5 * (taps / max(beam * _FWHM_TO_SIGMA, 1e-3)) ** 2)
    rows = torch.arange(size, device=device)[:, None]
    matrix = torch.zeros(size, size + 2 * _KERNEL_RADIUS, device=device)
    return matrix.scatter_(
        1, rows + taps + _KERNEL_RADIUS, (kernel / kernel.norm()).expand(size, -1)
    )
