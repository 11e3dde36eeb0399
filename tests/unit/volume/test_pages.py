"""Which pages of a large field are taken to the card, where they lie, and which of them leave."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from widgets.volume import pages
from widgets.volume.camera import Orbit

CLIP = ((0.0, 1.0),) * 3
SIZE = (400, 300)


def need(orbit: Orbit, clip: tuple[tuple[float, float], ...] = CLIP) -> pages.Need:
    return pages.Need(orbit.matrix(*SIZE), SIZE, clip)


def test_a_page_is_the_field_with_one_cell_around_it_and_means_on_the_next_level() -> None:
    field = np.random.default_rng(1).standard_normal((32, 32, 32)).astype(np.float32)
    book = pages.Book(field.shape, 2, 8)
    wide = np.pad(field, 1, mode="wrap")
    np.testing.assert_array_equal(book.values(field, (0, 3, 0, 1)), wide[24:34, 0:10, 8:18])
    halved = field.reshape(16, 2, 16, 2, 16, 2).mean(axis=(1, 3, 5))
    wide = np.pad(halved, 1, mode="wrap")
    np.testing.assert_allclose(book.values(field, (1, 0, 1, 1)), wide[0:10, 8:18, 8:18], atol=1e-6)


def test_levels_end_where_the_whole_field_is_on_the_card() -> None:
    assert pages.book_of((256, 256, 256), 2, 32).levels == 1
    assert pages.book_of((256, 256, 256), 8, 32).levels == 3
    assert pages.book_of((250, 250, 250), 8, 32).levels == 1


def test_pages_beside_the_view_and_the_clip_box_are_not_wanted() -> None:
    book = pages.Book((256, 256, 256), 1, 32)
    everything = set(pages.wanted(book, [need(replace(Orbit(), zoom=1.0))], 1000))
    assert len(everything) == 8**3
    near = set(pages.wanted(book, [need(replace(Orbit(), zoom=12.0))], 1000))
    assert 0 < len(near) < len(everything) / 4
    half = set(pages.wanted(book, [need(Orbit(), ((0.0, 1.0), (0.0, 0.5), (0.0, 1.0)))], 1000))
    assert half == {page for page in everything if page[2] < 4}


def test_pages_whose_cells_are_smaller_than_a_pixel_are_not_wanted() -> None:
    book = pages.Book((4096, 4096, 4096), 3, 256)
    chosen = pages.wanted(book, [need(Orbit())], 100_000)
    assert not [page for page in chosen if page[0] < 2]


def test_what_does_not_fit_comes_coarser_and_the_nearest_finer() -> None:
    book = pages.Book((256, 256, 256), 3, 16)
    chosen = pages.wanted(book, [need(replace(Orbit(), zoom=4.0))], 100)
    assert len(chosen) <= 100
    assert len({page[0] for page in chosen}) == 2


def test_a_box_drawn_from_another_corner_wants_the_same_pages_elsewhere() -> None:
    book = pages.Book((64, 64, 64), 1, 16)
    clip = ((0.0, 0.25), (0.0, 0.25), (0.0, 0.25))
    moved = need(Orbit(), clip)._replace(origin=(0.75, 0.0, 0.5))
    assert pages.wanted(book, [moved], 64) == ((0, 3, 0, 2),)


def test_the_page_that_was_wanted_least_lately_makes_room() -> None:
    shelf = pages.Shelf(2)
    one, two, three = (0, 0, 0, 0), (0, 0, 0, 1), (0, 0, 0, 2)
    assert shelf.want([one, two]) == [one, two]
    assert {shelf.place(one), shelf.place(two)} == {0, 1}
    assert shelf.want([two, three]) == [three]
    slot = shelf.held[one]
    assert shelf.place(three) == slot
    assert one not in shelf.held
    assert shelf.want([two, three, one]) == [one]
    assert shelf.place(one) is None


@pytest.mark.parametrize("finer_there", [True, False])
def test_the_finest_page_that_is_there_is_drawn(finer_there: bool) -> None:
    book = pages.Book((32, 32, 32), 2, 8)
    held = {(1, 0, 0, 1): 5} | ({(0, 1, 1, 2): 3} if finer_there else {})
    found = pages.table(book, held, (2, 2, 2))
    assert tuple(found[1, 1, 2]) == ((0, 1, 1, 0) if finer_there else (1, 0, 1, 1))
    assert tuple(found[0, 0, 3]) == (1, 0, 1, 1)
    assert found[3, 3, 3, 3] == -1
