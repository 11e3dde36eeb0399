"""The menu of statistics agrees with the registry, and whatever a statistic depends on is an option of compare."""

from __future__ import annotations

import argparse
from contextlib import suppress
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.cli.compare import add_arguments
from app.cli.parsing import Parser
from app.cli.statistic_options import GIVEN, statistic_choices
from app.depending import MESH, result_key
from app.statistic_commands import NUMBERS, STATISTICS
from backends.cosmology.mass_function import MODELS
from backends.data.description import Description
from backends.data.parameters import THEORIES, Parameters
from backends.data.particles import Particles
from backends.data.run import Origin, Run
from backends.data.study import Study
from backends.errors import NotApplicable, WrongCall
from backends.progress import silent
from backends.statistics import registry
from backends.statistics.sample import Sample

BOX = 40.0
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


def test_whatever_a_statistic_reads_it_says_it_depends_on() -> None:
    """Else its numbers would stay as they were when that is changed."""
    read: set[str] = set()

    class Watched(Parameters):
        def __getattribute__(self, name: str) -> Any:
            if name in FIELDS:
                read.add(name)
            return super().__getattribute__(name)

    def particles(seed: int) -> Particles:
        rng = np.random.default_rng(seed)
        places = np.repeat(np.random.default_rng(5).random((16, 3)) * BOX, 256, axis=0)
        x = np.mod(places + 0.3 * rng.normal(size=places.shape), BOX).astype(np.float32)
        x[x >= BOX] = 0.0
        speeds = (100.0 * rng.normal(size=x.shape)).astype(np.float32)
        return Particles(x, BOX, 6.6e11, speeds, np.arange(1, len(x) + 1), 0.0, "dm")

    def sample(seed: int) -> Sample:
        return Sample(lambda *_: particles(seed), label=f"{seed}", omega_m=0.3, box_size=BOX, redshift=0.0)

    truth, other = sample(1), sample(2)
    for name, statistic in registry():
        read.clear()
        with suppress(NotApplicable):
            statistic.compute(other, truth if statistic.needs_reference else None, Watched(n_mesh=16), silent)
        says = getattr(statistic, "depends", MESH)
        # The default mesh is a key's own part, and so is whether halos in others are taken of catalogues.
        assert not says or read - {*says, "n_mesh", "substructure"} == set(), name


def test_halos_in_others_are_taken_or_not_of_the_reference_too() -> None:
    def run_of(key: str, kind: str, role: str) -> Run:
        path = Path(f"/data/{key}")
        return Run(key, key, "#ffffff", role, Origin(path, "any"), Description(path, (), "any", kind))

    runs = (run_of("run-1", "catalogue", "reference"), run_of("run-2", "particles", "prediction"))
    distinct = Study(runs=runs, parameters=Parameters(n_mesh=16))
    every = replace(distinct, parameters=Parameters(n_mesh=16, substructure=True))
    name = "correlation-coefficient"
    assert result_key(name, runs[1], distinct) != result_key(name, runs[1], every)
