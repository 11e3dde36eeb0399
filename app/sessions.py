"""Sessions: a study as versioned JSON that opens next year, on another machine, in another folder.

Paths are stored relative to the session's file, with the size and a fingerprint of what they named.
Descriptions are not stored: the readers make them again, so that a session never contradicts its
files. Arrays and results are not stored either.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, TypeVar

from backends.data.checking import checked
from backends.data.curve import Curve, ReferenceCurve
from backends.data.description import Description
from backends.data.facts import Facts
from backends.data.fingerprint import fingerprint, size_of
from backends.data.parameters import Parameters
from backends.data.run import ROLES, Epoch, Network, Origin, Realisation, Run
from backends.data.saved_view import SavedView
from backends.data.study import Study
from backends.data.view import (
    COMPARISONS,
    MODES,
    MOST_ISOSURFACES,
    SCALINGS,
    CuttingPlane,
    Isosurface,
    OwnView,
    ParticleLook,
    RingLook,
    TransferFunction,
    ViewSettings,
)
from backends.errors import InputError, UnreadableFile
from backends.readers import opening
from backends.statistics import registry
from backends.writers.whole import whole

FORMAT, VERSION = "halograph-session", 1
COLOUR = re.compile("#[0-9a-fA-F]{6}")
KEY = re.compile(r"(?:run|curve)-\d{1,9}")
LARGEST = 16 * 2**20
"""Bytes: a session is small, and a larger file is not one."""

Plain = TypeVar("Plain", Facts, Parameters, ViewSettings, ParticleLook, RingLook)


@dataclass(frozen=True)
class Session:
    """What a session's file holds.

    camera : the views' camera, as the views gave it
    missing : keys of the runs whose files are not where they were
    changed : keys of the runs whose files are there and are not what they were
    unknown : names of statistics that were shown and are not installed here
    """

    study: Study
    camera: Mapping[str, Any]
    missing: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def save(path: Path, study: Study, camera: Mapping[str, Any]) -> None:
    """Write a session, whole or not at all.

    Raises
    ------
    MachineError
        Where the disk refuses.
    """
    text = json.dumps(_as_json(study, camera, path.resolve().parent), indent=1)
    with whole(path) as draft:
        draft.write_text(text, encoding="utf-8")


def is_session(path: Path) -> bool:
    """Whether the file's beginning says that it is a session."""
    try:
        with path.open("rb") as file:
            return FORMAT.encode() in file.read(256)
    except OSError:
        return False


def load(path: Path) -> Session:
    """Read a session and describe its files anew.

    Raises
    ------
    UnreadableFile
        Where it is no session, is damaged, or was written by a later Halograph.
    """
    advice = "Open another session, or the files themselves"
    try:
        if path.stat().st_size > LARGEST:
            raise UnreadableFile(path, "is too large to be a session", advice)
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as refused:
        raise UnreadableFile(path, f"cannot be read ({refused.strerror})", advice) from refused
    except (ValueError, RecursionError) as damaged:
        raise UnreadableFile(path, f"is not a whole session ({damaged})", advice) from damaged
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise UnreadableFile(path, "is not a session of Halograph", advice)
    if content.get("version") != VERSION:
        raise UnreadableFile(path, f"has version {content.get('version')!r}", "Open it with a newer Halograph")
    try:
        return _from_json(content, path.resolve().parent)
    except KeyError as lacking:
        raise UnreadableFile(path, f"is a damaged session: it lacks its {lacking.args[0]}", advice) from lacking
    except (TypeError, ValueError, AttributeError, OverflowError) as damaged:
        raise UnreadableFile(path, f"is a damaged session ({damaged})", advice) from damaged


def _as_json(study: Study, camera: Mapping[str, Any], base: Path) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "name": study.name,
        "selected": study.selected,
        "before": study.before,
        "statistics": list(study.statistics),
        "parameters": asdict(study.parameters),
        "view": asdict(study.view),
        "camera": dict(camera),
        "runs": [_run_as_json(run, base) for run in study.runs],
        "curves": [_curve_as_json(curve, base) for curve in study.curves],
        "saved_views": [asdict(view) for view in study.saved_views],
    }


