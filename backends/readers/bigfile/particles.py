"""BigFile particles: snapshots and initial conditions of MP-Gadget, FastPM, FlowPM and pmesh."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from backends.data.description import Description, Part, SpeciesFacts
from backends.data.facts import Facts
from backends.errors import UnreadableFile, WrongCall
from backends.readers import register
from backends.readers.bigfile.blocks import SMALL, Block, is_block, read_block
from backends.readers.bigfile.header import Header, length_of, read_header, velocity_of
from backends.readers.bigfile.root import FRIENDS, blocks_in, files_of, halos_of, root_of, species_in
from backends.readers.files.failures import reading
from backends.readers.lengths import no_box
from backends.readers.particles.extent import proposed_side
from backends.readers.particles.loading import ParticleReader
from backends.readers.particles.mass_range import MassRange, mass_range
from backends.readers.particles.region import notes
from backends.readers.particles.snapshot import Block as SnapshotBlock
from backends.readers.particles.snapshot import Snapshot

NAMES = {0: "gas", 1: "dm", 2: "neutrinos", 4: "stars"}
BLACK_HOLES = 5


@register("bigfile")
class BigFile(ParticleReader):
    """Particles by type in N/Position, N/Velocity, N/ID and N/Mass, their units in the header's attributes."""

    label = "BigFile"

    def recognises(self, path: Path) -> bool:
        root = root_of(path)
        return root is not None and halos_of(path, root) is None

    def gather(self, path: Path) -> tuple[Path, ...]:
        root = root_of(path)
        return () if root is None else files_of(root, list(species_in(root).values()))

    def describe(self, files: tuple[Path, ...], told: Facts) -> Description:
        root = root_of(files[0]) if files else None
        if root is None:
            raise UnreadableFile(files[0] if files else "the folder", "is not there any more", "Say where it was moved")
        with reading(root):
            found = _survey(root)
            warnings = [*found.notes, *_oddities(found)]
            first, header = _snapshot(found, next(iter(found.types))), found.header
            side = None if found.lost else proposed_side(first, told, found.length, header.hubble)
            warnings += no_box(found.box_size, told, side, "the positions suggest")
            warnings += [] if found.lost else notes(first)
        batch = found.header.is_batch and len(found.types) > 1
        return Description(
            path=root,
            files=files,
            format="bigfile",
            kind="particles",
            box_size=found.box_size,
            redshift=found.header.redshift,
            hubble=found.header.hubble,
            omega_m=found.header.omega_m,
            species=found.species,
            parts=tuple(Part(str(n), f"{root.name} {n}") for n in found.types) if batch else (),
            complete=not found.lost,
            warnings=tuple(warnings),
            length_unit=found.header.length,
            length_read=found.length,
            proposed=Facts(box_size=side),
        )

    def snapshot(self, description: Description, told: Facts, member: str = "") -> Snapshot:
        found = _survey(description.path)
        if found.header.is_batch:
            if member and (not member.isdigit() or int(member) not in found.types):
                raise WrongCall(f"{description.path} has no box {member!r}; it has {', '.join(map(str, found.types))}")
            return _snapshot(found, int(member) if member else next(iter(found.types)))
        return _snapshot(found)


@dataclass(frozen=True)
class _Type:
    """The columns of one type, or of one box of a batch."""

    name: str
    count: int
    blocks: dict[str, Block]


@dataclass(frozen=True)
class _Survey:
    """A whole data set before its columns are read.

    length, velocity : Mpc/h and peculiar km/s of the file's units, None for velocities that are not known
    """

    root: Path
    header: Header
    types: dict[int, _Type]
    species: dict[str, SpeciesFacts]
    length: float
    velocity: float | None
    lost: tuple[str, ...]
    notes: tuple[str, ...] = field(default=())

    @property
    def box_size(self) -> float | None:
        """Comoving Mpc/h, or None where the header has none."""
        return None if self.header.side is None else self.header.side * self.length


