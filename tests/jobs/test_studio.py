"""The engine's generator: what it tells of galaxies, and that searches go before."""

from __future__ import annotations

import inspect
import io
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from radgalgui.errors import Cancelled, ImageError, UsageError, WeightsError
from radgalgui.jobs import wire
from radgalgui.jobs.engine import _Server, _Work
from radgalgui.jobs.events import (
    Classes,
    Components,
    Done,
    Drawn,
    Neighbours,
    Place,
    Reconstruction,
    Seen,
    Traversal,
    WalkSteps,
)
from radgalgui.jobs.reconstruct import reconstruct, reconstruct_seen, save
from radgalgui.jobs.search import Searcher
from radgalgui.jobs.sight import Sight
from radgalgui.jobs.studio import Studio, open_generator
from radgalgui.jobs.supervisor import Engine
from radgalgui.progress import CancelToken
from radgalgui.sky.fits import read_image
from radgalgui_resources import catalog_path, example_path

FILE = {"path": str(example_path()), "position": None}


@pytest.fixture(scope="module")
def studio(drawing_weights: Path) -> Studio:
    return Studio(drawing_weights)


@pytest.fixture(scope="module")
def searcher(studio: Studio) -> Searcher:
    searcher = Searcher.open(catalog_path(), "simclr")
    searcher.studio = studio
    return searcher


@pytest.fixture
def example() -> Sight:
    return Sight(read_image(example_path()))


def told(events, kind):
    return [event for event in events if isinstance(event, kind)]


def test_a_reconstruction_stands_beside_what_was_seen(studio, example):
    drawn = studio.reconstruction("one", example)
    assert isinstance(drawn, Reconstruction)
    assert drawn.job == "one"
    assert drawn.image.shape == drawn.residual.shape == (1, 64, 64)
    assert drawn.image.dtype == drawn.residual.dtype == np.float32
    assert drawn.noise_known
    assert drawn.chi_square_source > drawn.chi_square > 0


def test_every_answer_holds_the_reconstruction_between_place_and_classes(searcher):
    kinds = [type(event) for event in searcher.answer("q", example_path())]
    assert kinds[kinds.index(Place) + 1] is Reconstruction
    assert kinds.count(Reconstruction) == 1
    assert kinds[-1] is Done
    seen, drawn = (
        told(searcher.answer("q", example_path()), kind)[0] for kind in (Seen, Reconstruction)
    )
    assert drawn.image.shape == seen.seen.shape


def test_a_source_of_the_catalogue_is_reconstructed_without_knowing_its_noise(searcher):
    events = list(searcher.neighbours("n", 7, top=3))
    assert [type(event) for event in events][:2] == [Neighbours, Reconstruction]
    drawn = events[1]
    assert (drawn.noise_known, drawn.chi_square, drawn.chi_square_source) == (False, None, None)
    assert np.abs(drawn.residual).max() <= 1.0


def test_without_a_generator_searches_are_answered_all_the_same(searcher, tmp_path, monkeypatch):
    bad = tmp_path / "bad.safetensors"
    bad.write_bytes(b"nonsense")
    for weights in (tmp_path / "none.safetensors", bad):
        monkeypatch.setattr(searcher, "studio", Studio(weights))
        events = list(searcher.answer("q", example_path()))
        assert told(events, Neighbours)
        assert told(events, Done)
        assert not told(events, Reconstruction)


def test_without_a_generator_drawing_is_refused_and_says_why(tmp_path):
    with pytest.raises(UsageError, match="no generator is installed"):
        list(Studio(tmp_path / "none.safetensors").draw("d", count=1))
    bad = tmp_path / "bad.safetensors"
    bad.write_bytes(b"nonsense")
    studio = Studio(bad)
    studio.warm_up()  # which says nothing
    for _ in range(2):
        with pytest.raises(WeightsError, match=r"bad\.safetensors"):
            list(studio.components("c"))


