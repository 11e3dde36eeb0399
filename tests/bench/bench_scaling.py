"""How the cost of every registered statistic grows: ``python tests/bench/bench_scaling.py [--write] [NAME …]``.

Each is computed of a run and its reference, meshes in the store of neither: of fields of N cells, or where it needs
particles of N of them in a box as dense whatever their number. Printed are the processor seconds that all threads
together compute, which other programs on the machine hardly change, without what the system takes to hand out memory:
that is in proportion to bytes, and much less where some was freed before. Beside them stands the power p of N by which
they grow from 128³ on. Where a statistic cannot run, its reason stands in place of its time. ``--cells`` and
``--particles`` choose the sizes a side (32 bytes a particle and run, and as much again while halos are linked: 512³
takes more than 12 GB); ``--write`` puts what was measured into docs/scaling.md, where other sizes and statistics stay
as they are. ``make scaling`` measures all.
"""

from __future__ import annotations

import argparse
import math
import os
import resource
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1]), str(Path(__file__).parent)]

import bench_painting  # noqa: E402
from lognormal_box import lognormal_box  # noqa: E402

from backends.data.field import Field  # noqa: E402
from backends.data.parameters import Parameters  # noqa: E402
from backends.data.particles import Particles  # noqa: E402
from backends.errors import HalographError  # noqa: E402
from backends.mesh.fourier import modes, to_mesh  # noqa: E402
from backends.mesh.warm import warm  # noqa: E402
from backends.progress import silent  # noqa: E402
from backends.statistics import registry  # noqa: E402
from backends.statistics.measuring import Ensemble, measure  # noqa: E402
from backends.statistics.sample import Sample  # noqa: E402

PAGE = Path(__file__).parents[2] / "docs/scaling.md"
CELLS, PARTICLES = (64, 128, 256), (64, 128, 256)
SMALLEST = 64
FITTED = 128
"""Cells a side from which on growth is fitted: below, what is done once counts for more."""
ENOUGH = 2.0
"""Processor seconds after which a time is not taken again."""
ADDED = 1 << 29
"""Cells that are added in all, as one small mesh is added in less than the system's clock sees."""
Data = Field | Particles

HEAD = """# How the cost of every statistic grows

Made by `make scaling`. Every registered statistic is computed of a run and its reference with default parameters: of
two fields of N cells or, where it needs them, of two boxes of N particles, as dense whatever their number, with as
many halos a particle, from which all that it takes is made anew: meshes, transforms, counts of modes, halos. Times
are processor seconds that all threads together compute, on {cores} cores, without what the system takes to hand out
memory: that is in proportion to bytes, and much less where some was freed before. p is the power of N by which they
grow from 128³ on, fitted by least squares: 1 is N, {ideal:.2f} is N log N to 512³. What the machine makes of such laws
stands in the first lines: memory is slower where the data do not fit in the processor's caches. Particles are painted
to meshes twice as fine as their lattice, but of 512³ cells at most, so that 512³ of them cost less than 8 times 256³.

| statistic | of | {sizes} | p |
|---|---|{rules}|---|
"""

TAIL = """
Particles end at {last}³: two boxes of 512³ with velocities and identities are 8.6 GB before anything is measured.
`python tests/bench/bench_scaling.py --particles 64 128 256 512` measures them where there is memory.
"""


@dataclass
class Row:
    """A line of the table: processor seconds by cells or particles a side, or why there are none."""

    name: str
    kind: str = ""
    seconds: dict[int, float] = field(default_factory=dict)
    refused: str = ""

    @property
    def growth(self) -> float:
        """The power of N that fits best, NaN of one size."""
        kept = {n: taken for n, taken in self.seconds.items() if n >= FITTED}
        if len(kept) < 2:
            return math.nan
        x, y = (np.log(list(values)) for values in (kept.keys(), kept.values()))
        return float(np.polyfit(3 * x, y, 1)[0])

    def cells(self, sizes: Sequence[int]) -> list[str]:
        return [f"{self.seconds[n]:.3g}" if n in self.seconds else "–" for n in sizes]


