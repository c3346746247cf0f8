"""How each kind of radio galaxy is put together from cores, jets, plumes and lobes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radgalgui.sky.simulate.particles import Particles, Spine, blob, clumpy, join, spine, tube
from radgalgui.sky.simulate.population import Shape

__all__ = ["Model", "build"]

_T: NDArray[np.float64] = np.linspace(0.0, 1.0, 64)


@dataclass(frozen=True)
class Model:
    """A source along its axis: the core at (0, 0) and none, one or two arms."""

    core: Particles
    arms: tuple[Particles, ...] = ()
    wings: tuple[Particles, ...] = ()

    def particles(self) -> Particles:
        """Return everything as one cloud."""
        return join([self.core, *self.arms, *self.wings])


Maker = Callable[[np.random.Generator, Shape], Model]


def build(rng: np.random.Generator, shape: Shape) -> Model:
    """Return the model of one source, of total flux 1 or thereabouts, axis along +x."""
    return _MAKERS[shape.kind](rng, shape)


def _arms(shape: Shape) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return length (arcsec) and flux of the two arms, which add up to the source's."""
    a, f = shape.arm_ratio, shape.flux_ratio
    lengths = shape.length * a / (1 + a), shape.length / (1 + a)
    flux = 1.0 - shape.core_fraction
    return (lengths[0], flux * f / (1 + f)), (lengths[1], flux / (1 + f))


def _core(shape: Shape) -> Particles:
    one = np.zeros(1)
    return Particles(one, one, np.array([shape.core_fraction]))


def _plume(
    rng: np.random.Generator,
    line: Spine,
    *,
    length: float,
    flux: float,
    fat: float,
    fade: tuple[float, float] = (0.2, 1.3),
) -> Particles:
    """Return an FRI plume: a gap, a flare, then a fading, widening flow (Laing & Bridle 2014).

    A third of the plumes end in a soft lobe, as those of lobed FRIs do.
    """
    flare = rng.uniform(0.03, 0.3)
    brightness = (1 - np.exp(-((_T / flare) ** 2))) * np.exp(-_T / rng.uniform(*fade))
    wide = min(length * fat * rng.uniform(0.1, 0.6), 40.0)
    width = 0.8 + wide * _T ** rng.uniform(0.5, 1.4)
    clumps = rng.uniform(0.3, 0.8)
    lobe = rng.uniform(0.2, 0.8) if rng.random() < 0.35 else 0.0
    plume = tube(
        rng, line, brightness=brightness, width=width, flux=flux * (1 - lobe), clumps=clumps
    )
    if lobe == 0.0:
        return plume
    return join([plume, _cocoon(rng, line, wide=wide, flux=flux * lobe, clumps=clumps)])


def _cocoon(
    rng: np.random.Generator, line: Spine, *, wide: float, flux: float, clumps: float
) -> Particles:
    """Return a soft, uneven cloud near the end of a line."""
    place = int(rng.uniform(0.5, 0.95) * 63)
    cloud = blob(
        rng,
        flux=flux,
        fwhm=max(wide * rng.uniform(0.8, 1.6), 2.0),
        axis_ratio=rng.uniform(0.45, 1.0),
        angle=line.angle[place] + rng.normal(0, 0.4),
        at=(float(line.x[place]), float(line.y[place])),
        count=600,
    )
    return clumpy(rng, cloud, contrast=clumps).scaled(flux)


def _lobe(
    rng: np.random.Generator,
    line: Spine,
    *,
    length: float,
    flux: float,
    fat: float,
    relaxed: bool = False,
) -> Particles:
    """Return an FRII lobe, brightening outward, with one or two hot spots at its end."""
    inner, power = rng.uniform(-0.5, 0.75), rng.uniform(0.3, 2.2)
    brightness = np.clip((_T - inner) / (1 - inner), 0, None) ** power
    wide = min(max(1.5, length * min(fat * rng.uniform(0.25, 0.9), 1.1)), 40.0)
    width = wide * (0.45 + 0.55 * np.sin(np.pi * np.clip(_T, 0, 0.98) ** 2))
    hot = float(np.clip(0.10 * np.exp(0.9 * rng.standard_normal()), 0.02, 0.9))
    hot = min(hot, 0.05) if relaxed else hot
    cocoon, clumps = rng.uniform(0.0, 0.6), rng.uniform(0.2, 0.8)
    soft = flux * (1 - hot)
    parts = [
        tube(
            rng,
            line,
            brightness=brightness,
            width=width,
            flux=soft * (1 - cocoon),
            filled=True,
            clumps=clumps,
        ),
        _cocoon(rng, line, wide=wide, flux=soft * cocoon, clumps=clumps),
    ]
    spots = _hot_spots(rng, line, length=length, wide=wide, flux=flux * hot)
    return join([*parts, *spots])


