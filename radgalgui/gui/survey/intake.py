"""What the wizard asks of the layer below, imported in the thread that calls it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from radgalgui.jobs.survey.inputs import Recognised
    from radgalgui.jobs.survey.offers import EncoderOffer
    from radgalgui.jobs.survey.plan import Plan
    from radgalgui.jobs.survey.preview import Preview
    from radgalgui.progress import CancelToken, Progress
    from radgalgui.sky.preprocess import Preprocessing

__all__ = ["Intake", "SurveyIntake"]


class Intake(Protocol):
    """Reads the user's data; every call may take long and is made off the window's thread."""

    def recognise(
        self, paths: Sequence[Path], table: Path | None, columns: Mapping[str, str]
    ) -> Recognised:
        """Say what these are; ``columns`` by role are chosen, the others guessed."""

    def rows(self, plan: Plan, cancel: CancelToken) -> Iterator[Any]:
        """Yield every row, or why it is rejected."""

    def preview(
        self,
        plan: Plan,
        preprocessing: Preprocessing,
        *,
        count: int,
        seed: int,
        progress: Progress,
        cancel: CancelToken,
    ) -> Preview:
        """Cut some of them out as an encoder would see them."""

    def encoders(self) -> list[EncoderOffer]:
        """Return the encoders there are, the bundled ones first."""

    def devices(self) -> list[tuple[str, str]]:
        """Return where networks may run: what the command calls it, and what it is."""


class SurveyIntake:
    """The real one: `radgalgui.jobs.survey`."""

    def recognise(
        self, paths: Sequence[Path], table: Path | None, columns: Mapping[str, str]
    ) -> Recognised:
        """Say what these are; ``columns`` by role are chosen, the others guessed."""
        from radgalgui.jobs.survey.inputs import recognise

        return recognise(paths, table, columns=columns)

    def rows(self, plan: Plan, cancel: CancelToken) -> Iterator[Any]:
        """Yield every row, or why it is rejected."""
        from radgalgui.jobs.survey.rows import rows

        return rows(plan, cancel=cancel)

    def preview(
        self,
        plan: Plan,
        preprocessing: Preprocessing,
        *,
        count: int,
        seed: int,
        progress: Progress,
        cancel: CancelToken,
    ) -> Preview:
        """Cut some of them out as an encoder would see them."""
        from radgalgui.jobs.survey.preview import preview

        return preview(plan, preprocessing, count, seed, progress=progress, cancel=cancel)

    def encoders(self) -> list[EncoderOffer]:
        """Return the encoders there are, the bundled ones first."""
        from radgalgui.jobs.survey.offers import encoder_offers

        return encoder_offers()

    def devices(self) -> list[tuple[str, str]]:
        """Return where networks may run: what the command calls it, and what it is."""
        from radgalgui.jobs.survey.offers import device_offers

        return device_offers()
