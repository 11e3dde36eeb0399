"""What PINOCCHIO's catalogues leave to the parameter file of their run: the box, and the cosmology."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

NAME = re.compile(r"^pinocchio\.\d+\.\d+\.(.+)\.(?:catalog|plc)\.out$")
SETTING = re.compile(r"^\s*([A-Za-z]\w{0,63})(?:[ \t]+([^\s%#]{1,63}))?", re.MULTILINE)

LARGEST, MOST = 1 << 16, 64
"""Bytes of a parameter file, and files beside a catalogue that are looked into."""


@dataclass(frozen=True)
class PinocchioRun:
    """The parameters of a run.

    source : name of their file
    side : comoving Mpc/h of its box
    """

    source: str
    side: float
    hubble: float | None
    omega_m: float | None

    @property
    def told(self) -> str:
        """Say where the box comes from."""
        return f"{self.source}, the run's parameters beside it, gives a box of {self.side:g} Mpc/h, which is proposed."


def run_beside(path: Path) -> PinocchioRun | None:
    """Read the parameters of the run that a catalogue's name says it is of, or return None where none are beside it."""
    match = NAME.match(path.name)
    if match is None:
        return None
    try:
        files = sorted(file for file in path.parent.iterdir() if not file.name.startswith("pinocchio."))[:MOST]
        texts = [(file.name, file.read_bytes()) for file in files if file.is_file() and file.stat().st_size <= LARGEST]
    except OSError:
        return None
    for name, content in texts:
        found = dict(SETTING.findall(content.decode("utf-8", "replace")))
        if found.get("RunFlag") == match[1] and (side := _positive(found, "BoxSize")):
            hubble = _positive(found, "Hubble100")
            unit = 1.0 if "BoxInH100" in found else hubble
            return None if unit is None else PinocchioRun(name, side * unit, hubble, _positive(found, "Omega0"))
    return None


def _positive(found: dict[str, str], name: str) -> float | None:
    try:
        value = float(found.get(name, ""))
    except ValueError:
        return None
    return value if 0 < value < 1e9 else None
