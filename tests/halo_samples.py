"""Small catalogues of every finder, as they write them in real life; the halos are the same in all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

SIDE = 50.0
"""Mpc/h."""

PARTICLE = 1e10
"""Msun/h."""

REDSHIFT = 1.0


@dataclass(frozen=True)
class Halos:
    """Positions in Mpc/h, masses in Msun/h, radii in Mpc/h, peculiar km/s."""

    positions: NDArray[np.float64]
    velocities: NDArray[np.float64]
    counts: NDArray[np.int64]
    ids: NDArray[np.int64]

    @property
    def masses(self) -> NDArray[np.float64]:
        return self.counts * PARTICLE

    @property
    def radii(self) -> NDArray[np.float64]:
        return 0.1 * np.cbrt(self.counts)


def halos(rng: np.random.Generator, n: int = 40) -> Halos:
    """Return halos whose numbers survive six digits; the first is not the most massive."""
    counts = np.rint(20 * rng.pareto(0.9, n) + 20).astype(np.int64)
    counts[n // 2] = counts.max() + 1000
    positions = np.round(SIDE * rng.random((n, 3)), 4)
    positions[0] = 0.9 * SIDE
    return Halos(positions, np.round(200 * rng.normal(size=(n, 3)), 2), counts, 100 + rng.permutation(n))


def halved(found: Halos, low: float, high: float) -> Halos:
    """The halos of a slab of the box."""
    kept = (found.positions[:, 0] >= low) & (found.positions[:, 0] < high)
    return Halos(found.positions[kept], found.velocities[kept], found.counts[kept], found.ids[kept])


def subfind_hdf5(path: Path, rng: np.random.Generator) -> None:
    write_subfind(path, halos(rng), halos(rng, 60))


def write_subfind(
    path: Path,
    groups: Halos,
    subhalos: Halos,
    totals: tuple[int, int] | None = None,
    n_files: int = 1,
    length: float = 1e-3,
    **header: Any,
) -> None:
    """Write as AREPO does: kpc/h, 1e10 Msun/h, groups' velocities over a."""
    n, m = groups.counts.size, subhalos.counts.size
    with h5py.File(path, "w") as file:
        file.create_group("Header").attrs.update(
            {
                "BoxSize": SIDE / length,
                "Redshift": REDSHIFT,
                "Time": 1 / (1 + REDSHIFT),
                "Omega0": 0.3,
                "HubbleParam": 0.7,
                "NumFiles": np.int32(n_files),
                "Ngroups_ThisFile": np.int32(n),
                "Ngroups_Total": np.int32((totals or (n, m))[0]),
                "Nsubgroups_ThisFile": np.int32(m),
                "Nsubgroups_Total": np.int32((totals or (n, m))[1]),
                **header,
            }
        )
        file.create_group("Group")
        file.create_group("Subhalo")
        if n:
            file["Group/GroupPos"] = (groups.positions / length).astype(np.float32)
            file["Group/GroupMass"] = (groups.masses / 1e10).astype(np.float32)
            file["Group/GroupLen"] = groups.counts.astype(np.int32)
            file["Group/GroupVel"] = (groups.velocities / (1 + REDSHIFT)).astype(np.float32)
            file["Group/Group_R_Crit200"] = (groups.radii / length).astype(np.float32)
            file["Group/Group_M_Crit200"] = (0.8 * groups.masses / 1e10).astype(np.float32)
        if m:
            file["Subhalo/SubhaloPos"] = (subhalos.positions / length).astype(np.float32)
            file["Subhalo/SubhaloMass"] = (subhalos.masses / 1e10).astype(np.float32)
            file["Subhalo/SubhaloLen"] = subhalos.counts.astype(np.int32)
            file["Subhalo/SubhaloVel"] = subhalos.velocities.astype(np.float32)
            file["Subhalo/SubhaloGrNr"] = np.arange(m, dtype=np.int32) % max(1, n)
            file["Subhalo/SubhaloHalfmassRad"] = (subhalos.radii / length).astype(np.float32)


def subfind_binary(path: Path, rng: np.random.Generator) -> None:
    write_subhalo_tab(path, halos(rng), halos(rng, 60))


