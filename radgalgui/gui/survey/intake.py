"""What the wizard asks of the layer below, imported in the thread that calls it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from radgalgui.jobs.survey.inputs import Recognised
    from radgalgui.jobs.survey.offers import EncoderOffer
    from radgalgui.jobs.survey.plan import Plan
    from radgalgui.jobs.survey.preview import Preview
    from radgalgui.progress import CancelToken
    from radgalgui.sky.preprocess import Preprocessing

__all__ = ["Intake", "SurveyIntake"]


class Intake(Protocol):
    """Reads the user's data; every call may take long and is made off the window's thread."""

    def recognise(self, paths: Sequence[Path], table: Path | None) -> Recognised:
        """Say what these are."""

    def rows(self, plan: Plan, cancel: CancelToken) -> Iterator[Any]:
        """Yield every row, or why it is rejected."""

    def preview(
        self, plan: Plan, preprocessing: Preprocessing, *, count: int, seed: int
    ) -> Preview:
        """Cut some of them out as an encoder would see them."""

    def encoders(self) -> list[EncoderOffer]:
        """Return the encoders there are, the bundled ones first."""

    def devices(self) -> list[tuple[str, str]]:
        """Return where networks may run: what the command calls it, and what it is."""


class SurveyIntake:
    """The real one: `radgalgui.jobs.survey`."""

    def recognise(self, paths: Sequence[Path], table: Path | None) -> Recognised:
        """Say what these are."""
        from radgalgui.jobs.survey.inputs import recognise

        return recognise(paths, table)

    def rows(self, plan: Plan, cancel: CancelToken) -> Iterator[Any]:
        """Yield every row, or why it is rejected."""
        from radgalgui.jobs.survey.rows import rows

        return rows(plan, cancel=cancel)

    def preview(
        self, plan: Plan, preprocessing: Preprocessing, *, count: int, seed: int
    ) -> Preview:
        """Cut some of them out as an encoder would see them."""
        from radgalgui.jobs.survey.preview import preview

        return preview(plan, preprocessing, count=count, seed=seed)

    def encoders(self) -> list[EncoderOffer]:
        """Return the encoders there are, the bundled ones first."""
        from radgalgui.jobs.survey.offers import encoder_offers

        return encoder_offers()

    def devices(self) -> list[tuple[str, str]]:
        """Return where networks may run: what the command calls it, and what it is."""
        from radgalgui.jobs.survey.offers import device_offers

        return device_offers()
