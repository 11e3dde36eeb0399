"""The same real files through packages that are not Halograph, or through a few plain lines where none reads them.

Every function takes the path of a data set and gives what is compared: particles in comoving Mpc/h and
Msun/h, the halos' positions and masses, or the values of a grid.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

CRITICAL = 2.77536627e11
"""Msun/h per (Mpc/h)^3."""


@dataclass(frozen=True)
class Seen:
    """What another reader found: (n, 3) and (n,) float64, a grid's values, or a curve's x and y, (2, n)."""

    reader: str
    positions: NDArray[np.float64] | None = None
    masses: NDArray[np.float64] | float | None = None
    values: NDArray[np.float64] | None = None
    curve: NDArray[np.float64] | None = None


def pynbody_reads(path: Path, families: tuple[str, ...] = ("gas", "dm", "star", "bh")) -> Seen:
    import pynbody

    sim = pynbody.load(str(path))
    held = [sim[pynbody.family.get_family(name)] for name in families if len(sim[pynbody.family.get_family(name)])]
    a, h = sim.properties.get("a", 1.0) or 1.0, sim.properties.get("h", 1.0) or 1.0
    where = np.concatenate([np.asarray(part["pos"].in_units("Mpc a h**-1", a=a, h=h), float) for part in held])
    mass = np.concatenate([np.asarray(part["mass"].in_units("Msol h**-1", a=a, h=h), float) for part in held])
    return Seen(f"pynbody {pynbody.__version__}", where, mass)


def pynbody_as_stored(path: Path, kpc: float = 1e-3, mass: float = 1e10) -> Seen:
    """What pynbody finds in files whose header has no h to convert with, in the units of their code."""
    import pynbody

    first = sorted(path.iterdir())[0].with_suffix("") if path.is_dir() else path
    sim = pynbody.load(str(first))
    return Seen(
        f"pynbody {pynbody.__version__}", np.asarray(sim["pos"], float) * kpc, np.asarray(sim["mass"], float) * mass
    )


def gadget_hdf5(path: Path, length: float = 1e-3, mass: float = 1e10, types: tuple[int, ...] = (0, 1, 4, 5)) -> Seen:
    """Every piece with h5py: positions in a unit of ``length`` Mpc/h, masses of ``mass`` Msun/h."""
    import h5py
    import hdf5plugin  # noqa: F401

    places, weights = [], []
    for piece in sorted(path.glob("*.hdf5")) if path.is_dir() else [path]:
        with h5py.File(piece) as file:
            table = np.atleast_1d(file["Header"].attrs.get("MassTable", np.zeros(6)))
            for number in types:
                group = file.get(f"PartType{number}")
                if group is None or "Coordinates" not in group:
                    continue
                places.append(np.asarray(group["Coordinates"], float) * length)
                masses = group["Masses"][:] if "Masses" in group else np.full(len(places[-1]), table[number])
                weights.append(np.asarray(masses, float) * mass)
    return Seen("h5py", np.concatenate(places), np.concatenate(weights))


def hdf5_positions(path: Path, length: float = 1.0, name: str = "PartType0/Coordinates") -> Seen:
    """Positions alone, in a unit of ``length`` Mpc/h."""
    import h5py

    with h5py.File(path) as file:
        return Seen("h5py", np.asarray(file[name], float) * length)


def swift_ic(path: Path, hubble: float) -> Seen:
    """Mpc without h, every particle of one mass that the box's mean density gives."""
    import h5py

    with h5py.File(path) as file:
        return Seen("h5py", np.asarray(file["PartType1/Coordinates"], float) * hubble)


def abacus(path: Path) -> Seen:
    import abacusnbody
    from abacusnbody.data.read_abacus import read_asdf

    files = sorted((path / "slices/z0.000").glob("*_pack9/*.asdf"))
    tables = [read_asdf(str(file), load=("pos",), dtype=np.float64) for file in files]
    where = np.concatenate([np.asarray(table["pos"], float) for table in tables])
    return Seen(f"abacusutils {abacusnbody.__version__}", where, float(tables[0].meta["ParticleMassHMsun"]))


def abacus_subsample(path: Path) -> Seen:
    """One subsample, of the field and of halos: three files of each."""
    import abacusnbody
    from abacusnbody.data.read_abacus import read_asdf

    files = [
        file for where in ("field", "halo") for file in sorted(path.parent.glob(f"{where}_rv_{path.name[-1]}/*.asdf"))
    ]
    tables = [read_asdf(str(file), load=("pos",), dtype=np.float64) for file in files]
    where = np.concatenate([np.asarray(table["pos"], float) for table in tables])
    return Seen(f"abacusutils {abacusnbody.__version__}", where)


def compaso(path: Path) -> Seen:
    import abacusnbody
    from abacusnbody.data.compaso_halo_catalog import CompaSOHaloCatalog

    found = CompaSOHaloCatalog(str(path / "halos/z0.000"), fields=["N", "x_L2com"], cleaned=False)
    mass = found.header["ParticleMassHMsun"] * np.asarray(found.halos["N"], float)
    return Seen(f"abacusutils {abacusnbody.__version__}", np.asarray(found.halos["x_L2com"], float), mass)


def genericio(path: Path) -> Seen:
    """Little-endian, not compressed: the layout of the public format, read with struct."""
    raw = path.read_bytes()
    n_vars, var_size, var_start, n_ranks, rank_size, rank_start = struct.unpack_from("<6Q", raw, 48)
    names = {}
    for i in range(n_vars):
        at = var_start + i * var_size
        names[raw[at : at + 256].split(b"\0")[0].decode()] = (i, *struct.unpack_from("<2Q", raw, at + 256))
    sizes = [size for _, _, size in names.values()]
    columns: dict[str, list[NDArray[np.float32]]] = {axis: [] for axis in "xyz"}
    for rank in range(n_ranks):
        count, start = struct.unpack_from("<2Q", raw, rank_start + rank * rank_size + 24)
        for axis in "xyz":
            place = start + sum(count * size + 8 for size in sizes[: names[axis][0]])
            columns[axis].append(np.frombuffer(raw, "<f4", count, place))
    return Seen("struct", np.stack([np.concatenate(columns[axis]) for axis in "xyz"], 1).astype(float))


