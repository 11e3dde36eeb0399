"""Binary particle files and GRAFIC folders with cut files, turned bits, and counts and markers that cannot be."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from damage import content_of, write_content
from particle_files import (
    gadget_sample,
    grafic,
    grafic_sample,
    header,
    nyx,
    nyx_sample,
    record,
    snapshot,
    tipsy,
    tipsy_sample,
)

from backends.data.facts import Facts
from backends.errors import InputError
from backends.readers import opening

HUGE = (0, 1, 7, 44, 256, 264, 2**31 - 1, 2**31, 2**32 - 1, 2**32 - 8)
LONG = (0, 1, 2**31, 2**32, 2**33 + 5, 2**62, 2**63, 2**64 - 1)
REAL = (0.0, -1.0, 1e-320, 1e-30, 1e12, 1e38, 1e300, np.inf, -np.inf, np.nan)


def pieces(path: Path, rng: np.random.Generator) -> None:
    """Two pieces of format 1, with masses of their own and in double precision."""
    path.mkdir()
    for number in range(2):
        head = header({1: 20, 4: 10}, total={1: 40, 4: 20}, masses={1: 1.0}, files=2)
        blocks = {"POS": rng.random((30, 3)), "VEL": rng.random((30, 3)), "ID": np.arange(30), "MASS": rng.random(10)}
        snapshot(path / f"snap.{number}", blocks, head)


def isolated(path: Path, rng: np.random.Generator) -> None:
    """Big-endian format 1 without box and cosmology."""
    head = header({2: 30}, ">", box=0.0, omega_m=0.0, z=0.0, time=1.0)
    blocks = {"POS": rng.normal(size=(30, 3)), "VEL": rng.random((30, 3)), "ID": np.arange(30), "MASS": np.ones(30)}
    snapshot(path, {name: values.astype("f4" if name != "ID" else "u4") for name, values in blocks.items()}, head, ">")


def native(path: Path, rng: np.random.Generator) -> None:
    """Gadget-4's own header, format 2, with an INFO block."""
    head = struct.pack("<2q2q2d3dixxxx2q", 10, 20, 10, 20, 0.5, 3.0, 0.5, 1.0, 50000.0, 1, 0, 0)
    info = b"".join(label + b"FLOAT   " + struct.pack("<7i", 3, *[1] * 6) for label in (b"POS ", b"VEL "))
    blocks = {"POS": rng.random((30, 3)).astype("f4"), "INFO": np.frombuffer(info, "u1")}
    snapshot(path, blocks, head, labelled=True)


def run_of_tipsy(path: Path, rng: np.random.Generator) -> None:
    """A snapshot with its parameters and numbers of birth."""
    path.mkdir()
    tipsy(path / "run.01", rng, "<", 28, ("f8", "f4"), counts={"gas": 3, "dm": 9, "stars": 2})
    (path / "run.param").write_text("dKpcUnit = 5e4\ndMsolUnit = 1.5e16\nbComove = 1\nbPeriodic = 1\ndHubble0 = 2.89\n")
    (path / "run.01.iord").write_bytes(struct.pack("<15i", 14, *range(14)))


def single(path: Path, rng: np.random.Generator) -> None:
    """Nyx in single precision."""
    nyx(path, rng.random((20, 7)), "<f4")


def velocities(path: Path, rng: np.random.Generator) -> None:
    """GRAFIC, big-endian, velocities alone."""
    path.mkdir()
    for axis in "xyz":
        grafic(path / f"ic_velc{axis}", rng.normal(size=(4, 4, 4)), ">")


KINDS: dict[str, Callable[[Path, np.random.Generator], None]] = {
    "gadget": gadget_sample, "pieces": pieces, "isolated": isolated, "native": native,
    "tipsy": tipsy_sample, "run of tipsy": run_of_tipsy, "nyx": nyx_sample, "single": single,
    "grafic": grafic_sample, "velocities": velocities,
}  # fmt: skip


@cache
def sound(kind: str) -> dict[str, bytes]:
    """The bytes of the files of a sound sample."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sample"
        KINDS[kind](path, np.random.default_rng(1))
        return content_of(path)


def damaged(kind: str, seed: int) -> dict[str, bytes]:
    """A sample with one to three damages, most of them where headers and markers are."""
    rng = np.random.default_rng(seed)
    content = dict(sound(kind))
    for _ in range(int(rng.integers(1, 4))):
        name = sorted(content)[int(rng.integers(len(content)))]
        data = bytearray(content[name])
        if len(data) < 4:
            continue
        head = min(len(data), 340) if rng.random() < 0.8 else len(data)
        place = int(rng.integers(head))
        order = "<>"[int(rng.integers(2))]
        match int(rng.integers(7)):
            case 0:
                data = data[: int(rng.integers(len(data) + 1))]
            case 1:
                data[place] ^= 1 << int(rng.integers(8))
            case 2:
                data[place] = int(rng.integers(256))
            case 3:
                struct.pack_into(f"{order}I", data, min(place // 4 * 4, len(data) - 4), int(rng.choice(HUGE)))
            case 4 if len(data) > 8:
                value = LONG[int(rng.integers(len(LONG)))]
                struct.pack_into(f"{order}Q", data, min(place // 4 * 4, len(data) - 8), value)
            case 5 if len(data) > 8:
                struct.pack_into(f"{order}d", data, min(place // 4 * 4, len(data) - 8), float(rng.choice(REAL)))
            case 6:
                data += bytes(int(rng.integers(300))) if rng.random() < 0.5 else record(bytes(data[:40]))
        content[name] = bytes(data)
    return content


def swallow(path: Path, told: Facts) -> None:
    """Describe, load, sample and stream all; only our own messages may come out."""
    found, refused = opening.describe([path], told)
    for description in found:
        for part in description.parts or (None,):
            member = part.member if part else ""
            ways: list[Callable[[], object]] = [
                lambda d=description, m=member: opening.load(d, d.proposed.over(told), m),  # type: ignore[misc]
                lambda d=description, m=member: opening.load(d, told, m, columns=("velocities", "ids")),  # type: ignore[misc]
            ]
            if description.kind == "particles":
                ways.append(lambda d=description: opening.sample(d, told, wanted=9))  # type: ignore[misc]
            for way in ways:
                try:
                    way()
                except InputError as error:
                    refused.append(error)
    assert all(str(error) and "\n" not in str(error) for error in refused)


@pytest.mark.parametrize("kind", KINDS)
def test_damage_gets_an_answer_or_a_message(kind: str, tmp_path: Path) -> None:
    for seed in range(40):
        write_content(tmp_path / "sample", damaged(kind, seed))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            swallow(tmp_path / "sample", Facts(box_size=50.0) if seed % 2 else Facts())
