"""RAMSES's texts, and which of its files are there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from backends.cosmology.background import CRITICAL_DENSITY
from backends.data.length_unit import CM_PER_MPC
from backends.errors import UnreadableFile
from backends.readers.files.failures import reading
from backends.readers.files.plain_text import setting, settings, start_of, text_of, wholes

INFO = re.compile(r"^info_(\d{5})\.txt$")
PIECE = re.compile(r"^(?:amr|hydro|part|grav|rt|sink|cpu_file|info|header|info_rt)_(\d{5})\.(?:out\d{5}|txt|csv|info)$")
NOTES = (
    "compilation.txt",
    "makefile.txt",
    "namelist.txt",
    "patches.txt",
    "hydro_file_descriptor.txt",
    "part_file_descriptor.txt",
)
"""What RAMSES writes beside its numbered files."""

GROUP = re.compile(r"^group_\d{5}$")
VARIABLE = re.compile(r"^\s*\d+\s*,\s*(\w+)\s*,\s*\w+\s*$|^\s*variable\s*#\s*\d+\s*:\s*(\w+)\s*$", re.MULTILINE)
COUNT = re.compile(r"^\s*([A-Za-z_]+)\s+(\d{1,18})\s*$", re.MULTILINE)

MOST_CPUS = 1 << 17

TOKENS = {
    "pos": ("position_x", "position_y", "position_z"),
    "vel": ("velocity_x", "velocity_y", "velocity_z"),
    "mass": ("mass",),
    "iord": ("identity",),
    "level": ("levelp",),
    "family": ("family",),
    "tag": ("tag",),
    "phi": ("potential",),
    "tform": ("birth_time",),
    "metal": ("metallicity",),
}
"""What header_NNNNN.txt calls the columns of particles."""

FAMILIES = {1: "dm", 2: "stars", 3: "sinks", 4: "debris", 5: "other"}
"""RAMSES's families of particles (pm_commons.f90); 0 and all below are tracers."""


@dataclass(frozen=True)
class Info:
    """What info_NNNNN.txt says.

    side : of the box in code units
    cosmological : whether it has an expansion;  redshift, hubble, omega_m : None where it has none
    stated : the box in Mpc/h that the unit of length makes, None likewise
    velocity : km/s of the code's unit
    """

    path: Path
    number: str
    n_cpu: int
    dimensions: int
    coarsest: int
    side: float
    cosmological: bool
    redshift: float | None
    hubble: float | None
    omega_m: float | None
    stated: float | None
    velocity: float | None

    def mass_unit(self, box_size: float) -> float:
        """Msun/h of the code's unit: all matter of a box of side one, because its density is in units of the mean."""
        return (self.omega_m or 0.0) * CRITICAL_DENSITY * (box_size / self.side) ** 3


def info_file(path: Path) -> Path | None:
    """Return the info file of the output that a file or a folder belongs to, or None."""
    try:
        if path.is_dir():
            if GROUP.match(path.name):
                return info_file(path.parent)
            found = [p for p in path.iterdir() if INFO.match(p.name) and _is_info(p)]
            inner = path / "group_00001"
            if not found and inner.is_dir():
                found = [p for p in inner.iterdir() if INFO.match(p.name) and _is_info(p)]
            return found[0] if len(found) == 1 else None
        match = PIECE.match(path.name)
        beside = path.with_name(f"info_{match[1]}.txt") if match else None
        if beside is not None and _is_info(beside):
            return beside
        return info_file(path.parent) if (match or path.name in NOTES) and path.is_file() else None
    except OSError:
        return None


def _is_info(path: Path) -> bool:
    start = start_of(path)
    return all(word in start for word in ("ncpu", "levelmin", "unit_l"))