def _hot_spots(
    rng: np.random.Generator, line: Spine, *, length: float, wide: float, flux: float
) -> list[Particles]:
    """Return the place where the jet ends, and in a third of the lobes an older one behind."""
    end_x, end_y = line.end
    angle = line.angle[-1]
    shares = [1.0] if rng.random() < 0.65 else [rng.uniform(0.5, 0.9)]
    if shares[0] < 1:
        shares.append(1 - shares[0])
    spots = []
    for order, share in enumerate(shares):
        back = wide * (0.1 + 0.4 * order) * rng.random()
        side = wide * (0.1 + 0.2 * order) * rng.normal()
        place = (
            end_x - back * np.cos(angle) - side * np.sin(angle),
            end_y - back * np.sin(angle) + side * np.cos(angle),
        )
        fwhm = float(np.clip(0.08 * length, 0.5, 4.0) * np.exp(0.4 * rng.standard_normal()))
        spots.append(blob(rng, flux=flux * share, fwhm=fwhm, at=place))
    return spots


def _jet(rng: np.random.Generator, line: Spine, *, flux: float, fade: float = 1.0) -> Particles:
    """Return a narrow, knotty jet."""
    return tube(
        rng,
        line,
        brightness=np.exp(-_T / fade),
        width=np.full_like(_T, rng.uniform(0.6, 1.6)),
        flux=flux,
        clumps=rng.uniform(0.6, 1.2),
        count=400,
    )


def _opposite(cloud: Particles, kink: float = 0.0) -> Particles:
    return cloud.moved(np.pi + kink)


def _jet_shares(shape: Shape, share: float) -> tuple[float, float]:
    """Split a jet's share of the flux by Doppler boosting."""
    boost = shape.boost
    return share * boost / (1 + boost), share / (1 + boost)


def _fri(rng: np.random.Generator, shape: Shape) -> Model:
    kink, wiggle = rng.normal(0, 0.2), rng.uniform(0.0, 0.35)
    curve = rng.normal(0, 0.4)
    mirrored = 1.0 if rng.random() < 0.5 else -1.0
    jets = _jet_shares(shape, rng.uniform(0.0, 0.25))
    arms = []
    for side, ((length, flux), jet) in enumerate(zip(_arms(shape), jets, strict=True)):
        bend = curve if side == 0 else curve * mirrored
        line = spine(rng, length=length, bend=bend, wiggle=wiggle)
        plume = _plume(rng, line, length=length, flux=flux * (1 - jet), fat=shape.stretch)
        inner = Spine(line.x * 0.35, line.y * 0.35, line.angle)
        arm = join([plume, _jet(rng, inner, flux=flux * jet, fade=0.4)])
        arms.append(arm if side == 0 else _opposite(arm, kink))
    return Model(_core(shape), tuple(arms))


def _frii(rng: np.random.Generator, shape: Shape) -> Model:
    kink, curve = rng.normal(0, 0.12), rng.normal(0, 0.2)
    mirrored = 1.0 if rng.random() < 0.6 else -1.0
    jets = _jet_shares(shape, float(np.clip(0.03 * np.exp(rng.standard_normal()), 0, 0.3)))
    arms = []
    for side, ((length, flux), jet) in enumerate(zip(_arms(shape), jets, strict=True)):
        bend = curve if side == 0 else curve * mirrored
        line = spine(rng, length=length, bend=bend, wiggle=rng.uniform(0, 0.12))
        lobe = _lobe(rng, line, length=length, flux=flux * (1 - jet), fat=shape.stretch)
        arm = join([lobe, _jet(rng, line, flux=flux * jet)])
        arms.append(arm if side == 0 else _opposite(arm, kink))
    return Model(_core(shape), tuple(arms))


def _one_sided(rng: np.random.Generator, shape: Shape) -> Model:
    line = spine(rng, length=shape.length, bend=rng.normal(0, 0.3), wiggle=rng.uniform(0, 0.2))
    flux = 1 - shape.core_fraction
    lobe = rng.uniform(0.0, 0.6)
    parts = [
        _plume(rng, line, length=shape.length * 0.5, flux=flux * (1 - lobe) * 0.6, fat=1.0),
        _jet(rng, line, flux=flux * (1 - lobe) * 0.4, fade=rng.uniform(0.3, 1.5)),
        blob(rng, flux=flux * lobe, fwhm=rng.uniform(1.5, 5.0), at=line.end),
    ]
    return Model(_core(shape), (join(parts),))


def _bent(rng: np.random.Generator, shape: Shape, *, turn: float, start: float) -> Model:
    """Return two tails swept to one side by the ram pressure of the cluster gas."""
    arms = []
    for side, (length, flux) in enumerate(_arms(shape)):
        sign = 1.0 if side == 0 else -1.0
        line = spine(
            rng,
            length=length * 1.25,
            bend=sign * turn * rng.uniform(0.8, 1.2),
            bend_from=start * rng.uniform(0.6, 1.2),
            bend_width=rng.uniform(0.2, 0.6),
            wiggle=rng.uniform(0.05, 0.3),
        )
        tail = _plume(rng, line, length=length, flux=flux, fat=1.0, fade=(0.4, 2.5))
        if rng.random() < 0.5:  # the jet flares where it bends
            place = int(np.clip(start + rng.uniform(0, 0.15), 0.05, 0.9) * 63)
            at = float(line.x[place]), float(line.y[place])
            spot = blob(rng, flux=flux * rng.uniform(0.1, 0.5), fwhm=rng.uniform(2, 7), at=at)
            tail = join([tail, spot]).scaled(flux)
        arms.append(tail if side == 0 else _opposite(tail))
    return Model(_core(shape), tuple(arms))