def write_subhalo_tab(path: Path, groups: Halos, subhalos: Halos, long_ids: bool = True, order: str = "<") -> None:
    """Write a subhalo_tab of P-Gadget3, without velocity dispersions, without masses by type."""
    n, m = groups.counts.size, subhalos.counts.size
    i4, f4 = f"{order}i4", f"{order}f4"
    kpc = 1e-3
    parts = [
        np.array([n, n, groups.counts.sum()], i4),
        np.array([groups.counts.sum()], f"{order}i8"),
        np.array([1, m, m], i4),
        groups.counts.astype(i4),
        (np.cumsum(groups.counts) - groups.counts).astype(i4),
        (groups.masses / 1e10).astype(f4),
        (groups.positions / kpc).astype(f4),
        *(values.astype(f4) for _ in range(3) for values in (0.8 * groups.masses / 1e10, groups.radii / kpc)),
        np.zeros(2 * n, i4),
        np.ones(n, i4),
        np.arange(n, dtype=i4),
        subhalos.counts.astype(i4),
        np.zeros(2 * m, i4),
        (subhalos.masses / 1e10).astype(f4),
        (subhalos.positions / kpc).astype(f4),
        subhalos.velocities.astype(f4),
        np.zeros(6 * m, f4),
        *(np.full(m, value, f4) for value in (100.0, 150.0, 10.0)),
        (subhalos.radii / kpc).astype(f4),
        np.arange(m, dtype=f"{order}i8" if long_ids else i4),
        (np.arange(m) % n).astype(i4),
    ]
    path.write_bytes(b"".join(part.tobytes() for part in parts))


def write_group_tab(path: Path, groups: Halos, total: int | None = None, n_files: int = 1, order: str = "<") -> None:
    """Write a group_tab of P-FoF: velocities of groups are over a."""
    n = groups.counts.size
    i4, f4 = f"{order}i4", f"{order}f4"
    parts = [
        np.array([n, total or n, groups.counts.sum()], i4),
        np.array([groups.counts.sum()], f"{order}i8"),
        np.array([n_files], i4),
        groups.counts.astype(i4),
        (np.cumsum(groups.counts) - groups.counts).astype(i4),
        (groups.masses / 1e10).astype(f4),
        (groups.positions / 1e-3).astype(f4),
        (groups.velocities / (1 + REDSHIFT)).astype(f4),
        np.zeros(6 * n, i4),
        np.zeros(6 * n, f4),
    ]
    path.write_bytes(b"".join(part.tobytes() for part in parts))


ROCKSTAR = [
    ("id", "<i8"), ("pos", "<f4", 6), ("corevel", "<f4", 3), ("bulkvel", "<f4", 3), ("m", "<f4"), ("r", "<f4"),
    ("child_r", "<f4"), ("vmax_r", "<f4"), ("mgrav", "<f4"), ("vmax", "<f4"), ("rest", "<f4", 29), ("gap", "V4"),
    ("num_p", "<i8"), ("num_child_particles", "<i8"), ("p_start", "<i8"), ("desc", "<i8"), ("flags", "<i8"),
    ("n_core", "<i8"), ("errors", "<f4", 3), ("end", "V4"),
]  # fmt: skip
ROCKSTAR_HEADER = [
    ("magic", "<u8"), ("snap", "<i8"), ("chunk", "<i8"), ("scale", "<f4"), ("cosmology", "<f4", 3),
    ("bounds", "<f4", 6), ("num_halos", "<i8"), ("num_particles", "<i8"), ("box_size", "<f4"),
    ("particle_mass", "<f4"), ("particle_type", "<i8"), ("revision", "<i4"), ("version", "S12"), ("unused", "V144"),
]  # fmt: skip


def rockstar_binary(path: Path, rng: np.random.Generator) -> None:
    write_rockstar(path, halos(rng))


def write_rockstar(path: Path, found: Halos, low: float = 0.0, high: float = SIDE, chunk: int = 0) -> None:
    """Write halos_N.M.bin of revision 1, of a slab of the box from ``low`` to ``high``, with the ids of members."""
    n = found.counts.size
    header = np.zeros(1, ROCKSTAR_HEADER)
    header["magic"], header["snap"], header["chunk"] = 0xFADEDACEC0C0D0D0, 7, chunk
    header["scale"], header["cosmology"] = 1 / (1 + REDSHIFT), (0.3, 0.7, 0.7)
    header["bounds"] = (low, 0, 0, high, SIDE, SIDE)
    header["num_halos"], header["num_particles"] = n, 5
    header["box_size"], header["particle_mass"], header["revision"] = SIDE, PARTICLE, 1
    header["version"] = b"0.99.9-RC3+"
    table = np.zeros(n, ROCKSTAR)
    table["id"], table["num_p"], table["m"] = found.ids, found.counts, found.masses
    table["r"] = found.radii * 1e3
    table["pos"] = np.concatenate([found.positions, found.velocities], axis=1)
    table["desc"] = -1
    assert (header.itemsize, table.itemsize) == (256, 264)
    path.write_bytes(header.tobytes() + table.tobytes() + np.arange(5, dtype="<i8").tobytes())


