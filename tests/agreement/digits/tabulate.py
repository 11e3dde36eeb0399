"""To how many digits every statistic agrees with what is known: ``make digits`` writes docs/digits.md.

Each is held against an answer that can be written down, and against packages that others wrote. Words behind the
command, such as ``of_shape``, choose modules; what they find is printed and not written.
"""

from __future__ import annotations

import sys
import warnings
from importlib import import_module
from pathlib import Path
from textwrap import fill

from rows import Row

from backends.statistics import registry

sys.path.append(str(Path(__file__).parents[2]))  # what the tests plant
PAGE = Path(__file__).parents[3] / "docs/digits.md"
THEMES = (
    *("of_power", "of_triangles", "of_density", "of_shape", "of_motion"),
    *("of_pairs", "of_halos", "of_theory", "of_maps", "of_planted", "of_engine"),
)

HEAD = """# How many digits are right

Made by `make digits`. Every registered statistic, and the engine below it, is held against an answer that can be
written down (truth) and against packages that others wrote (peer). The difference is relative, and the largest
anywhere, unless the row names its unit; digits are −log₁₀ of it. The matter is 64³ particles of a particle mesh in
128 Mpc/h at z = 0.5, and a poor copy of it in two steps; fields are of 64³ cells. Meshes, transforms and densities are
of single precision, of which seven digits are all, the last of them another on another machine; counts and what is
summed of particles are of double precision.

Where the row says numpy or scipy, the published formula is written out once more, in the plainest way, every cell, mode
or pair by itself in double precision.
{alone}
| what | beside | compared | difference | digits | limited by |
|---|---|---|---|---|---|
"""

ALONE = "Of {names} that is all, with the closed forms: no package of cosmology measures them."

NOTES = """
**Voids.** Pylians finds about four for three of ours where they are many. Smoothing, threshold, radii and order are the
same: where voids are few it looks at the distances between them, and both lists are equal, void for void. Above
(2 ⌊R⌋ + 3)³ voids, R in cells, it only asks that no cell lies within R of the new centre and in a void that is there
(`num_voids_around2`): spheres of two or three cells then cut each other. The same rule on our smoothed mesh gives its
list exactly. Halograph's voids never cut each other, however many they are, which is the definition (Banerjee & Dalal
2016, arXiv:1606.06167) and Pylians' own for few.

**Bispectra.** Where the third side's shell reaches zero, Pylians counts the mean among the modes that close triangles,
which dilutes B (by 8 % at the last angle here): a mean is no mode, and that angle is left out.

**Minkowski functionals.** V₃, which is drawn, counts bodies − tunnels + cavities. Cells that touch at an edge or a
corner may be one piece or two: scikit-image gives both, each equal to ours, and what is drawn is their mean, which
treats dense and empty alike. quantimpy weighs neighbours in 13 directions and gives no whole number (33.08 between 31
and 33). V₁ and V₂ are sums over directions, ours over three: flat walls along the axes, as where this field was cut out
of its periodic box, weigh two thirds in them and another share in quantimpy.

**Pairwise velocities** are drawn as −v₁₂, above zero where pairs approach; halotools' mean radial velocity is v₁₂.

**Wavelets.** kymatio's own are solid harmonics, of which no band is ours. Its cascade of transforms, moduli and means
is independent of the filters and is given ours: the bands and their Riesz transforms, written out with numpy.

**Mass functions.** Given the same P(k) CCL and hmf agree to five digits and more at all redshifts. P(k) itself is that
of Eisenstein & Hu's paper (1998, eqs. 2–24), as colossus has it to 14 digits. CCL and hmf follow its authors' code,
which takes 1 + z_drag for z_drag in R (eq. 5) and z_eq for 1 + z_eq in y (eq. 15): up to 0.04 % of P, and 1.2e-6 once
ours does so too. Tinker's parameters are those printed (2008, table 2); hmf has more digits of them, and 1.9 % fewer
halos at 10^15. Beyond z = 2.5 ours stay at their values there, as their authors advise; CCL follows the formula on
(5 % at z = 3).

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
    PAGE.write_text(_head(rows, names) + "\n".join(lines) + "\n" + NOTES, encoding="utf-8")


def _head(rows: list[Row], names: list[str]) -> str:
    """Name the statistics that no package but the plain tools has measured."""
    measured = {row.name for row in rows if row.kind == "peer" and row.against.split()[0] not in ("numpy", "scipy")}
    alone = [f"`{name}`" for name in names if name not in measured]
    told = fill(ALONE.format(names=", ".join(alone)), 120, break_on_hyphens=False) + "\n" if alone else ""
    return HEAD.format(alone=told)


def _line(row: Row) -> str:
    difference = "0" if row.difference == 0 else f"{row.difference:.1e}"
    return f"| {row.name} | {row.against} | {row.compared} | {difference} | {row.digits} | {row.because} |"


if __name__ == "__main__":
    main(sys.argv[1:])