def test_an_encoder_that_does_not_draw_is_no_generator(small_weights):
    with pytest.raises(UsageError, match="cannot draw"):
        open_generator(str(small_weights))
    with pytest.raises(UsageError, match="nosuch"):
        open_generator("nosuch")


def test_galaxies_come_in_portions_with_their_sizes_and_places_to_give_way(studio):
    events = list(studio.draw("d", count=10, seed=2, temperature=0.9, angular_size=30.0))
    assert isinstance(events.pop(), Done)
    assert events[1::2] == [None] * (len(events) // 2)
    portions = told(events, Drawn)
    assert max(len(portion.images) for portion in portions) <= 8
    assert [p.first for p in portions] == np.cumsum([0, *map(len_of, portions)])[:-1].tolist()
    images = np.concatenate([portion.images for portion in portions])
    sizes = np.concatenate([portion.angular_sizes for portion in portions])
    assert images.shape == (10, 1, 64, 64)
    assert sizes.shape == (10,)
    assert sizes.dtype == np.float32
    wanted = studio.generator.sample(10, seed=2, temperature=0.9, angular_size=30.0)
    assert np.concatenate(list(wanted)).tobytes() == images.tobytes()


def len_of(portion: Drawn) -> int:
    return len(portion.images)


def test_galaxies_are_drawn_around_a_file_or_a_row(studio, searcher):
    for galaxy in (FILE, {"row": 5}):
        events = studio.draw("d", count=3, around=galaxy, kept=3, searcher=searcher)
        assert sum(map(len_of, told(events, Drawn))) == 3


@pytest.mark.parametrize("row", [-1, 20_000])
def test_a_row_that_is_not_there_is_refused(studio, searcher, row):
    with pytest.raises(UsageError, match=f"no source {row}"):
        list(studio.draw("d", count=1, around={"row": row}, searcher=searcher))
    with pytest.raises(UsageError, match="no source 0"):
        list(studio.draw("d", count=1, around={"row": 0}))


def test_a_file_that_cannot_be_seen_is_refused(studio, tmp_path):
    blank = tmp_path / "blank.fits"
    fits.writeto(blank, np.full((80, 80), np.nan, np.float32))
    for path in (blank, tmp_path / "missing.fits"):
        with pytest.raises(ImageError, match=path.name):
            list(studio.draw("d", count=1, around={"path": str(path), "position": None}))


def test_a_catalogue_that_sees_otherwise_is_refused_and_not_misread(studio, searcher, monkeypatch):
    from radgalgui.jobs import studio as module

    class Blind:
        def __init__(self, catalog, index) -> None: ...

        def view(self, preprocessing):
            return None

    monkeypatch.setattr(module, "StoredSight", Blind)
    with pytest.raises(UsageError, match="another way"):
        list(studio.draw("d", count=1, around={"row": 0}, searcher=searcher))


def test_a_cancelled_draw_ends_between_portions(studio):
    token = CancelToken()
    events = studio.draw("d", count=100, cancel=token)
    assert isinstance(next(events), Drawn)
    token.cancel()
    with pytest.raises(Cancelled):
        list(events)


def test_a_walk_tells_the_nearest_source_at_each_step(studio, searcher):
    events = list(studio.walk("w", first=FILE, second={"row": 3}, steps=6, searcher=searcher))
    assert isinstance(events[-1], Done)
    (walk,) = told(events, WalkSteps)
    assert events.count(None) >= 1
    np.testing.assert_allclose(walk.fractions, [0, 0.2, 0.4, 0.6, 0.8, 1.0], atol=1e-6)
    assert walk.images.shape == (6, 1, 64, 64)
    rows, names, alike = searcher.most_similar(walk.images)
    assert walk.nearest_rows.tolist() == rows
    assert walk.nearest_names == names == [searcher.catalog.names[row] for row in rows]
    np.testing.assert_allclose(walk.similarities, alike, atol=1e-5)


def test_the_nearest_to_a_source_is_itself(searcher):
    rows, _, alike = searcher.most_similar(searcher.catalog.images[40:44])
    assert rows == [40, 41, 42, 43]
    assert min(alike) > 0.999


def test_a_walk_without_a_catalogue_has_no_neighbours(studio):
    (walk,) = told(studio.walk("w", first=FILE, second=FILE, steps=2), WalkSteps)
    assert walk.nearest_rows.tolist() == [-1, -1]
    assert walk.nearest_names == ["", ""]
    assert np.isnan(walk.similarities).all()


def test_an_encoder_that_sees_otherwise_compares_what_it_would_see(studio, searcher, monkeypatch):
    from dataclasses import replace

    asked = []
    other = replace(searcher.encoder.preprocessing, pixel_scale=3.4)
    monkeypatch.setattr(searcher.encoder, "preprocessing", other)
    monkeypatch.setattr(
        searcher, "most_similar", lambda images: asked.append(images) or ([1], ["x"], [0.5])
    )
    from radgalgui.jobs.studio import _nearest

    drawn = np.zeros((1, 1, 64, 64), np.float32)
    drawn[0, 0, 28:36, 22:42] = 1.0
    assert _nearest(drawn, studio.generator, searcher) == ([1], ["x"], [0.5])
    (seen,) = asked
    lit = np.argwhere(seen[0, 0] > 0.5)
    assert np.ptp(lit, axis=0) + 1 == pytest.approx([8 * 2.7 / 3.4, 20 * 2.7 / 3.4], abs=1.5)


def test_a_traversal_goes_evenly_from_end_to_end(studio):
    events = list(studio.traverse("t", galaxy=FILE, component=4, steps=5, span=2.0))
    (traversal,) = told(events, Traversal)
    assert traversal.component == 4
    assert traversal.values.tolist() == [-2.0, -1.0, 0.0, 1.0, 2.0]
    assert traversal.images.shape == (5, 1, 64, 64)
    seen = Sight(read_image(example_path())).view(studio.generator.preprocessing)
    assert traversal.own == pytest.approx(studio.generator.own_value(seen, 4))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"steps": 1}, "1 steps"),
        ({"steps": 257}, "257 steps"),
        ({"span": 0.0}, "span"),
        ({"span": float("nan")}, "span"),
        ({"component": 16}, "choose 0 to 15"),
    ],
)
def test_a_traversal_of_nonsense_is_refused(studio, options, words):
    with pytest.raises(UsageError, match=words):
        list(studio.traverse("t", **{"galaxy": FILE, "component": 0, **options}))


