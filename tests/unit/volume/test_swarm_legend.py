"""What a legend of particles says: every number with its unit, and none that is not shown."""

from __future__ import annotations

import pytest

from backends.data.view import ParticleLook, ViewSettings
from widgets.views.swarm_legend import ends, title
from widgets.volume.swarm_look import table


def looked_at(colour: str, opaque: bool = False) -> ViewSettings:
    """Particles of that colour."""
    return ViewSettings(mode="particles", particles=ParticleLook(colour, opaque))


@pytest.mark.parametrize(
    ("colour", "named", "values", "said"),
    [
        ("column", "Σ / mean Σ", (0.0, 1.0), ("0.1", "100")),
        ("density", "1 + δ", (-1.0, 2.0), ("0.1", "100")),
        ("speed", "km/s", (0.0, 851.3), ("0", "851")),
        ("along", "km/s", (-424.6, 424.6), ("−425 nearer", "+425 farther")),
        ("mass", "Msun/h", (9.0, 10.0), ("1·10⁹", "1·10¹⁰")),
    ],
)
def test_colours_have_a_title_and_numbers(
    colour: str, named: str, values: tuple[float, float], said: tuple[str, str]
) -> None:
    view = looked_at(colour)
    assert named in title(view)
    assert ends(view, values, (-1.0, 2.0)) == said


def test_points_are_told_by_where_they_are_and_not_by_a_column() -> None:
    assert "1 + δ" in title(looked_at("column", opaque=True))


def test_a_velocity_of_zero_is_white_and_no_value_is_too_dark_to_be_seen() -> None:
    shifted = table(looked_at("along"))
    assert shifted[511:513, :3].min() > 0.98
    assert shifted[0, 2] > shifted[0, 0]  # blue comes nearer
    assert table(looked_at("speed"))[:, :3].max(axis=1).min() > 0.35
    assert table(looked_at("column"))[0, :3].max() < 0.05
