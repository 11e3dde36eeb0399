"""Movies are written whole, at their size and pace, or not at all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.GifImagePlugin import GifImageFile

from app.exporting.film import Film
from backends.errors import MachineError, WrongCall

COUNT = 15


def frame(number: int, height: int = 90, width: int = 160) -> np.ndarray:
    """A bright column that wanders to the right over a gradient."""
    pixels = np.zeros((height, width, 4), np.uint8)
    pixels[..., 2] = np.linspace(20, 120, height, dtype=np.uint8)[:, None]
    pixels[:, 8 * number : 8 * number + 8, :2] = 220
    return pixels


def where(pixels: np.ndarray) -> float:
    return float(np.argmax(pixels[..., 0].astype(float).sum(0)))


def test_an_mp4_holds_every_frame_at_its_time(tmp_path: Path) -> None:
    import av

    path = tmp_path / "turn.mp4"
    with Film(path, 25) as film:
        for number in range(COUNT):
            film.add(frame(number, 91, 161))  # an odd row and column cannot be coded
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.width, stream.codec_context.height) == (160, 90)
        assert stream.average_rate == 25
        frames = [(float(one.time), one.to_ndarray(format="rgb24")) for one in container.decode(video=0)]
    assert [time for time, _ in frames] == pytest.approx([number / 25 for number in range(COUNT)], abs=1e-3)
    for number, (_, pixels) in enumerate(frames):
        assert abs(where(pixels) - 8 * number) <= 8
        assert np.abs(pixels.astype(int) - frame(number)[..., :3]).mean() < 4


def test_a_gif_plays_at_its_pace_and_without_end(tmp_path: Path) -> None:
    path = tmp_path / "turn.gif"
    with Film(path, 10) as film:
        for number in range(COUNT):
            film.add(frame(number))
    with GifImageFile(path) as movie:
        assert (movie.n_frames, movie.size, movie.info["duration"], movie.info["loop"]) == (COUNT, (160, 90), 100, 0)
        for number in (0, 7, COUNT - 1):
            movie.seek(number)
            assert np.abs(np.asarray(movie.convert("RGB")).astype(int) - frame(number)[..., :3]).mean() < 3


def test_a_gif_is_as_long_as_its_frames_though_it_counts_in_hundredths(tmp_path: Path) -> None:
    path = tmp_path / "turn.gif"
    with Film(path, 30) as film:
        for number in range(60):
            film.add(frame(number // 4))  # each is there four times, and is written once
    with GifImageFile(path) as movie:
        assert movie.n_frames == 15
        lengths = []
        for number in range(movie.n_frames):
            movie.seek(number)
            lengths.append(movie.info["duration"])
    assert sum(lengths) == 2000
    assert max(lengths) - min(lengths) <= 10


def test_pngs_are_numbered_in_a_folder_of_their_own(tmp_path: Path) -> None:
    with Film(tmp_path / "turn", 10) as film:
        for number in range(3):
            film.add(frame(number, 91, 161))
    found = sorted((tmp_path / "turn").iterdir())
    assert [path.name for path in found] == ["turn_00001.png", "turn_00002.png", "turn_00003.png"]
    for number, path in enumerate(found):
        assert (np.asarray(Image.open(path)) == frame(number, 91, 161)[..., :3]).all()
    with pytest.raises(WrongCall, match="exists already"):
        Film(tmp_path / "turn", 10).__enter__()


@pytest.mark.parametrize("name", ["turn.mp4", "turn.gif", "turn"])
def test_what_is_given_up_leaves_nothing(tmp_path: Path, name: str) -> None:
    film = Film(tmp_path / name, 10).__enter__()
    film.add(frame(0))
    assert len(list(tmp_path.iterdir())) == 1
    film.abandon(KeyboardInterrupt())
    assert list(tmp_path.iterdir()) == []


def test_no_frames_are_no_movie(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="no frames"), Film(tmp_path / "turn.mp4", 10):
        pass
    assert list(tmp_path.iterdir()) == []


def test_another_format_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(WrongCall, match=r"\.mp4 or \.gif"):
        Film(tmp_path / "turn.avi", 10)


def test_a_gif_keeps_the_hue_of_few_pixels(tmp_path: Path) -> None:
    """A run's mark is some hundred pixels of a picture whose other colours are those of the field's map."""
    shade = np.random.default_rng(3).random((360, 640, 1))
    field = np.concatenate([250 * shade, 150 * shade**2, 100 * np.sin(3 * shade), np.ones_like(shade)], axis=-1)
    pixels = field.astype(np.uint8)
    pixels[8:18, 8:18, :3] = mark = np.array([86, 180, 233])
    path = tmp_path / "marked.gif"
    with Film(path, 10) as film:
        film.add(pixels)
    with GifImageFile(path) as movie:
        seen = np.asarray(movie.convert("RGB")).astype(int)
    assert np.abs(seen[8:18, 8:18] - mark).max() < 20
    assert np.abs(seen - pixels[..., :3]).mean() < 6