def _run_as_json(run: Run, base: Path) -> dict[str, Any]:
    network = run.network
    return {
        "key": run.key,
        "label": run.label,
        "colour": run.colour,
        "role": run.role,
        "visible": run.visible,
        "halos": run.halos,
        "assumed_box": run.assumed_box,
        "told": asdict(run.told),
        "origin": _origin_as_json(run.origin, base),
        "epochs": [
            {"told": asdict(epoch.told), "redshift": epoch.redshift, "origin": _origin_as_json(epoch.origin, base)}
            for epoch in run.epochs
        ],
        "realisations": [
            {"label": one.label, "told": asdict(run.told), "origin": _origin_as_json(one.origin, base)}
            for one in run.realisations
        ],
        "network": network
        and {
            "architecture": network.architecture,
            "weights": _relative(network.weights, base),
            "parameters": network.parameters,
        },
    }


def _origin_as_json(origin: Origin, base: Path) -> dict[str, Any]:
    return {
        "path": _relative(origin.path, base),
        "format": origin.format,
        "member": origin.member,
        **_known_by(origin),
    }


def _known_by(origin: Origin) -> dict[str, Any]:
    """Return a file's size and fingerprint as it is, or as they were known where it is gone or may not be read."""
    try:
        return {"size": size_of(origin.path), "fingerprint": fingerprint(origin.path)}
    except UnreadableFile:
        return {"size": origin.size, "fingerprint": origin.fingerprint}


def _curve_as_json(curve: ReferenceCurve, base: Path) -> dict[str, Any]:
    origin = curve.origin
    return {
        "key": curve.key,
        "label": curve.label,
        "colour": curve.colour,
        "statistic": curve.statistic,
        "visible": curve.visible,
        "told": asdict(curve.told),
        "origin": _origin_as_json(origin, base),
    }


def _relative(path: Path, base: Path) -> str:
    return Path(os.path.relpath(path.resolve(), base)).as_posix()


def _from_json(content: dict[str, Any], base: Path) -> Session:
    runs, missing, changed = [], [], []
    for one in content["runs"]:
        origin, description = _whence(one, base)
        epochs = tuple(
            Epoch(*_whence(epoch, base), float(epoch["redshift"]), _plain(Facts, epoch["told"]))
            for epoch in one.get("epochs", ())
        )
        realisations = tuple(
            Realisation(*_whence(each, base), str(each["label"])) for each in one.get("realisations", ())
        )
        key = str(one["key"])
        if not all(os.path.exists(each.path) for each in (origin, *(box.origin for box in realisations))):
            missing.append(key)
        elif any(_has_changed(stored, base) for stored in (one, *one.get("epochs", ()), *one.get("realisations", ()))):
            changed.append(key)
        network = one.get("network")
        runs.append(
            Run(
                key=key,
                label=str(one["label"]),
                colour=str(one["colour"]),
                role=str(one["role"]) if one["role"] in ROLES else "prediction",
                origin=origin,
                description=description,
                told=_plain(Facts, one["told"]),
                visible=bool(one["visible"]),
                network=network
                and Network(
                    str(network["architecture"]),
                    (base / str(network["weights"])).resolve(),
                    int(network["parameters"]),
                ),
                epochs=epochs,
                halos=str(one.get("halos", "")),
                realisations=realisations,
                assumed_box=None if one.get("assumed_box") is None else float(one["assumed_box"]),
            )
        )
    statistics = tuple(map(str, content["statistics"]))
    study = Study(
        name=str(content["name"]),
        runs=tuple(runs),
        selected=str(content["selected"]),
        before=str(content.get("before", "")),
        view=_plain(ViewSettings, content["view"]),
        parameters=_plain(Parameters, content["parameters"]),
        statistics=tuple(name for name in statistics if name in registry()),
        curves=tuple(_curve(one, base) for one in content.get("curves", ())),
        saved_views=tuple(SavedView.restored(one) for one in content.get("saved_views", ())),
    )
    keys = [run.key for run in study.runs] + [curve.key for curve in study.curves]
    if len(set(keys)) < len(keys) or not all(map(KEY.fullmatch, keys)):  # the next key is counted from them
        raise ValueError("its runs cannot be told apart")
    unknown = tuple(name for name in statistics if name not in study.statistics)
    return Session(study, dict(content["camera"]), tuple(missing), tuple(changed), unknown)


def _whence(one: Mapping[str, Any], base: Path) -> tuple[Origin, Description]:
    """Read where arrays come from, and describe their file anew."""
    stored = one["origin"]
    origin = _origin(stored, base)
    return origin, describe_anew(origin, _plain(Facts, one["told"]))


def _origin(stored: Mapping[str, Any], base: Path) -> Origin:
    path, known = (base / str(stored["path"])).resolve(), str(stored.get("fingerprint", ""))
    size = stored.get("size")
    return Origin(path, str(stored["format"]), str(stored["member"]), known, size if isinstance(size, int) else None)


