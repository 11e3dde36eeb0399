"""What a ray shows of a part of a transfer function that its value passes through."""

from __future__ import annotations

import re

import numpy as np
import pytest

import resources
from backends.data.view import TransferFunction
from widgets.volume import transfer_function
from widgets.volume.transfer_function import ROWS, SIZE, WIDEST

AT = np.linspace(0.0, 1.0, SIZE)


def test_nothing_is_passed_through_in_the_first_row() -> None:
    table = transfer_function.table(TransferFunction())
    assert (transfer_function.means(table)[0] == table).all()


@pytest.mark.parametrize("row", [1, 7, ROWS - 1])
def test_opacities_are_those_of_all_that_is_passed_through(row: int) -> None:
    # A peak of height 1 and of one hundredth on either side has the area of one hundredth.
    narrow = TransferFunction(points=((0.0, 0.0), (0.49, 0.0), (0.5, 1.0), (0.51, 0.0), (1.0, 0.0)))
    means = transfer_function.means(transfer_function.table(narrow))
    width = WIDEST * row / (ROWS - 1)
    whole = 0.01 if width >= 0.02 else 0.01 - (0.01 - width / 2) ** 2 / 0.01
    assert means[row, :, 3].max() == pytest.approx(whole / width, rel=0.03)  # the peak lies between two entries
    # What is about an entry is all of it or nothing, and no opacity is lost: the mean has the same area.
    assert np.trapezoid(means[row, :, 3], AT) == pytest.approx(0.01, rel=1e-3)
    assert (means[row, np.abs(AT - 0.5) > 0.0101 + width / 2, 3] == 0.0).all()


def test_colours_count_for_as_much_as_is_seen_of_them() -> None:
    table = np.ones((SIZE, 4), dtype=np.float32)
    table[:, 0], table[:, 3] = AT, np.where(AT > 0.5, 1.0, 0.0)
    half = np.searchsorted(AT, 0.5)
    # Only the upper half of what is about the edge is seen, whose middle is a quarter of the width above it.
    assert transfer_function.means(table)[-1, half, 0] == pytest.approx(0.5 + WIDEST / 4, abs=2e-3)
    # Where nothing is seen, a colour is that of the entry: the card mixes neighbours.
    assert (transfer_function.means(table)[-1, : half - 30, 0] == table[: half - 30, 0]).all()


def test_at_the_ends_there_is_nothing_beyond() -> None:
    table = np.ones((SIZE, 4), dtype=np.float32)
    assert transfer_function.means(table) == pytest.approx(1.0)


def test_the_shader_reads_the_same_rows() -> None:
    source = resources.path("shaders/value.glsl").read_text(encoding="utf-8")
    said = {name: float(value) for name, value in re.findall(r"const float (\w+) = ([\d.]+);", source)}
    assert (said["WIDEST"], said["ROWS"]) == (WIDEST, ROWS)
    assert said["beside"] == np.ceil(WIDEST / 2 * (SIZE - 1))