def read_info(path: Path) -> Info:
    """Read the info file; raises ``UnreadableFile`` where it is damaged."""
    values = settings(text_of(path))
    names = ("boxlen", "aexp", "H0", "unit_l", "unit_d", "unit_t")
    found = {name: _needed(path, values, name) for name in names}
    n_cpu, dimensions, coarsest = (
        wholes(path, values.get(name, ""), 1, name)[0] for name in ("ncpu", "ndim", "levelmin")
    )
    if not 0 < n_cpu <= MOST_CPUS or not 0 < coarsest <= 40 or dimensions not in (1, 2, 3):
        raise UnreadableFile(path, f"is damaged: it declares {n_cpu} files of {dimensions} dimensions", "Copy it again")
    if any(value <= 0 for value in found.values()):
        raise UnreadableFile(path, "is damaged: its box or its units are not positive", "Copy or download it again")
    match = INFO.match(path.name)
    # What is no cosmology is written with these two of one, and the units that the run was given.
    cosmological = not (found["H0"] == 1 and found["aexp"] == 1)
    hubble = found["H0"] / 100
    return Info(
        path=path,
        number=match[1] if match else "00001",
        n_cpu=n_cpu,
        dimensions=dimensions,
        coarsest=coarsest,
        side=found["boxlen"],
        cosmological=cosmological,
        redshift=1 / found["aexp"] - 1 if cosmological else None,
        hubble=hubble if cosmological else None,
        omega_m=setting(path, values, "omega_m") if cosmological else None,
        stated=found["unit_l"] * found["boxlen"] / found["aexp"] / CM_PER_MPC * hubble if cosmological else None,
        velocity=found["unit_l"] / found["unit_t"] / 1e5 if cosmological else None,
    )


def _needed(path: Path, values: Mapping[str, str], name: str) -> float:
    value = setting(path, values, name)
    if value is None:
        raise UnreadableFile(path, f"is cut short: it has no {name}", "Copy or download it again")
    return value


def files_of(info: Info) -> tuple[Path, ...]:
    """All files of the output, in its folder and in the groups below it."""
    folder = folder_of(info)
    return tuple(sorted(path for place in _places(folder) for path in place.iterdir() if path.is_file()))


def folder_of(info: Info) -> Path:
    """The output's folder, which may keep its files in groups."""
    return info.path.parent.parent if GROUP.match(info.path.parent.name) else info.path.parent


def _places(folder: Path) -> Iterator[Path]:
    with reading(folder):
        yield folder
        yield from (path for path in sorted(folder.iterdir()) if path.is_dir() and GROUP.match(path.name))


def pieces(info: Info, kind: str) -> dict[int, Path]:
    """The files of a kind that are there, by the number of the processor that wrote each."""
    pattern = re.compile(rf"^{kind}_{info.number}\.out(\d{{5,6}})$")
    found = {}
    for path in files_of(info):
        match = pattern.match(path.name)
        if match and 0 < int(match[1]) <= info.n_cpu:
            found[int(match[1])] = path
    return found


def hydro_names(info: Info, count: int) -> tuple[str, ...]:
    """Names of the variables of a cell: by their descriptor, and by habit where there is none."""
    axes = "xyz"[: info.dimensions]
    usual = ("density", *(f"velocity_{axis}" for axis in axes), "pressure")
    text = _descriptor(info, "hydro_file_descriptor.txt")
    named = tuple(a or b for a, b in VARIABLE.findall(text)) if text else usual
    return tuple(named[i] if i < len(named) else f"scalar_{i - len(usual) + 1:02d}" for i in range(count))


def particle_names(info: Info) -> tuple[str, ...]:
    """Names of the columns of particles: by their descriptor, else by the header, else by habit."""
    text = _descriptor(info, "part_file_descriptor.txt")
    named = tuple(a or b for a, b in VARIABLE.findall(text))
    if named:
        return named
    words = _header(info).partition("Particle fields")[2].split()
    if "pos" not in words:
        words = ["pos", "vel", "mass", "iord", "level"]
    axes = info.dimensions
    return tuple(name for word in words for name in (TOKENS.get(word) or (word,))[: axes if word in TOKENS else None])


def stated_counts(info: Info) -> dict[str, int]:
    """How many particles of each species the header counts; empty where it does not say."""
    text = _header(info)
    if "Family" in text:
        names = {"DM": "dm", "star": "stars", "cloud": "sinks", "debris": "debris", "other": "other"}
        counts: dict[str, int] = {}
        for name, number in COUNT.findall(text):
            species = "tracers" if "tracer" in name else names.get(name, "other")
            # One of two lines called other_tracer is a slip of RAMSES; both count the same family.
            if name != "other_tracer" or "tracers" not in counts:
                counts[species] = counts.get(species, 0) + int(number)
        return {name: count for name, count in counts.items() if count}
    known = {
        name: re.search(rf"number of {words} particles\s+(\d{{1,18}})", text)
        for name, words in (("dm", "dark matter"), ("stars", "star"))
    }
    return {name: int(match[1]) for name, match in known.items() if match and int(match[1])}


def _header(info: Info) -> str:
    return start_of(info.path.with_name(f"header_{info.number}.txt"), 1 << 14)


def _descriptor(info: Info, name: str) -> str:
    return start_of(info.path.with_name(name), 1 << 16)
