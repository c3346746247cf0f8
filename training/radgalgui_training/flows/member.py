"""One flow of an ensemble in training: its epochs, its best weights, and all it needs to go on."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray

from radgalgui.models.devices import CPU, Device
from radgalgui.models.flows.base import Mixture
from radgalgui.models.flows.density import Member
from radgalgui.models.flows.engines import Flow, make_flow
from radgalgui.models.flows.packing import halved
from radgalgui.progress import CancelToken
from radgalgui_training.flows.mixture import fitted_mixture
from radgalgui_training.flows.moments import fitted_whitening
from radgalgui_training.flows.parts import Parts
from radgalgui_training.flows.presets import Preset

__all__ = ["Epoch", "MemberTraining"]

_EPOCH: Final = 50_000  # sources of an epoch at most, so that it can be stopped and watched
_SCORED: Final = 1024
_WARMING: Final = 100  # steps over which the learning rate rises
_LEAST_RATE: Final = 0.02  # of the learning rate, at the end
_CLIP: Final = 5.0  # longest gradient that is followed
_REACH: Final = 2.0  # a flow is asked up to this many times the farthest learned distance
_STEEP: Final = 1e-4  # nats per dimension: less is no improvement
Vectors = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Epoch:
    """Where the training of an ensemble stands after an epoch; likelihoods in nats per dimension.

    ``member`` and ``number`` count from 1; the epoch 0 is the mixture that a flow starts from.
    ``train`` is the mean over the epoch (NaN for the epoch 0), ``held_out`` that of sources
    which are only looked at to stop in time, ``best`` the best of these so far.
    """

    member: int
    members: int
    number: int
    epochs: int
    train: float
    held_out: float
    best: float
    learning_rate: float
    seconds: float

    def card(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {key: _plain(value) for key, value in asdict(self).items()}

    @classmethod
    def from_card(cls, card: Mapping[str, Any]) -> Epoch:
        """Return the epoch that `card` told of."""
        return cls(**{**card, "train": math.nan if card["train"] is None else card["train"]})


class MemberTraining:
    """Trains one flow, epoch by epoch.

    Parameters
    ----------
    vectors : ndarray, shape (N, D)
        All of the catalogue's; may be memory-mapped.
    parts : Parts
        Which it learns from and is stopped by.
    preset : Preset
    number, members : int
        Which of how many flows, from 0.
    seed : int
        Everything that is drawn follows from it, the number and the epoch.
    like : Member, optional
        A flow that is trained already, whose mixture this one's begins with.
    device : Device
    """

    def __init__(
        self,
        vectors: Vectors,
        parts: Parts,
        preset: Preset,
        *,
        number: int,
        members: int,
        seed: int,
        like: Member | None = None,
        device: Device = CPU,
    ) -> None:
        self._vectors, self._parts, self._preset = vectors, parts, preset
        self._number, self._members, self._seed, self._device = number, members, seed, device
        self._like = like
        self.shape = preset.shape(vectors.shape[1])
        self._whitening = fitted_whitening(
            vectors, parts.learned, parts.held, kind=preset.preprocessing
        )
        self._held = self._whitened(parts.held)
        self._base = Mixture(self.shape.components, self.shape.dimension).to(device.name)
        self._flow = make_flow(self.shape, seed=seed + number).to(device.name)
        self._average = copy.deepcopy(self._flow)
        self._best = copy.deepcopy(self._flow)
        self._optimiser = torch.optim.Adam(self._flow.parameters(), lr=preset.learning_rate)
        self._batch = min(preset.batch, max(16, len(parts.learned) // 8))
        self._rows = min(len(parts.learned), _EPOCH)
        self._steps = self._epoch = self._best_epoch = 0
        self.curve: list[Epoch] = []
        self._best_value = -math.inf
        self._seconds = 0.0

    @property
    def done(self) -> bool:
        """Whether it is trained."""
        waited = self._epoch - self._best_epoch
        return self._epoch >= self._preset.epochs or waited >= self._preset.patience

    def advance(self, cancel: CancelToken | None = None) -> Epoch:
        """Train for an epoch; the first call fits the mixture that the flow starts from.

        Raises
        ------
        Cancelled
            If somebody asks to stop; the epoch is then lost.
        """
        started = time.perf_counter()
        train, rate = math.nan, 0.0
        if self.curve:
            train, rate = self._trained(cancel)
            self._epoch += 1
        elif self.shape.components > 1:
            self._base = self._fitted_base(cancel)
        held_out = self._held_out()
        if held_out > self._best_value + (_STEEP if self.curve else 0.0):
            self._best_value, self._best_epoch = held_out, self._epoch
            self._best.load_state_dict(self._average.state_dict())
        self._seconds += time.perf_counter() - started
        self.curve.append(self._told(train, held_out, rate))
        return self.curve[-1]

    def finished(self) -> Member:
        """Return the best flow there was, in the precision that it is kept in."""
        flow = copy.deepcopy(self._best).to("cpu")
        halved(flow)
        base = copy.deepcopy(self._base).to("cpu")
        return Member(self._whitening, flow, base, _REACH * self._farthest())

    def state(self) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
        """Return what it needs to go on: arrays and what JSON can hold."""
        arrays = {f"base.{key}": kept.cpu().numpy() for key, kept in self._base.named_buffers()}
        for part, flow in self._networks().items():
            for name, values in flow.named_parameters():
                arrays[f"{part}.{name}"] = values.detach().cpu().numpy().copy()
        for number, values in enumerate(self._flow.parameters()):
            for name, moment in self._optimiser.state.get(values, {}).items():
                arrays[f"adam.{number}.{name}"] = moment.detach().cpu().numpy().copy()
        card = {
            "steps": self._steps,
            "epoch": self._epoch,
            "best_epoch": self._best_epoch,
            "best": self._best_value,
            "seconds": self._seconds,
            "curve": [epoch.card() for epoch in self.curve],
        }
        return arrays, card

    def restore(self, arrays: Mapping[str, NDArray[Any]], card: Mapping[str, Any]) -> None:
        """Go on from a state.

        Raises
        ------
        KeyError, ValueError, TypeError, RuntimeError
            If it is not one of such a training.
        """
        curve = [Epoch.from_card(told) for told in card["curve"]]
        with torch.no_grad():
            for name, kept in self._base.named_buffers():
                kept.copy_(torch.from_numpy(arrays[f"base.{name}"]))
            for part, flow in self._networks().items():
                for name, values in flow.named_parameters():
                    values.copy_(torch.from_numpy(arrays[f"{part}.{name}"]))
        for number, values in enumerate(self._flow.parameters()):
            names = [f"adam.{number}.{name}" for name in ("step", "exp_avg", "exp_avg_sq")]
            if names[0] in arrays:
                step, first, second = (torch.from_numpy(arrays[name].copy()) for name in names)
                self._optimiser.state[values] = {
                    "step": step,
                    "exp_avg": first.to(values),
                    "exp_avg_sq": second.to(values),
                }
        self._steps, self._epoch = int(card["steps"]), int(card["epoch"])
        self._best_epoch, self._seconds = int(card["best_epoch"]), float(card["seconds"])
        self.curve, self._best_value = curve, float(card["best"])

    def _networks(self) -> dict[str, Flow]:
        return {"flow": self._flow, "average": self._average, "best": self._best}

    def _fitted_base(self, cancel: CancelToken | None) -> Mixture:
        """Return a mixture that describes what it learns from, or some of very many.

        The first flow's tells which sources belong together; the others begin there, so that
        all see the same islands, and their likelihoods can be compared.
        """
        rows = self._parts.learned[:: math.ceil(len(self._parts.learned) / _EPOCH)]
        with torch.no_grad():
            shares = None
            if self._like is not None:
                others = self._like.whitening.forward(np.asarray(self._vectors[rows]))
                single = torch.from_numpy(others.astype(np.float32))
                shares = torch.softmax(self._like.base.components(single), 1)
                shares = shares.to(self._device.name)
            return fitted_mixture(
                self._whitened(rows),
                self._held,
                self.shape.components,
                seed=self._seed,
                shares=shares,
                cancel=cancel,
            )

    def _trained(self, cancel: CancelToken | None) -> tuple[float, float]:
        """Take the steps of an epoch; return the mean log-likelihood and the learning rate."""
        rng = np.random.default_rng([self._seed, self._number, self._epoch])
        rows = rng.permutation(self._parts.learned)[: self._rows]
        total, rate = torch.zeros((), device=self._device.name), 0.0
        starts = range(0, len(rows) - self._batch + 1, self._batch)
        for start in starts:
            if cancel is not None:
                cancel.check()
            batch = self._whitened(np.sort(rows[start : start + self._batch]))
            rate = self._set_rate(len(starts))
            total += self._step(batch)
        return float(total) / len(starts) + self._whitening.log_jacobian, rate

    def _step(self, batch: torch.Tensor) -> torch.Tensor:
        """Follow the gradient once; return the mean log-likelihood of the batch."""
        likelihood = _log_likelihood(self._flow, self._base, batch).mean()
        self._optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(-likelihood)
        length = torch.nn.utils.clip_grad_norm_(self._flow.parameters(), _CLIP)
        self._steps += 1
        if not torch.isfinite(length):  # one far-off source must not spoil the weights
            return torch.zeros_like(likelihood).detach()
        self._optimiser.step()
        kept = min(self._preset.average, self._steps / (10 + self._steps))
        with torch.no_grad():
            for mean, now in zip(self._average.parameters(), self._flow.parameters(), strict=True):
                mean.lerp_(now, 1 - kept)
        return likelihood.detach()

    def _set_rate(self, steps_per_epoch: int) -> float:
        """Let the learning rate rise, and fall along half a cosine."""
        warm = min(1.0, (self._steps + 1) / _WARMING)
        share = min(1.0, self._steps / max(1, steps_per_epoch * self._preset.epochs))
        fall = 0.5 * (1 + math.cos(math.pi * share)) if self._preset.falling else 1.0
        rate = self._preset.learning_rate * warm * (_LEAST_RATE + (1 - _LEAST_RATE) * fall)
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        return rate

    def _held_out(self) -> float:
        """Return the mean log-likelihood of held-out sources under the averaged weights."""
        with torch.no_grad():
            told = [
                _log_likelihood(self._average, self._base, part)
                for part in torch.split(self._held, _SCORED)
            ]
        return float(torch.cat(told).double().mean()) + self._whitening.log_jacobian

    def _whitened(self, rows: NDArray[np.int64]) -> torch.Tensor:
        whitened = self._whitening.forward(np.asarray(self._vectors[rows]))
        return torch.from_numpy(whitened.astype(np.float32)).to(self._device.name)

    def _farthest(self) -> float:
        """Return the largest distance from the mean of what it learned from."""
        rows, blocks = self._parts.learned, range(0, len(self._parts.learned), _SCORED)
        squares = [
            (self._whitening.forward(np.asarray(self._vectors[rows[at : at + _SCORED]])) ** 2)
            .sum(axis=1)
            .max()
            for at in blocks
        ]
        return float(np.sqrt(max(squares)))

    def _told(self, train: float, held_out: float, rate: float) -> Epoch:
        size = self.shape.dimension
        return Epoch(
            member=self._number + 1,
            members=self._members,
            number=self._epoch,
            epochs=self._preset.epochs,
            train=train / size,
            held_out=held_out / size,
            best=self._best_value / size,
            learning_rate=rate,
            seconds=self._seconds,
        )


def _log_likelihood(flow: Flow, base: Mixture, whitened: torch.Tensor) -> torch.Tensor:
    """Return log densities (n,) in whitened space."""
    image, log_scale = flow(whitened)
    told: torch.Tensor = base(image) + log_scale
    return told


def _plain(value: Any) -> Any:
    """Return None for NaN, which JSON has not."""
    return None if isinstance(value, float) and math.isnan(value) else value