def _lines(found: Halos, row: str) -> str:
    """Write a line for each halo, with its numbers by name."""
    lines = []
    for i in range(found.counts.size):
        (x, y, z), (vx, vy, vz) = found.positions[i], found.velocities[i]
        values = {"id": found.ids[i], "np": found.counts[i], "m": found.masses[i], "r": found.radii[i]}
        lines.append(row.format(i=i, x=x, y=y, z=z, vx=vx, vy=vy, vz=vz, **values))
    return "\n".join(lines) + "\n"


def rockstar_list(path: Path, rng: np.random.Generator) -> None:
    found = halos(rng)
    header = (
        "#ID DescID Mvir Vmax Vrms Rvir Rs Np X Y Z VX VY VZ\n#a = 0.500000\n"
        "#Om = 0.300000; Ol = 0.700000; h = 0.700000\n#FOF linking length: 0.280000\n"
        "#Particle mass: 1.00000e+10 Msun/h\n#Box size: 50.000000 Mpc/h\n#Units: Masses in Msun / h\n"
    )
    row = "{id} -1 {m:.4e} 100.0 90.0 {rk:.3f} 10.0 {np} {x:.5f} {y:.5f} {z:.5f} {vx:.2f} {vy:.2f} {vz:.2f}"
    path.write_text(header + _lines(found, row.replace("{rk:.3f}", "{r:.6f}e3")))


TREE_NAMES = (
    "#scale(0) id(1) desc_scale(2) desc_id(3) num_prog(4) pid(5) upid(6) desc_pid(7) phantom(8) sam_Mvir(9) Mvir(10) "
    "Rvir(11) rs(12) vrms(13) mmp?(14) scale_of_last_MM(15) vmax(16) x(17) y(18) z(19) vx(20) vy(21) vz(22)\n"
    "#Omega_M = 0.300000; Omega_L = 0.700000; h0 = 0.700000\n#Full box size = 50.000000 Mpc/h\n"
)
TREE_ROW = (
    "{a} {id} 0 {desc} 1 -1 -1 -1 0 {m:.5e} {m:.5e} {r:.6f}e3 10 90 1 0.2 100 "
    "{x:.5f} {y:.5f} {z:.5f} {vx:.2f} {vy:.2f} {vz:.2f}"
)


def hlist(path: Path, rng: np.random.Generator) -> None:
    path.write_text(TREE_NAMES + _lines(halos(rng), TREE_ROW.replace("{a}", "0.50000").replace("{desc}", "-1")))


def trees(path: Path, rng: np.random.Generator) -> None:
    """Twenty trees of two halos each: one now, and what it was before."""
    found = halos(rng)
    text = TREE_NAMES + "20\n"
    for tree in range(20):
        for halo, scale_factor in ((2 * tree, "1.0"), (2 * tree + 1, "0.5")):
            one = Halos(*(v[[halo]] for v in (found.positions, found.velocities, found.counts, found.ids)))
            descendant = str(found.ids[halo - 1]) if halo % 2 else "-1"
            text += f"#tree {found.ids[halo]}\n" if halo % 2 == 0 else ""
            text += _lines(one, TREE_ROW.replace("{a}", scale_factor).replace("{desc}", descendant))
    path.write_text(text)


def ahf(path: Path, rng: np.random.Generator) -> None:
    names = ["ID", "hostHalo", "numSubStruct", "Mvir", "npart", "Xc", "Yc", "Zc", "VXc", "VYc", "VZc", "Rvir"]
    header = "#" + "\t".join(f"{name}({i})" for i, name in enumerate(names, 1)) + "\n"
    row = "{id}\t0\t0\t{m:.5e}\t{np}\t{x:.6f}e3\t{y:.6f}e3\t{z:.6f}e3\t{vx:.2f}\t{vy:.2f}\t{vz:.2f}\t{r:.6f}e3"
    path.write_text(header + _lines(halos(rng), row))