def fields(n: int) -> tuple[Data, Data]:
    """Return a field of so many cells a side, and one that differs from it a little everywhere."""
    values = np.tile(lognormal_box(64, smoothing=1.0).values, (n // 64,) * 3)
    noise = np.random.default_rng(2).standard_normal(values.shape, dtype=np.float32)
    noise *= np.float32(0.1)
    noise += np.float32(1)
    other = np.multiply(noise.clip(0.1, out=noise), values, out=noise)
    return Field(other, 2.0 * n, redshift=3.0), Field(values, 2.0 * n, redshift=3.0)


def clumped(x: np.ndarray, n: int) -> np.ndarray:
    """Return a lattice's particles with a ball of each block of 8³ drawn together around the block's middle one."""
    blocks = x.reshape(n // 8, 8, n // 8, 8, n // 8, 8, 3)
    away = np.stack(np.meshgrid(*[np.arange(-4.0, 4.0)] * 3, indexing="ij"), -1).astype(np.float32)
    ball = (away**2).sum(-1) < 10.0
    for i, j, k in np.argwhere(ball):
        blocks[:, i, :, j, :, k] = blocks[:, 4, :, 4, :, 4] + 0.1 * away[i, j, k]
    return np.mod(blocks.reshape(-1, 3), np.float32(n))


def particles(n: int) -> tuple[Data, Data]:
    """Return as many particles a side, in a box as dense whatever their number, and the same ones moved a little."""
    bench_painting.BOX = 1.0 * n
    random = np.random.default_rng(3)
    x = clumped(bench_painting.displaced_lattice(n), n)
    y = random.standard_normal(x.shape, dtype=np.float32)
    y *= np.float32(0.05)
    y += x
    np.mod(y, np.float32(n), out=y)
    y[y >= n] = 0
    v = random.standard_normal(x.shape, dtype=np.float32)
    v *= np.float32(300)
    ids = np.arange(len(x))
    return tuple(Particles(p, 1.0 * n, 1e11, v, ids, redshift=0.0) for p in (y, x))  # type: ignore[return-value]


KINDS: dict[str, Callable[[int], tuple[Data, Data]]] = {"cells": fields, "particles": particles}


def forget() -> None:
    """Forget what is remembered of a mesh, such as how many triangles it has: each statistic pays for its own."""
    for name, module in list(sys.modules.items()):
        if name.startswith("backends."):
            for member in vars(module).values():
                clear = getattr(member, "cache_clear", None)
                if callable(clear):
                    clear()


def own_time() -> float:
    """Return the processor seconds that all threads of this program have computed, without the system's for memory."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime


def fresh(data: Data) -> Sample:
    """Return a run that has been read, and of which nothing is known yet."""
    return Sample(lambda species, progress: data, label="run", omega_m=0.3)


def seconds(name: str, run: Data, reference: Data) -> float:
    """Return the processor time of one statistic; what is taken over realisations is given three."""
    ours: Sample | Ensemble = fresh(run)
    if hasattr(registry()[name], "compute_across"):
        ours = Ensemble("runs", (fresh(run), fresh(reference), fresh(run)))
    theirs = fresh(reference)
    forget()
    start = own_time()
    measure(name, ours, theirs, Parameters(), silent)
    return own_time() - start


def least(take: Callable[[], float]) -> float:
    """Return the least of up to three times, as short ones differ most."""
    taken = [take()]
    while len(taken) < 3 and sum(taken) < ENOUGH:
        taken.append(take())
    return min(taken)


def laws(n: int, run: Field) -> dict[str, float]:
    """Return what N and N log N take on this machine: a field added to itself, and transformed there and back."""

    out = np.zeros_like(run.values)
    times = -(-ADDED // run.values.size)

    def add() -> float:
        start = own_time()
        for _ in range(times):
            np.add(run.values, run.values, out=out)
        return (own_time() - start) / times

    def transform() -> float:
        start = own_time()
        to_mesh(modes(run.values), n)
        return own_time() - start

    return {"(adding two meshes)": least(add), "(transforms, there and back)": least(transform)}


def rows_of(
    names: Sequence[str], sizes: dict[str, Sequence[int]], save: Callable[[Sequence[Row]], object]
) -> list[Row]:
    """Return a line of every statistic named, of particles where it refuses fields; ``save`` is told at every size."""
    basic: dict[str, Row] = {}
    rows = {name: Row(name) for name in names}
    for kind, make in KINDS.items():
        left = [row for row in rows.values() if not row.kind]
        small = make(SMALLEST)
        ours = [row for row in left if can(row, kind, *small)]
        for n in sizes[kind] if ours else ():
            run, reference = make(n)
            if isinstance(run, Field):
                for name, taken in laws(n, run).items():
                    basic.setdefault(name, Row(name, kind)).seconds[n] = taken
            for row in ours:
                try:
                    row.seconds[n] = least(partial(seconds, row.name, run, reference))
                    print(f"{row.name:30s} {n:4d}³ {kind:9s} {row.seconds[n]:9.3f}", file=sys.stderr, flush=True)
                except HalographError as reason:
                    row.refused = f"{n}³: {reason}"
            del run, reference
            save([*basic.values(), *rows.values()])
    return [*basic.values(), *rows.values()]


def can(row: Row, kind: str, run: Data, reference: Data) -> bool:
    """Whether a statistic can be had of such data; with that it is compiled, and what it needs is loaded."""
    try:
        seconds(row.name, run, reference)
    except HalographError as reason:
        row.refused = str(reason)
        return False
    row.kind, row.refused = kind, ""
    return True


def main(arguments: argparse.Namespace) -> None:
    warm()
    chosen = {"cells": arguments.cells, "particles": arguments.particles}
    rows = rows_of(arguments.names or registry().names(), chosen, save if arguments.write else lambda rows: None)
    sizes = sorted({n for row in rows for n in row.seconds})
    print(f"{'':30s} {'of':9s}" + "".join(f"{f'{n}³':>9s}" for n in sizes) + "     p   (processor s)")
    for row in rows:
        times = "".join(f"{one:>9s}" for one in row.cells(sizes))
        print(f"{row.name:30s} {row.kind:9s}{times}  {row.growth:4.2f}  {row.refused}")


def save(rows: Sequence[Row]) -> None:
    """Put what was measured into the page."""
    PAGE.write_text(page(merged(rows, PAGE.read_text(encoding="utf-8") if PAGE.exists() else "")), encoding="utf-8")


def merged(rows: Sequence[Row], text: str) -> list[Row]:
    """Return the lines of a page with what was measured now; what is registered no more is left out."""
    tables = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]
    known: dict[str, Row] = {}
    if tables:
        sizes = [int(cell[:-1]) for cell in tables[0][2:-1]]
        for name, kind, *cells, _ in tables[2:]:
            taken = {n: float(cell) for n, cell in zip(sizes, cells, strict=True) if cell != "–"}
            known[name.strip("`")] = Row(name.strip("`"), kind, taken)
    for row in rows:
        before = known.get(row.name, row)
        if before.seconds and not row.seconds:
            continue  # of no size that was asked for
        same = before.kind.split(" ")[0] == row.kind
        known[row.name] = Row(row.name, row.kind, {**(before.seconds if same else {}), **row.seconds}, row.refused)
    basic = [name for name in known if name.startswith("(")]
    return [known[name] for name in [*basic, *registry().names()] if name in known]


def page(rows: Sequence[Row]) -> str:
    """Return docs/scaling.md."""
    sizes = sorted({n for row in rows for n in row.seconds})
    most = max((n for row in rows if row.kind == "particles" for n in row.seconds), default=0)
    large, small = 512**3, FITTED**3
    ideal = 1 + math.log(math.log(large) / math.log(small)) / math.log(large / small)
    columns, rules = " | ".join(f"{n}³" for n in sizes), "|".join(["---"] * len(sizes))
    lines = []
    for row in rows:
        name = row.name if row.name.startswith("(") else f"`{row.name}`"
        power = f"{row.growth:.2f}" if math.isfinite(row.growth) else "–"
        said = f" ({row.refused})" if row.refused else ""
        lines.append(f"| {name} | {row.kind}{said} | {' | '.join(row.cells(sizes))} | {power} |\n")
    head = HEAD.format(cores=os.cpu_count(), ideal=ideal, sizes=columns, rules=rules)
    return head + "".join(lines) + (TAIL.format(last=most) if most < 512 else "")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="How the cost of every registered statistic grows.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="statistics; all where none is named")
    parser.add_argument("--cells", nargs="*", type=int, default=CELLS, help="cells a side, multiples of 64")
    parser.add_argument("--particles", nargs="*", type=int, default=PARTICLES, help="particles a side, multiples of 8")
    parser.add_argument("--write", action="store_true", help="put it into docs/scaling.md")
    main(parser.parse_args())
