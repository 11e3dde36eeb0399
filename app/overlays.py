"""Which second field is laid over a view: a pure function of the study and of what is ready."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass

from backends.data.run import Run
from backends.data.study import Study
from backends.data.view import OF_RUN
from widgets.comparison_parameters import OverlayChoice

REFERENCE, ERROR, ATTRIBUTION = "reference", "error", "attribution"


@dataclass(frozen=True)
class Overlay:
    """What is laid over one view.

    field : its texture key, or None where nothing is
    kind : "attribution", "density" or "error"
    label : whose it is; of an attribution what has full colour, in means of its map
    """

    field: Hashable | None = None
    kind: str = "attribution"
    label: str = ""


def choices(study: Study, explained: bool) -> tuple[OverlayChoice, ...]:
    """Return the second fields that this study offers, none first; ``explained``: whether a network has answered."""
    found = [OverlayChoice("", "None", "Show the fields alone")]
    reference = study.reference
    if reference is not None and len(study.runs) > 1:
        found += [
            OverlayChoice(REFERENCE, reference.label, "The reference's density, laid over every run's"),
            OverlayChoice(
                ERROR, f"Error to {reference.label}", "How far every run is off the reference: |run − reference|"
            ),
        ]
    if explained:
        found.append(OverlayChoice(ATTRIBUTION, "Attribution", "What each network looked at, by the last explanation"))
    others = [run for run in study.runs if run is not reference]
    found += [
        OverlayChoice(f"{OF_RUN}{run.key}", run.label, f"The density of {run.label}, laid over every other run's")
        for run in others
        if len(study.runs) > 1
    ]
    return tuple(found)


def overlay(
    study: Study,
    run: Run,
    density: Callable[[Run], Hashable | None],
    attributions: Mapping[str, Hashable],
    full_colour: str = "",
) -> Overlay:
    """Return what is laid over that run's view; nothing is laid over itself.

    Parameters
    ----------
    density : gives a run's texture key where its density is ready
    attributions : texture keys by run;  full_colour : what of them has full colour, in means of its map
    """
    name = study.view.overlay
    if name == ATTRIBUTION:
        return Overlay(attributions.get(run.key), label=full_colour)
    if name in (REFERENCE, ERROR):
        other = study.reference
    else:
        other = next((one for one in study.runs if name == f"{OF_RUN}{one.key}"), None)
    field = density(other) if other is not None and other.key != run.key else None
    if other is None or field is None:
        return Overlay()
    return Overlay(field, "error" if name == ERROR else "density", other.label)