def test_components_are_told_in_their_order(studio):
    components, done = studio.components("c")
    assert isinstance(components, Components)
    assert components.order.dtype == np.int64
    assert components.kl.shape == components.spread.shape == (16,)
    assert isinstance(done, Done)


def test_reconstructions_are_saved_with_the_cutouts_coordinates(studio, example, tmp_path):
    made = reconstruct(example, studio.generator)
    paths = save(made, tmp_path, "galaxy")
    assert [path.name for path in paths] == [
        "galaxy-input.fits",
        "galaxy-reconstruction.fits",
        "galaxy-residual.fits",
    ]
    for path, data in zip(paths, (made.seen, made.image, made.residual.values), strict=True):
        image = read_image(path)
        np.testing.assert_array_equal(image.data, data[0])
        position, wanted = image.pixel_to_sky(31.5, 31.5), made.cutout.position
        assert position.ra == pytest.approx(wanted.ra, abs=1e-3)
        assert position.dec == pytest.approx(wanted.dec, abs=1e-3)
        assert fits.getheader(path)["CHISQ"] == pytest.approx(made.residual.chi_square)
    assert [read_image(path).unit for path in paths] == ["relative", "relative", "sigma"]


def test_without_coordinates_or_noise_the_files_say_so(studio, example, tmp_path):
    seen = example.view(studio.generator.preprocessing)
    paths = save(reconstruct_seen(seen, studio.generator), tmp_path, "stored")
    assert fits.getheader(paths[2])["BUNIT"] == "peak"
    assert "CHISQ" not in fits.getheader(paths[2])
    assert read_image(paths[0]).wcs is None