def bigfile(path: Path) -> Seen:
    """One column of one file in kpc/h: its bytes are its numbers."""
    return Seen("numpy.fromfile", np.fromfile(path / "1/Position/000000", "<f8").reshape(-1, 3) / 1e3)


def nyx(path: Path, hubble: float) -> Seen:
    rows = np.frombuffer(path.read_bytes()[16:], "<f8").reshape(-1, 7)
    return Seen("numpy.frombuffer", rows[:, :3] * hubble, rows[:, 3] * hubble)


def enzo(path: Path) -> Seen:
    import yt

    yt.set_log_level(50)
    data = yt.load(str(path)).all_data()
    hubble = data.ds.hubble_constant
    where = np.stack([data["all", f"particle_position_{axis}"].to("code_length").v for axis in "xyz"], 1)
    box = float(data.ds.domain_width[0].to("Mpccm/h"))
    return Seen(f"yt {yt.__version__}", where * box, data["all", "particle_mass"].to("Msun").v * hubble)


def covered(path: Path, name: tuple[str, str], level: int) -> Seen:
    """A field of refined meshes on a mesh of one level, in units of its mean."""
    import yt

    yt.set_log_level(50)
    ds = yt.load(str(path))
    refined = np.where(ds.domain_dimensions > 1, ds.refine_by**level, 1)
    values = ds.covering_grid(level, ds.domain_left_edge, ds.domain_dimensions * refined)[name].v.squeeze()
    return Seen(f"yt {yt.__version__}", values=values / values.mean())


def subfind(path: Path) -> Seen:
    import h5py

    with h5py.File(path) as file:
        return Seen(
            "h5py", np.asarray(file["Group/GroupPos"], float) / 1e3, np.asarray(file["Group/GroupMass"], float) * 1e10
        )


def rockstar(path: Path) -> Seen:
    """Halo records of 264 bytes: id, six positions and velocities, and so on; masses follow at byte 72."""
    raw = path.read_bytes()
    count = struct.unpack_from("<q", raw, 64)[0]
    rows = np.frombuffer(raw, "V264", count, 256)
    numbers = rows.view(np.uint8).reshape(count, 264)
    floats = numbers[:, 8:].copy().view("<f4").reshape(count, 64)
    return Seen("struct", floats[:, :3].astype(float), floats[:, 12].astype(float))


def text_table(path: Path, columns: tuple[int, int, int, int], length: float = 1.0, mass: float = 1.0) -> Seen:
    rows = np.atleast_2d(np.loadtxt(path))
    return Seen("numpy.loadtxt", rows[:, columns[:3]] * length, rows[:, columns[3]] * mass)


def numpy_grid(path: Path) -> Seen:
    return Seen("numpy.load", values=np.load(path).astype(float))


def text_curve(path: Path, y: int = 1, hubble: float = 1.0) -> Seen:
    """Two columns of text; with ``hubble`` a mass function in Msun and Mpc⁻³, brought to units of h."""
    rows = np.loadtxt(path)
    return Seen("numpy.loadtxt", curve=np.stack([rows[:, 0] * hubble, rows[:, y] / hubble**3]))


def hdf5_grid(path: Path, name: str) -> Seen:
    """A grid in units of its mean."""
    import h5py

    with h5py.File(path) as file:
        values = np.asarray(file[name], float)
    return Seen("h5py", values=values / values.mean())


def galaxies(path: Path) -> Seen:
    """SAGE's compound rows: Mpc/h and 1e10 Msun/h."""
    import h5py

    with h5py.File(path) as file:
        rows = file["Snap063/Galaxies"][:]
    return Seen("h5py", rows["Pos"].astype(float), rows["Mvir"].astype(float) * 1e10)


def forest(path: Path) -> Seen:
    """Nodes of Galacticus' forests: Mpc/h, and 1e10 Msun/h up to the mass of the sun."""
    import h5py

    with h5py.File(next(path.iterdir())) as file:
        nodes = file["forestHalos"]
        return Seen("h5py", np.asarray(nodes["position"], float), np.asarray(nodes["nodeMass"], float) * 1e10)


def millennium_rows(path: Path) -> Seen:
    rows = [line.split(",") for line in path.read_text(encoding="ascii").splitlines() if line[:1].isdigit()]
    numbers = np.array([[float(row[i]) for i in (8, 9, 10, 6)] for row in rows])
    return Seen("str.split", numbers[:, :3], numbers[:, 3] * 1e10)


def monofonic_delta(path: Path) -> Seen:
    import h5py

    with h5py.File(next(path.glob("*.hdf5"))) as file:
        return Seen("h5py", values=np.asarray(file["DM_delta"], float))


def grafic(path: Path) -> Seen:
    """The overdensity: one record a plane of z behind a header of 44 bytes."""
    raw = (path / "ic_deltab").read_bytes()
    n = struct.unpack_from("<3i", raw, 4)
    step = 8 + 4 * n[0] * n[1]
    planes = [np.frombuffer(raw, "<f4", n[0] * n[1], 52 + i * step + 4).reshape(n[1], n[0]) for i in range(n[2])]
    return Seen("struct", values=np.stack(planes).transpose(2, 1, 0).astype(float))