def _wat(rng: np.random.Generator, shape: Shape) -> Model:
    return _bent(rng, shape, turn=np.radians(rng.uniform(35, 75)), start=rng.uniform(0.0, 0.3))


def _nat(rng: np.random.Generator, shape: Shape) -> Model:
    return _bent(rng, shape, turn=np.radians(rng.uniform(65, 92)), start=rng.uniform(0.0, 0.08))


def _hybrid(rng: np.random.Generator, shape: Shape) -> Model:
    """Return an FRI plume on one side, an FRII lobe on the other (Gopal-Krishna & Wiita 2000)."""
    (length_a, flux_a), (length_b, flux_b) = _arms(shape)
    line_a = spine(rng, length=length_a, bend=rng.normal(0, 0.3), wiggle=0.15)
    line_b = spine(rng, length=length_b, bend=rng.normal(0, 0.1), wiggle=0.05)
    plume = _plume(rng, line_a, length=length_a, flux=flux_a, fat=shape.stretch)
    lobe = _lobe(rng, line_b, length=length_b, flux=flux_b, fat=shape.stretch)
    return Model(_core(shape), (plume, _opposite(lobe, rng.normal(0, 0.15))))


def _double_double(rng: np.random.Generator, shape: Shape) -> Model:
    """Return relaxed outer lobes and a fresh inner pair (Schoenmakers et al. 2000)."""
    inner_size, inner_flux = rng.uniform(0.15, 0.5), rng.uniform(0.2, 0.6)
    tilt = rng.normal(0, 0.08)
    arms = []
    for side, (length, flux) in enumerate(_arms(shape)):
        outer = spine(rng, length=length, bend=rng.normal(0, 0.1), wiggle=0.05)
        inner = spine(rng, length=length * inner_size * rng.uniform(0.8, 1.2))
        pair = [
            _lobe(rng, outer, length=length, flux=flux * (1 - inner_flux), fat=1.0, relaxed=True),
            _lobe(rng, inner, length=length * inner_size, flux=flux * inner_flux, fat=0.5).moved(
                tilt
            ),
        ]
        arms.append(join(pair) if side == 0 else _opposite(join(pair)))
    return Model(_core(shape), tuple(arms))


def _x_shaped(rng: np.random.Generator, shape: Shape) -> Model:
    """Return an FRII with a pair of fainter wings at a wide angle (Leahy & Parma 1992)."""
    source = _frii(rng, shape)
    angle = np.radians(rng.uniform(50, 90)) * (1 if rng.random() < 0.5 else -1)
    share = rng.uniform(0.25, 0.55)
    wings = []
    for side in range(2):
        length = 0.5 * shape.length * rng.uniform(0.6, 1.2)
        line = spine(rng, length=length, bend=rng.normal(0, 0.2), wiggle=0.1)
        width = length * rng.uniform(0.25, 0.5) * np.ones_like(_T)
        wing = tube(
            rng,
            line,
            brightness=np.exp(-_T / rng.uniform(0.5, 1.5)),
            width=width,
            flux=share / (1 - share) / 2,
            clumps=0.3,
        )
        wings.append(wing.moved(angle + np.pi * side))
    return Model(source.core, source.arms, tuple(wings))


def _compact(rng: np.random.Generator, shape: Shape) -> Model:
    return Model(blob(rng, flux=1.0, fwhm=min(shape.length, 2.0), axis_ratio=rng.uniform(0.2, 1)))


def _resolved(rng: np.random.Generator, shape: Shape) -> Model:
    """Return an elongated blob, a core with a stub, or a double closer than the beam."""
    draw, length = rng.random(), shape.length
    if draw < 0.4:
        return Model(blob(rng, flux=1.0, fwhm=length, axis_ratio=rng.uniform(0.1, 0.8)))
    if draw < 0.65:
        line = spine(rng, length=length * 1.3)
        stub = tube(rng, line, brightness=np.ones(64), width=np.full(64, 1.5), flux=0.5, count=300)
        return Model(
            Particles(np.zeros(1), np.zeros(1), np.array([rng.uniform(0.1, 1.0)])), (stub,)
        )
    arms = [
        blob(rng, flux=flux, fwhm=rng.uniform(0.3, 2.5), at=(side * reach, 0.0))
        for side, (reach, flux) in zip((1, -1), _arms(shape), strict=True)
    ]
    return Model(_core(shape), tuple(arms))


_MAKERS: dict[str, Maker] = {
    "FRI": _fri,
    "FRII": _frii,
    "one-sided": _one_sided,
    "WAT": _wat,
    "NAT": _nat,
    "hybrid": _hybrid,
    "double-double": _double_double,
    "X-shaped": _x_shaped,
    "compact": _compact,
    "resolved": _resolved,
}
