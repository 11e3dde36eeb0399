"""To how many digits every statistic agrees with what is known: ``make digits`` writes docs/digits.md.

Each is held against an answer that can be written down, and against packages that others wrote. Words behind the
command, such as ``of_shape``, choose modules; what they find is printed and not written.
"""

from __future__ import annotations

import sys
import warnings
from importlib import import_module
from pathlib import Path

from rows import Row

from backends.statistics import registry

PAGE = Path(__file__).parents[3] / "docs/digits.md"
THEMES = ("of_power", "of_triangles", "of_density", "of_shape", "of_motion", "of_halos", "of_maps", "of_engine")

HEAD = """# How many digits are right

Made by `make digits`. Every registered statistic, and the engine below it, is held against an answer that can be
written down (truth) and against packages that others wrote (peer). The difference is relative, and the largest
anywhere, unless the row names its unit; digits are −log₁₀ of it. The matter is 64³ particles of a particle mesh in
128 Mpc/h at z = 0.5, and a poor copy of it in two steps; fields are of 64³ cells. Meshes, transforms and densities are
of single precision, of which seven digits are all; counts and what is summed of particles are of double precision.

| what | beside | compared | difference | digits | limited by |
|---|---|---|---|---|---|
"""

NOTES = """
**Voids.** Pylians finds about four for three of ours where they are many. Smoothing, threshold, radii and order are the
same: where voids are few it looks at the distances between them, and both lists are equal, void for void. Above
(2 ⌊R⌋ + 3)³ voids, R in cells, it only asks that no cell lies within R of the new centre and in a void that is there
(`num_voids_around2`): spheres of two or three cells then cut each other. The same rule on our smoothed mesh gives its
list exactly. Halograph's voids never cut each other, however many they are, which is the definition (Banerjee & Dalal
2016, arXiv:1606.06167) and Pylians' own for few.

**Bispectra.** Where the third side's shell reaches zero, Pylians counts the mean among the modes that close triangles,
which dilutes B (by 8 % at the last angle here): a mean is no mode, and that angle is left out.

**Redshift space** adds v (1 + z) / H to single-precision positions: its digits are those of a coordinate, 1e-7 of the
box, and the exact sum sees the particles where Pylians put them.
"""


def main(chosen: list[str]) -> None:
    warnings.simplefilter("ignore")
    rows: list[Row] = []
    for theme in chosen or THEMES:
        for row in import_module(theme).rows():
            rows.append(row)
            print(f"{row.digits:>5}  {row.difference:8.1e}  {row.name}: {row.against}, {row.compared}", flush=True)
    names = sorted(registry().names())
    held = {name: {row.kind for row in rows if row.name == name} for name in names}
    if chosen:
        return
    order = {name: place for place, name in enumerate(dict.fromkeys([*names, *(row.name for row in rows)]))}
    lines = [_line(row) for row in sorted(rows, key=lambda row: (order[row.name], row.kind != "truth"))]
    lines += [
        f"| {name} | – | not held against a {kind} yet | | | |"
        for name in names
        for kind in ("truth", "peer")
        if kind not in held[name]
    ]
    PAGE.write_text(HEAD + "\n".join(lines) + "\n" + NOTES, encoding="utf-8")


def _line(row: Row) -> str:
    difference = "0" if row.difference == 0 else f"{row.difference:.1e}"
    return f"| {row.name} | {row.against} | {row.compared} | {difference} | {row.digits} | {row.because} |"


if __name__ == "__main__":
    main(sys.argv[1:])
