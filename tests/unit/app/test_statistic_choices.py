"""The menu of statistics agrees with the registry, and whatever a statistic depends on is an option of compare."""

from __future__ import annotations

import argparse
from dataclasses import fields

import pytest

from app.cli.compare import add_arguments
from app.cli.parsing import Parser
from app.cli.statistic_options import GIVEN, statistic_choices
from app.statistic_commands import NUMBERS, STATISTICS
from backends.cosmology.mass_function import MODELS
from backends.data.parameters import THEORIES, Parameters
from backends.errors import WrongCall
from backends.statistics import registry

FIELDS = {field.name for field in fields(Parameters)}


def test_the_menu_names_every_statistic_as_the_registry_does() -> None:
    labels = {name: registry()[name].label for name in registry().names() if name not in NUMBERS}
    assert labels == {name: title for titles in STATISTICS.values() for name, title in titles.items()}


def test_what_statistics_say_that_they_depend_on_are_parameters() -> None:
    for name in registry().names():
        assert set(getattr(registry()[name], "depends", ())) <= FIELDS


def test_the_mass_functions_that_are_offered_are_those_there_are() -> None:
    assert tuple(MODELS) == THEORIES


def parsed(*words: str) -> argparse.Namespace:
    parser = Parser("halograph compare", "compare")
    add_arguments(parser)
    return parser.parse_args(["truth", "run", "--out", "here", *words])


def test_every_parameter_is_an_option_of_compare() -> None:
    options = vars(parsed())
    assert set(options) >= FIELDS
    assert set(GIVEN) == FIELDS - {"n_mesh", "mass_assignment", "interlaced", "species"}
    assert statistic_choices(parsed()) == {}
    words = "--line-of-sight x --void-threshold -0.8 --web-threshold 0.2 --smoothing-radius 3 --pairs-of halos"
    assert statistic_choices(parsed(*words.split(), "--density-quantiles", "4", "--pair-points", "1000")) == {
        "line_of_sight": 0,
        "void_threshold": -0.8,
        "web_threshold": 0.2,
        "smoothing_radius": 3.0,
        "pairs_of": "halos",
        "density_quantiles": 4,
        "pair_points": 1000,
    }


@pytest.mark.parametrize(
    "words",
    [
        "--void-threshold 0.3",
        "--density-quantiles 1",
        "--density-quantiles 101",
        "--least-shared 0",
        "--line-of-sight w",
    ],
)
def test_choices_that_cannot_be_meant_are_refused(words: str) -> None:
    with pytest.raises(WrongCall, match=words.split()[0]):
        parsed(*words.split())
