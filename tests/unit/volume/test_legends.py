"""Numbers and words of the views."""

from __future__ import annotations

import pytest

from backends.data.view import Isosurface, ViewSettings
from widgets.views import legends


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.2, "0.2"),
        (0.024, "0.024"),
        (13.2, "13"),
        (-1.83, "−1.8"),
        (653.5, "654"),
        (2.1e-5, "2.1·10⁻⁵"),
        (3e12, "3·10¹²"),
    ],
)
def test_numbers_are_short(value: float, text: str) -> None:
    assert legends.number(value) == text


@pytest.mark.parametrize(("most", "length"), [(34.0, 20.0), (9.99, 5.0), (0.012, 0.01), (100.0, 100.0)])
def test_scale_bars_have_round_lengths(most: float, length: float) -> None:
    assert legends.round_length(most) == pytest.approx(length)


def test_every_quantity_names_its_unit_or_is_relative() -> None:
    assert legends.quantity(ViewSettings(mode="column"), 128.0) == "Σ / mean Σ on the line of sight"
    assert legends.quantity(ViewSettings(mode="slice", depth=(0.25, 0.5)), 128.0) == "1 + δ, mean of 32 Mpc/h"
    surface = ViewSettings(mode="iso", isosurfaces=(Isosurface(5.0),))
    assert legends.quantity(surface, 128.0) == "1 + δ = 5 surface, 1 + δ beneath it"
    assert legends.signed_quantity(surface, "difference") == "Δ (1 + δ) on the 1 + δ = 5 surface"
    assert legends.ends((-1.0, 1.0), "log") == ("0.1", "10")
    assert legends.ends((-0.5, 0.5), "log", "ratio") == ("÷ 3.2", "× 3.2")
    assert legends.ends((-1.8, 1.8), "log", "difference") == ("−1.8", "+1.8")