def pinocchio(path: Path, rng: np.random.Generator) -> None:
    header = (
        "# Group catalog for redshift 1.000000 and minimal mass of 20 particles\n#    1) group ID\n"
        "#    2) group mass (Msun/h)\n# 3- 5) initial position (Mpc/h)\n# 6- 8) final position (Mpc/h)\n"
        "# 9-11) velocity (km/s)\n#   12) number of particles\n#\n"
    )
    row = " {id:12d} {m:13.6e} 1.0 2.0 3.0 {x:.4f} {y:.4f} {z:.4f} {vx:.2f} {vy:.2f} {vz:.2f} {np:12d}"
    path.write_text(header + _lines(halos(rng), row))


def millennium(path: Path, rng: np.random.Generator) -> None:
    names = "treeId,haloId,descendantId,snapNum,redshift,m_tophat,np,x,y,z,velX,velY,velZ\n"
    header = "#OK\n#SQL= select haloId from millimil..MPAHalo where redshift < 9\n#MAXROWS UNLIMITED\n"
    row = "1,{id},-1,63,0.0,{m10:.6f},{np},{x:.4f},{y:.4f},{z:.4f},{vx:.2f},{vy:.2f},{vz:.2f}"
    path.write_text(header + names + _lines(halos(rng), row.replace("{m10:.6f}", "{np}")) + "#OK\n")


def table(path: Path, rng: np.random.Generator) -> None:
    names = "halo_id,x [Mpc/h],y [Mpc/h],z [Mpc/h],vx,vy,vz,M200c [Msun/h],N\n"
    path.write_text(names + _lines(halos(rng), "{id},{x:.5f},{y:.5f},{z:.5f},{vx},{vy},{vz},{m:.6e},{np}"))


def forest(path: Path, rng: np.random.Generator) -> None:
    found = halos(rng)
    with h5py.File(path, "w") as file:
        file.attrs["formatVersion"] = 2
        file.create_group("cosmology").attrs.update({"HubbleParam": 0.7, "OmegaMatter": 0.3})
        file.create_group("simulation").attrs["boxSize"] = SIDE
        file.create_group("groupFinder").attrs["code"] = np.bytes_("SUBFIND")
        units = {"length": (3.08567758135e22, -1, 1), "mass": (1.98892e40, -1, 0), "velocity": (1000.0, 0, 0)}
        stated = file.create_group("units").attrs
        for name, (si, power_h, power_a) in units.items():
            stated.update(
                {f"{name}UnitsInSI": si, f"{name}HubbleExponent": power_h, f"{name}ScaleFactorExponent": power_a}
            )
        group = file.create_group("forestHalos")
        group.attrs["velocitiesIncludeHubbleFlow"] = 0
        group["nodeIndex"], group["hostIndex"], group["descendentIndex"] = found.ids, found.ids, np.roll(found.ids, 1)
        group["nodeMass"], group["position"], group["velocity"] = found.masses / 1e10, found.positions, found.velocities
        group["redshift"], group["particleCount"] = np.arange(found.counts.size) / 10, found.counts
        group["descendantIndex"] = group["descendentIndex"].ref


def sage(path: Path, rng: np.random.Generator) -> None:
    found = halos(rng)
    kinds = [
        ("Type", "<i4"), ("UniqueGalaxyID", "<i8"), ("UniqueCentralGalaxyID", "<i8"), ("Len", "<i4"), ("Mvir", "<f8"),
        ("Rvir", "<f8"), ("Pos", "<f4", (3,)), ("Vel", "<f4", (3,)), ("StellarMass", "<f4"),
    ]  # fmt: skip
    rows = np.zeros(found.counts.size, kinds)
    rows["UniqueGalaxyID"] = rows["UniqueCentralGalaxyID"] = found.ids
    rows["Len"], rows["Mvir"], rows["Rvir"] = found.counts, found.masses / 1e10, found.radii
    rows["Pos"], rows["Vel"] = found.positions, found.velocities
    with h5py.File(path, "w") as file:
        file["Snap063/Galaxies"] = rows
        file["RunProperties/Redshifts"] = np.linspace(REDSHIFT + 6.3, REDSHIFT, 64)