def _survey(root: Path) -> _Survey:
    header = read_header(root)
    types = {number: _type(number, folder, header) for number, folder in species_in(root).items()}
    types = {number: type_ for number, type_ in types.items() if type_.count}
    if not types:
        held = ", ".join(block.name for block in blocks_in(root)) or "no blocks"
        beside = [f"{folder.name}/{block.name}" for folder in sorted(root.glob("[0-9]")) for block in blocks_in(folder)]
        lacks = f"no Position beside {', '.join(beside)}" if beside else f"no N/Position in it, but {held}"
        raise UnreadableFile(root, f"holds no particles: there is {lacks}", "Copy it again, whole")
    lost = tuple(clause for type_ in types.values() for block in type_.blocks.values() for clause in block.lost())
    masses = {number: _masses(type_, number, header) for number, type_ in types.items()}
    facts = {n: SpeciesFacts(types[n].count, *(found.known if found else ())) for n, found in masses.items()}
    notes = list(header.notes)
    weights = [facts[n].count * (found.low + found.high) / 2 for n, found in masses.items() if found]
    length = length_of(header, sum(weights), notes)
    has_masses = any("Mass" in type_.blocks for type_ in types.values())
    moving = any("Velocity" in type_.blocks for type_ in types.values())
    velocity = velocity_of(header, has_masses, notes) if moving else None
    first = next(iter(types))
    species = {"dm": facts[first]} if header.is_batch else {types[n].name: facts[n] for n in types}
    return _Survey(root, header, types, species, length, velocity, lost, tuple(notes))


def _type(number: int, folder: Path, header: Header) -> _Type:
    blocks: dict[str, Block] = {}
    for name, components in (("Position", 3), ("Velocity", 3), ("ID", 1), ("Mass", 1)):
        if is_block(folder / name):
            block = read_block(folder / name)
            if block.components != components or block.dtype.kind not in "fiu":
                raise UnreadableFile(
                    folder / name, f"is damaged: {block.components} numbers of {block.dtype} a row", "Copy it again"
                )
            if blocks and block.count != blocks["Position"].count:
                raise UnreadableFile(
                    folder / name, f"is damaged: {block.count} rows for {blocks['Position'].count} positions"
                )
            blocks[name] = block
    return _Type(_name(number, folder, header), blocks["Position"].count, blocks)


def _name(number: int, folder: Path, header: Header) -> str:
    if header.is_batch:
        return "dm"
    if number == BLACK_HOLES and any(block.name.startswith("Blackhole") for block in blocks_in(folder)):
        return "black-holes"
    return NAMES.get(number, f"type-{number}")


def _masses(type_: _Type, number: int, header: Header) -> MassRange | None:
    """Return the range of a type's masses; MP-Gadget's initial conditions keep them in the header."""
    block = type_.blocks.get("Mass")
    if block is None:
        mass = header.mass_table[number] * header.mass if number < len(header.mass_table) else 0.0
        return MassRange(mass, mass, whole=True) if mass else None
    return None if block.lost() else mass_range([block.column(header.mass)], type_.count)


def _oddities(found: _Survey) -> Iterator[str]:
    """Say what is missing, what was changed, and what lies beside the particles."""
    if found.lost:
        more = f" and {len(found.lost) - 3} more" if len(found.lost) > 3 else ""
        yield f"Files are lost: {'; '.join(found.lost[:3])}{more}."
    for number, promised in enumerate(found.header.totals):
        held = found.types[number].count if number in found.types else 0
        if promised != held and not found.header.is_batch:
            yield f"The header promises {promised} particles of type {number}; the blocks hold {held}."
    left = SMALL
    for block in (block for type_ in found.types.values() for block in type_.blocks.values()):
        left -= block.count * block.row_size
        if left > 0 and not block.lost():
            for name in block.altered():
                yield f"The checksum of {name} is wrong: it was changed or damaged after it was written."
    friends = [folder.name for folder in found.root.iterdir() if folder.name.startswith(FRIENDS)]
    if friends:
        yield f"Halos lie beside the particles: open the folder {friends[0]} for them."
    if found.header.is_batch and len(found.types) > 1:
        yield f"It holds a batch of {len(found.types)} boxes, which are members {', '.join(map(str, found.types))}."


def _snapshot(found: _Survey, box: int | None = None) -> Snapshot:
    """All types, or the box of a batch."""
    chosen = found.types if box is None or not found.header.is_batch else {box: found.types[box]}

    def blocks() -> Iterator[SnapshotBlock]:
        for number, type_ in chosen.items():
            yield _block(found, number, type_)

    species = found.species if not found.header.is_batch else {"dm": SpeciesFacts(next(iter(chosen.values())).count)}
    return Snapshot(found.root, species, blocks, found.box_size, found.header.redshift)


def _block(found: _Survey, number: int, type_: _Type) -> SnapshotBlock:
    header, blocks = found.header, type_.blocks
    mass = header.mass_table[number] * header.mass if number < len(header.mass_table) else 0.0
    moving = "Velocity" in blocks and found.velocity is not None
    return SnapshotBlock(
        found.root,
        type_.name,
        type_.count,
        blocks["Position"].column(found.length),
        blocks["Mass"].column(header.mass) if "Mass" in blocks else mass or None,
        blocks["Velocity"].column(found.velocity or 1.0) if moving else None,
        blocks["ID"].column() if "ID" in blocks else None,
    )
