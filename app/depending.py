"""What everything that is computed of a study depends on: equal keys, equal numbers."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import astuple

from backends.data.description import HALOS
from backends.data.parameters import Parameters
from backends.data.run import Run
from backends.data.study import Study
from backends.statistics import is_given_reference, registry

MESH = ("n_mesh", "mass_assignment", "interlaced", "species")
"""What a statistic depends on where it does not say otherwise."""


def density_key(run: Run, study: Study) -> Hashable:
    """What a run's density depends on."""
    return ("density", run.data_key, _frame(study), _chosen(study.parameters, MESH), _whose(run, study))


def halos_key(run: Run, study: Study) -> Hashable:
    """What a run's halos depend on."""
    p = study.parameters
    return ("halos", run.data_key, p.linking_length, p.min_particles, _listed(run, study))


def result_key(name: str, run: Run, study: Study) -> Hashable:
    """What a run's statistic of that name depends on."""
    statistic, reference = registry()[name], study.reference
    frame = _frame(study, measured=True)
    against = reference.measured_key if is_given_reference(statistic) and reference is not None else frame
    depends = getattr(statistic, "depends", MESH)
    chosen = _chosen(study.parameters, depends)
    whose: list[Hashable] = [_whose(one, study) for one in (run, reference) if one is not None]
    if not depends or "min_particles" in depends:
        whose += [_listed(other, study) for other in (run, reference) if other is not None]
    return ("statistic", name, run.measured_key, against, chosen, *whose)


def _frame(study: Study, *, measured: bool = False) -> Hashable:
    """The reference decides the default mesh; with a mesh that was chosen it does not matter.

    measured : of statistics, for which it does not matter either which of the reference's realisations is in sight
    """
    reference = study.reference
    if reference is None or study.parameters.n_mesh is not None:
        return None
    return (reference.measured_key if measured else reference.data_key, _whose(reference, study))


def _whose(run: Run, study: Study) -> bool:
    """Of a catalogue, whether halos that lie in others are painted and compared too."""
    return study.parameters.substructure and run.description.kind in HALOS


def _listed(run: Run, study: Study) -> Hashable:
    """What a run's halos depend on beside how they are found: the catalogue that lists them, and which of its halos."""
    listed = study.catalogue_of(run)
    return (None if listed is None else listed.data_key, study.parameters.substructure)


def _chosen(parameters: Parameters, names: tuple[str, ...]) -> tuple[object, ...]:
    if not names:
        return astuple(parameters)
    return tuple(getattr(parameters, name) for name in names)