def swift_fof(path: Path, rng: np.random.Generator) -> None:
    write_swift_fof(path, halos(rng))


def write_swift_fof(path: Path, found: Halos, total: int | None = None, n_files: int = 1) -> None:
    """Write as SWIFT does: Mpc and 1e10 Msun without h, here with h = 0.7."""
    h, n = 0.7, found.counts.size
    with h5py.File(path, "w") as file:
        file.create_group("Header").attrs.update(
            {
                "Code": np.bytes_("SWIFT"),
                "OutputType": np.bytes_("FOF"),
                "BoxSize": np.full(3, SIDE / h),
                "Redshift": REDSHIFT,
                "Scale-factor": 1 / (1 + REDSHIFT),
                "NumPart_ThisFile": np.zeros(7, np.int64),
                "NumFilesPerSnapshot": np.int32(n_files),
                "Virtual": np.int32(0),
                "NumGroups_ThisFile": np.int64(n),
                "NumGroups_Total": np.int64(total or n),
            }
        )
        file.create_group("Cosmology").attrs.update(
            {"Cosmological run": 1, "h": h, "Omega_m": 0.3, "Redshift": REDSHIFT}
        )
        file.create_group("Units").attrs.update(
            {
                "Unit length in cgs (U_L)": 3.08567758e24,
                "Unit mass in cgs (U_M)": 1.98841e43,
                "Unit time in cgs (U_t)": 3.08567758e19,
            }
        )
        group = file.create_group("Groups")
        if n:
            group["Centres"], group["Masses"] = found.positions / h, found.masses / 1e10 / h
            group["Sizes"], group["GroupIDs"], group["Radii"] = found.counts, found.ids, found.radii / h


def compaso(path: Path, rng: np.random.Generator) -> None:
    write_compaso(path, halos(rng))


def write_compaso(path: Path, found: Halos) -> None:
    """Write as Abacus does, but for the packing: a text, then a block for each column."""
    centred = (found.positions + SIDE / 2) % SIDE - SIDE / 2
    columns: Mapping[str, NDArray[Any]] = {
        "N": found.counts.astype("<u4"),
        "SO_radius": (found.radii / SIDE).astype("<f4"),
        "id": found.ids.astype("<u8"),
        "v_L2com": (found.velocities / 1000).astype("<f4"),
        "x_L2com": (centred / SIDE).astype("<f4"),
    }
    kinds = {"<u4": "uint32", "<u8": "uint64", "<f4": "float32"}
    text = "#ASDF 1.0.0\n#ASDF_STANDARD 1.5.0\n%YAML 1.1\n%TAG ! tag:stsci.edu:asdf/\n--- !core/asdf-1.1.0\ndata:\n"
    for i, (name, values) in enumerate(columns.items()):
        shape = ", ".join(map(str, values.shape))
        kind = kinds[values.dtype.str]
        text += f"  {name}: !core/ndarray-1.0.0\n    source: {i}\n    datatype: {kind}\n    byteorder: little\n"
        text += f"    shape: [{shape}]\n"
    text += f"header:\n  BoxSizeHMpc: {SIDE}\n  H0: 70.0\n  Omega_M: 0.3\n  ParticleMassHMsun: {PARTICLE}\n"
    text += f"  Redshift: {REDSHIFT}\n  SimName: Tiny\n  VelZSpace_to_kms: 1000.0\n...\n"
    blocks = b""
    for values in columns.values():
        data = values.tobytes()
        sizes = b"".join(len(data).to_bytes(8, "big") for _ in range(3))
        blocks += b"\xd3BLK" + (48).to_bytes(2, "big") + bytes(4) + bytes(4) + sizes + bytes(16) + data
    path.write_bytes(text.encode() + blocks)


MAKERS: dict[str, Callable[[Path, np.random.Generator], None]] = {
    "subfind-hdf5": subfind_hdf5,
    "subfind-binary": subfind_binary,
    "rockstar-binary": rockstar_binary,
    "rockstar-list": rockstar_list,
    "consistent-trees-hlist": hlist,
    "consistent-trees": trees,
    "ahf": ahf,
    "pinocchio": pinocchio,
    "millennium-csv": millennium,
    "halo-table": table,
    "merger-forest-hdf5": forest,
    "sage-hdf5": sage,
    "compaso": compaso,
    "swift-fof": swift_fof,
}