def _has_changed(one: Mapping[str, Any], base: Path) -> bool:
    origin = _origin(one["origin"], base)
    try:
        if origin.size is not None and size_of(origin.path) != origin.size:
            return True
        return bool(origin.fingerprint) and fingerprint(origin.path) != origin.fingerprint
    except UnreadableFile:
        return False  # that it is gone, or may not be read, is said where it is described


def _curve(one: Mapping[str, Any], base: Path) -> ReferenceCurve:
    return read_anew(
        ReferenceCurve(
            key=str(one["key"]),
            label=str(one["label"]),
            colour=str(one["colour"]),
            statistic=str(one["statistic"]),
            origin=_origin(one["origin"], base),
            told=_plain(Facts, one["told"]),
            visible=bool(one["visible"]),
        )
    )


def read_anew(known: ReferenceCurve) -> ReferenceCurve:
    """Read a curve's table again; one that is gone keeps its place and says why it is not drawn."""
    description = describe_anew(known.origin, known.told)
    curve, warnings = None, description.warnings
    try:
        is_table = description.kind == "table"
        loaded = opening.load(description, known.told, known.origin.member) if is_table else None
        curve = loaded if isinstance(loaded, Curve) else None
    except InputError as error:
        warnings = (str(error),)
    return replace(known, curve=curve, warnings=warnings)


def describe_anew(origin: Origin, told: Facts) -> Description:
    """Describe a run's file anew; one that is gone is described by its absence."""
    if not os.path.exists(origin.path):
        gone = f"{origin.path} is not there any more, or in a folder that you may not open. Say where it was moved to"
        return Description(origin.path, (), origin.format, "missing", complete=False, warnings=(gone,))
    try:
        found, refused = opening.describe([origin.path], told)
    except InputError as error:
        found, refused = [], [error]
    for description in found:
        if description.format == origin.format:
            return description
    why = str(refused[0]) if refused else f"{origin.path} is no longer {origin.format}"
    return Description(origin.path, (), origin.format, "missing", complete=False, warnings=(why,))


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value


def _plain(kind: type[Plain], stored: Mapping[str, Any]) -> Plain:
    """Build a frozen value from its stored fields; what a later version added is left out."""
    known = {field.name for field in fields(kind)}
    values = {name: _tuples(value) for name, value in stored.items() if name in known}
    if kind is Facts and (values.get("redshift") or 0.0) <= -1:
        raise ValueError(f"{values['redshift']} is no redshift")
    if kind is ViewSettings and "transfer" in values:
        values["transfer"] = _transfer(stored["transfer"])
    if kind is ViewSettings and "particles" in values:
        values["particles"] = _plain(ParticleLook, stored["particles"])
    if kind is ViewSettings and "rings" in values:
        values["rings"] = _plain(RingLook, stored["rings"])
    if kind is ViewSettings and "own" in values:
        values["own"] = tuple(_own(one) for one in stored["own"])
    if kind is ViewSettings:
        if "iso_level" in stored:  # as it was stored while there was one surface
            values["isosurfaces"] = (Isosurface(float(stored["iso_level"])),)
        if "isosurfaces" in stored:
            found = tuple(_isosurface(one) for one in stored["isosurfaces"][:MOST_ISOSURFACES])
            values["isosurfaces"] = found or ViewSettings().isosurfaces
        if "plane" in stored:
            values["plane"] = CuttingPlane(**stored["plane"])
    made = checked(kind(**values))
    if isinstance(made, ViewSettings):
        choices = {"mode": MODES, "scaling": SCALINGS, "comparison": COMPARISONS}
        for name, those in choices.items():
            if (value := getattr(made, name)) not in those:
                raise ValueError(f"there is no {name} {value!r}")
        if len(made.clip) != 3 or any(len(ends) != 2 for ends in made.clip) or made.axis not in (0, 1, 2):
            raise ValueError("its view is of no box")
    return made


def _transfer(stored: Mapping[str, Any]) -> TransferFunction:
    return TransferFunction(**{name: _tuples(value) for name, value in stored.items()})


def _isosurface(stored: Mapping[str, Any]) -> Isosurface:
    tint = str(stored.get("tint", ""))
    return Isosurface(float(stored["level"]), float(stored["opacity"]), tint if COLOUR.fullmatch(tint) else "")


def _own(stored: Mapping[str, Any]) -> OwnView:
    values = {name: _tuples(value) for name, value in stored.items() if name != "transfer"}
    return OwnView(**values, transfer=stored["transfer"] and _transfer(stored["transfer"]))
