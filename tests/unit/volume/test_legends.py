"""Numbers and words of the views."""

from __future__ import annotations

from dataclasses import replace

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
    assert legends.quantity(ViewSettings(mode="column"), 128.0) == "Σ / mean Σ"
    assert legends.quantity(ViewSettings(mode="slice", depth=(0.25, 0.5)), 128.0) == "1 + δ, mean of 32 Mpc/h"
    surface = ViewSettings(mode="iso", isosurfaces=(Isosurface(5.0),))
    assert legends.quantity(surface, 128.0) == "1 + δ = 5 surface, 1 + δ beneath it"
    assert legends.signed_quantity(surface, "difference") == "Δ (1 + δ) on the 1 + δ = 5 surface"
    assert legends.signed_quantity(surface, "ratio") == "ratio to the reference, 1 + δ = 5 surface"
    assert legends.ends((-1.0, 1.0), "log") == ("0.1", "10")
    assert legends.ends((0.95, 1.05), "linear") == ("0.95", "1.05")
    assert legends.ends((0.973, 1.034), "linear") == ("0.973", "1.034")
    assert legends.ends((-0.5, 0.5), "log", "ratio") == ("÷ 3.2", "× 3.2")
    assert legends.ends((-1.8, 1.8), "log", "difference") == ("−1.8", "+1.8")


def test_a_column_counts_the_mass_above_an_area() -> None:
    """The mean column over the area of the box is all the mass in it."""
    box_size, omega_m = 128.0, 0.3111
    mean_density = omega_m * 2.77536627e11
    view = ViewSettings(mode="column", column_unit="mass")
    unit = legends.column_unit(view, box_size, mean_density)
    assert unit * box_size**2 == pytest.approx(mean_density * box_size**3, rel=1e-12)
    clipped = ViewSettings(mode="column", column_unit="mass", clip=((0.0, 1.0), (0.0, 1.0), (0.25, 0.5)))
    assert legends.column_unit(clipped, box_size, mean_density) == pytest.approx(unit / 4, rel=1e-12)
    assert legends.quantity(view, box_size, mean_density) == "Σ  [(Msun/h) / (Mpc/h)²]"
    assert legends.ends((0.0, 1.0), "log", unit=unit) == ("1.1·10¹³", "1.1·10¹⁴")
    assert legends.column_unit(view, box_size, None) == 1.0
    assert "mean" in legends.quantity(view, box_size, None)


def test_an_overlay_says_whose_it_is_and_counts_in_the_fields_unit() -> None:
    view = ViewSettings(mode="column", scaling="log")
    assert legends.overlaid(view, "density", "N-body", (-1.0, 1.0), 2.0) == ("N-body, laid over", ("0.1", "10"))
    title, ends = legends.overlaid(view, "error", "N-body", (-1.0, 1.0), 2.0)
    assert title.startswith("Error to N-body, |Δ")
    assert ends == ("0", "2")
    mass = replace(view, column_unit="mass")
    title, ends = legends.overlaid(mass, "error", "N-body", (-1.0, 1.0), 2.0, 1e12, 8e10)
    assert "Msun/h" in title
    assert ends == ("0", "2·10¹²")
