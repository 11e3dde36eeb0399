"""``results.json``: everything that a comparison found, for programs. Its format is a contract.

A statistic is ``{"parameters", "units", "runs": {LABEL: {…columns…} or {"skipped": REASON}}, "notes": {LABEL: […]}}``:
every run has numbers or a reason, every column a unit ("" for a pure number), and notes say why a column is empty.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from backends.data.description import Description
from backends.data.facts import Facts
from backends.data.statistic import StatisticResult
from backends.writers.whole import whole

FORMAT = 1

Results = Mapping[str, Mapping[str, StatisticResult | str]]
"""By statistic and run's label: the result, or the reason why there is none. Runs that need none are absent."""


def results_document(
    reference: str,
    runs: Mapping[str, Mapping[str, Any]],
    results: Results,
    scores: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    """Return the document, ready for JSON: runs in the order given, NaN and infinity ``None``.

    Parameters
    ----------
    reference : the reference's label
    runs : what is known of every run, by label, the reference first
    scores : by label; the numbers of the ranking
    """
    document = {
        "format": FORMAT,
        "reference": reference,
        "runs": {label: dict(facts) for label, facts in runs.items()},
        "statistics": {name: _statistic(by_run, list(runs)) for name, by_run in results.items()},
        "scores": {label: dict(of_run) for label, of_run in scores.items()},
    }
    plain: dict[str, Any] = to_plain(document)
    return plain


def save_results(document: Mapping[str, Any], path: Path) -> None:
    """Write the document whole or not at all.

    Raises
    ------
    MachineError
        Where it cannot be written.
    """
    with whole(path) as draft:
        text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
        draft.write_text(text, "utf-8", "backslashreplace")  # a file's name need not be text


def describe_run(description: Description, told: Facts) -> dict[str, Any]:
    """Return what is known of a data set: the keys of ``info --json``, with what only was told filled in."""
    unit = replace(told, length_unit=None) if description.length_unit is not None else told  # what is stated stands
    facts = Facts(description.box_in(unit), description.redshift).over(told)
    return {
        "path": str(description.path),
        "format": description.format,
        "kind": description.kind,
        "box_size": facts.box_size,
        "redshift": facts.redshift,
        "hubble": description.hubble,
        "omega_m": description.omega_m,
        "species": {
            name: {"count": s.count, "mass_min": s.mass_min, "mass_max": s.mass_max}
            for name, s in description.species.items()
        },
        "fields": {
            name: {"shape": list(f.shape), "dtype": f.dtype, **({"lines_of_sight": f.shape[0]} if f.lines else {})}
            for name, f in description.fields.items()
        },
        "n_files": len(description.files),
        "complete": description.complete,
        "warnings": list(description.warnings),
    }


def to_plain(value: Any) -> Any:
    """Turn arrays, numpy's numbers and what is no number into what JSON can say."""
    if isinstance(value, Mapping):
        return {str(key): to_plain(inner) for key, inner in value.items()}
    if isinstance(value, np.ndarray):
        return to_plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [to_plain(inner) for inner in value]
    if isinstance(value, np.generic):
        return to_plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Path):
        return str(value)
    return value


def _statistic(by_run: Mapping[str, StatisticResult | str], order: Sequence[str]) -> dict[str, Any]:
    found = {label: result for label, result in by_run.items() if isinstance(result, StatisticResult)}
    units: dict[str, str] = {}
    for result in found.values():
        units |= result.units
    runs = {
        label: {"skipped": by_run[label]} if isinstance(by_run[label], str) else dict(found[label].columns)
        for label in order
        if label in by_run
    }
    notes = {label: list(found[label].notes) for label in order if label in found and found[label].notes}
    return {"parameters": common_parameters(found), "units": units, "runs": runs, "notes": notes}


def common_parameters(found: Mapping[str, StatisticResult]) -> dict[str, Any]:
    """Return what the numbers depend on; a parameter in which runs differ is given by run."""
    names: list[str] = []
    for result in found.values():
        names += [name for name in result.parameters if name not in names]
    common: dict[str, Any] = {}
    for name in names:
        values = {label: to_plain(result.parameters.get(name)) for label, result in found.items()}
        first = next(iter(values.values()))
        common[name] = first if all(value == first for value in values.values()) else values
    return common