def test_requests_are_what_the_studio_takes(monkeypatch):
    engine, sent = Engine(print, print), []
    monkeypatch.setattr(engine, "_send", sent.append)
    engine.draw("a", count=3, around={"row": 2}, kept=1, angular_size=30.0)
    engine.walk("b", FILE, {"row": 2}, 5)
    engine.traverse("c", FILE, 7, steps=5, span=2.0)
    engine.components("d")
    for sent_one in sent:
        options = {name: value for name, value in sent_one.items() if name not in ("op", "job")}
        taken = inspect.signature(getattr(Studio, sent_one["op"])).parameters
        assert set(options) <= set(taken)
    assert [sent_one["op"] for sent_one in sent] == ["draw", "walk", "traverse", "components"]


class _Drawing(_Server):
    """A server with a generator of the tests; the catalogue is not needed."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(io.BytesIO(), io.BytesIO())
        self._studio = studio

    def take(self) -> None:
        request, token = self._next()
        short = request["op"] == "draw"
        self._answer(_Work(request["job"], token, self._carry_out(request, token), short))

    def finish(self) -> None:
        self._replies.seek(0, io.SEEK_END)
        while self._put_off:
            self._answer(self._take_up())

    def told(self) -> list[tuple[str, str]]:
        self._replies.seek(0)
        events = []
        while (event := wire.read_event(self._replies)) is not None:
            events.append((event.job, type(event).__name__))
        return events


def request(op: str, job: str, **options) -> dict:
    return {"op": op, "job": job, **options}


def test_another_request_does_not_wait_for_a_running_draw(studio):
    server = _Drawing(studio)
    server._put(request("draw", "slow", count=12, seed=1))
    server._put(request("components", "quick"))
    for _ in range(2):
        server.take()
    assert [kind for job, kind in server.told() if job == "quick"] == ["Components", "Done"]
    assert [kind for job, kind in server.told() if job == "slow"] == ["Drawn"]
    server.finish()
    assert server.told()[-1] == ("slow", "Done")
    assert server._tokens == {}


def test_a_draw_that_gave_way_goes_on_before_classifiers_are_fitted(studio, monkeypatch):
    def classes(job: str, complete: bool) -> Classes:
        return Classes(job, "l", "e", ["a"], [], [], 0, 1, 0.9, [], None, [], complete)

    def search(self, request, token):
        yield Neighbours(request["job"], [])
        yield from (classes(request["job"], complete) for complete in (False, False, True))
        yield Done(request["job"], 0.0)

    monkeypatch.setattr(_Drawing, "_search", search)
    server = _Drawing(studio)
    server._searcher = object()
    server._put(request("draw", "draw", count=12))
    server._put(request("search", "search"))
    for _ in range(2):
        server.take()
    # The search is told what is at hand; then the rest of the draw, and the classes after it.
    assert server.told() == [
        ("draw", "Drawn"),
        ("search", "Neighbours"),
        ("search", "Classes"),
    ]
    server.finish()
    rest = server.told()[3:]
    assert rest[:3] == [("draw", "Drawn"), ("draw", "Drawn"), ("draw", "Done")]
    assert rest[3:] == [("search", "Classes")] * 2 + [("search", "Done")]


def test_what_cannot_be_drawn_is_refused_by_the_engine(studio):
    server = _Drawing(studio)
    server._put(request("draw", "bad", count=0))
    server._put(request("walk", "none", first={"row": 0}, second={"row": 1}, steps=3))
    for _ in range(2):
        server.take()
    assert server.told() == [("bad", "Refused"), ("none", "Refused")]
