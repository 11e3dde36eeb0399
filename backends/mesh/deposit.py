"""The compiled loops of mass assignment, kept on disk.

A particle inside the mesh costs one test and its additions, to cells that were asked for from memory
before: waiting for them would take most of the time. Whatever lies at an edge, outside the box or
nowhere takes a slow path of its own. All cores share the work in one of two ways, and neither needs a
second mesh. *Owners*: every thread owns a block of planes and paints, of its share of the particles,
those that lie wholly in its block; the others are handed to their owners, and those across two blocks
are painted last. *Slabs*: particles are sorted by slabs of planes, then all even slabs are painted at
once and all odd ones after them; for more threads than owners serve well, and for particles in no
order, of which those that are painted together then lie together.

All of it stands in one file because numba's cache notices changes of a function's own file only.
"""

from __future__ import annotations

from typing import Any

import numba as nb
import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Whole = NDArray[np.int64]
Grid = NDArray[np.float32] | NDArray[np.float64]

FAST = {"nsz", "arcp", "contract", "reassoc"}
"""Arithmetic may be reordered; NaN and infinity keep their meaning, because they are looked for."""
BLOCK = 64
"""Particles whose cells are found together, and fetched while those of the block before are added to."""


@nb.njit(nogil=True, cache=True)
def _coordinate(x: np.float32, scale: np.float32, shift: np.float32) -> np.float32:
    """Return a position in cells, rounded alike wherever it is asked for: its integer part decides who paints."""
    return x * scale + shift


@nb.njit(nogil=True, cache=True)
def _wrapped(x: np.float32, scale: np.float32, shift: np.float32, n: int, box_size: float) -> np.float32:
    """Return a finite position in cells, brought into the box by whole boxes where it is not on the mesh."""
    b = _coordinate(x, scale, shift)
    if b >= 0 and b < n:
        return b
    inside = x if x >= 0 and x < box_size else np.float32(np.float64(x) % box_size)
    return _coordinate(inside, scale, shift)


@nb.njit(fastmath=FAST, nogil=True, cache=True)
def _shares_cic(u: np.float32) -> tuple[np.float32, np.float32]:
    return np.float32(1) - u, u


@nb.njit(fastmath=FAST, nogil=True, cache=True)
def _shares_tsc(u: np.float32) -> tuple[np.float32, np.float32, np.float32]:
    half, one = np.float32(0.5), np.float32(1)
    v = one - u
    first, last = half * v * v, half * u * u
    return first, one - first - last, last


@nb.njit(fastmath=FAST, nogil=True, cache=True)
def _shares_pcs(u: np.float32) -> tuple[np.float32, np.float32, np.float32, np.float32]:
    one, sixth = np.float32(1), np.float32(1 / 6)
    v = one - u
    first, last = sixth * v * v * v, sixth * u * u * u
    second = np.float32(2 / 3) - u * u + np.float32(3) * last
    return first, second, one - first - second - last, last


@nb.njit(nogil=True, cache=True)
def _shares(order: int, u: np.float32) -> tuple[np.float32, np.float32, np.float32, np.float32]:
    """Return what the ``order`` cells from the first one on are given along one axis."""
    one, none = np.float32(1), np.float32(0)
    if order == 1:
        return one, none, none, none
    if order == 2:
        return *_shares_cic(u), none, none
    if order == 3:
        return *_shares_tsc(u), none
    return _shares_pcs(u)


def _adding_rows(typing: Any, grid: Any, cell: Any, later: Any, n: Any, in_x: Any, in_y: Any, in_z: Any) -> Any:
    """Add the product of shares along x, y and z to the cells from ``cell`` on: every row of z in one vector.

    The compiler makes no vectors of so short loops by itself, and cells one by one take twice the time.
    The rows from the cell ``later`` on, which may lie anywhere, are meanwhile asked for from memory.
    """

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: Any) -> Any:
        array, first, later_first, side, *shares = arguments
        xs, ys, zs = ([builder.extract_value(held, i) for i in range(held.type.count)] for held in shares)
        width, integer, byte = len(zs), ir.IntType(32), ir.IntType(8).as_pointer()
        data = context.make_array(grid)(context, builder, array).data
        number = context.get_value_type(grid.dtype)
        row_of_cells = ir.VectorType(number, width)
        aligned = context.get_abi_sizeof(number)  # a row may begin at any cell

        def vector(values: list[Any]) -> Any:
            made = ir.Constant(ir.VectorType(ir.FloatType(), width), ir.Undefined)
            for i, value in enumerate(values):
                made = builder.insert_element(made, value, integer(i))
            return made

        prefetch = ir.FunctionType(ir.VoidType(), [byte, integer, integer, integer])
        fetch = builder.module.declare_intrinsic("llvm.prefetch", [byte], prefetch)

        along_z, plane, ahead = vector(zs), first, builder.sub(later_first, first)
        for x in xs:
            row = plane
            for y in ys:
                later_row = builder.bitcast(builder.gep(data, [builder.add(row, ahead)]), byte)
                builder.call(fetch, [later_row, integer(1), integer(3), integer(1)])  # to be written, and kept
                added = builder.fmul(vector([builder.fmul(x, y)] * width), along_z, flags=("contract",))
                if number != ir.FloatType():
                    added = builder.fpext(added, row_of_cells)
                place = builder.bitcast(builder.gep(data, [row]), row_of_cells.as_pointer())
                held = builder.load(place, align=aligned)
                builder.store(builder.fadd(held, added, flags=("contract",)), place, align=aligned)
                row = builder.add(row, side)
            plane = builder.add(plane, builder.mul(side, side))
        return context.get_dummy_value()

    return types.void(grid, cell, later, n, in_x, in_y, in_z), generate


_add_rows: Any = intrinsic(_adding_rows)


@nb.njit(nogil=True, cache=True)
def _add_across_edges(
    order: int, grid: Grid, n: int, mass: np.float32, bx: np.float32, by: np.float32, bz: np.float32
) -> None:
    """Add one particle whose cells may lie on both sides of the box; ``bx`` … are its coordinates in cells."""
    fx, fy, fz = np.floor(bx), np.floor(by), np.floor(bz)
    along_x, along_y, along_z = _shares(order, bx - fx), _shares(order, by - fy), _shares(order, bz - fz)
    ix, first_y, first_z = int(fx) % n, int(fy) % n, int(fz) % n
    for a in range(order):
        iy, plane = first_y, mass * along_x[a]
        for b in range(order):
            iz, row, whole = first_z, (ix * n + iy) * n, plane * along_y[b]
            for c in range(order):
                grid[row + iz] += whole * along_z[c]
                iz = iz + 1 if iz + 1 < n else 0
            iy = iy + 1 if iy + 1 < n else 0
        ix = ix + 1 if ix + 1 < n else 0


@nb.njit(fastmath=FAST, nogil=True, cache=True)
def _locate(
    positions: Floats, scale: np.float32, shift: np.float32, n: int, ends: Floats, cells: Whole, parts: Floats
) -> None:
    """Write each particle's first cell and how far into it the particle lies, along x, then y, then z.

    The cell is −1 where the first plane is not in ends[0] … ends[1], or a row not below ends[2], a column ends[3].
    """
    flat = positions.reshape(-1)  # three numbers a particle: the compiler must know that to make vectors
    low, high, high_y, high_z = ends[0], ends[1], ends[2], ends[3]
    for j in range(flat.size // 3):
        bx, by = _coordinate(flat[3 * j], scale, shift), _coordinate(flat[3 * j + 1], scale, shift)
        bz = _coordinate(flat[3 * j + 2], scale, shift)
        ix, iy, iz = np.int32(bx), np.int32(by), np.int32(bz)
        # Without "and", which would branch.
        plain = (bx >= low) & (bx < high) & (by >= 0) & (by < high_y) & (bz >= 0) & (bz < high_z)
        cells[j] = (np.int64(ix) * n + iy) * n + iz if plain else -1
        parts[j], parts[BLOCK + j], parts[2 * BLOCK + j] = bx - np.float32(ix), by - np.float32(iy), bz - np.float32(iz)


@nb.njit(fastmath=FAST, nogil=True, cache=True)
def deposit(
    order: int,
    positions: Floats,
    weights: Floats,
    unit: np.float32,
    grid: Grid,
    n: int,
    box_size: float,
    shift: np.float32,
    low: int,
    high: int,
    owners: Whole,
    others: Floats,
    other_weights: Floats,
) -> tuple[int, int, int]:
    """Add those particles to a flat grid whose first plane is in ``low`` … ``high`` − 1.

    Parameters
    ----------
    order : 1, 2, 3 or 4 for NGP, CIC, TSC or PCS
    positions : (m, 3) float32, comoving Mpc/h; wrapped where they are not in [0, L)
    weights : (m,) float32, or (0,) where all weigh ``unit``; multiplied by ``unit``
    grid : (n³,) float32 or float64, added to
    shift : added to positions in units of cells, less order / 2 − 1, so that the integer part of a
        coordinate is the first of the ``order`` cells
    owners : (n,) int64, below zero for a first plane from which a particle reaches into a second block
    others, other_weights : (≥ m, 3) and (≥ m or 0,), where all other particles are put: those within a
        block from the front, those across two from the back; (0, 3) where they are dropped

    Returns
    -------
    how many particles were left out because a position is not a finite number; where the front of
    ``others`` ends; where its back begins
    """
    scale, un, limit = np.float32(n / box_size), np.uint64(n), max(n - order + 1, 0)
    # TSC adds nothing to a fourth cell of each row, to be one vector: it must stand in the same row.
    limit_z = max(n - 3, 0) if order == 3 else limit
    ends = np.array([low, min(high, limit), limit, limit_z], np.float32)
    count, lost, front, back = positions.shape[0], 0, 0, others.shape[0]
    weighted, collecting = weights.shape[0] > 0, others.shape[0] > 0
    cells, parts = np.empty((2, BLOCK), np.int64), np.empty((2, 3 * BLOCK), np.float32)
    for begin in range(-BLOCK, count, BLOCK):
        ahead, here = begin // BLOCK & 1, ~(begin // BLOCK) & 1
        _locate(positions[begin + BLOCK : begin + 2 * BLOCK], scale, shift, n, ends, cells[ahead], parts[ahead])
        for turn in range(BLOCK if begin >= 0 else 0):
            # From both halves in turns: neighbours share cells, and what was just stored is slow to load again.
            j = turn // 2 + turn % 2 * (BLOCK // 2)
            i = begin + j
            if i >= count:
                continue
            mass = weights[i] * unit if weighted else unit
            if cells[here, j] >= 0:
                cell, later = np.uint64(cells[here, j]), np.uint64(cells[ahead, j])
                ux, uy, uz = parts[here, j], parts[here, BLOCK + j], parts[here, 2 * BLOCK + j]
                if order == 2:
                    x0, x1 = _shares_cic(ux)
                    _add_rows(grid, cell, later, un, (mass * x0, mass * x1), _shares_cic(uy), _shares_cic(uz))
                elif order == 3:
                    x0, x1, x2 = _shares_tsc(ux)
                    four = (*_shares_tsc(uz), np.float32(0))
                    _add_rows(grid, cell, later, un, (mass * x0, mass * x1, mass * x2), _shares_tsc(uy), four)
                elif order == 4:
                    x0, x1, x2, x3 = _shares_pcs(ux)
                    along_x = (mass * x0, mass * x1, mass * x2, mass * x3)
                    _add_rows(grid, cell, later, un, along_x, _shares_pcs(uy), _shares_pcs(uz))
                else:
                    _add_rows(grid, cell, later, un, (mass,), (np.float32(1),), (np.float32(1),))
                continue
            x, y, z = positions[i, 0], positions[i, 1], positions[i, 2]
            if not (np.isfinite(x) and np.isfinite(y) and np.isfinite(z)):
                lost += 1
                continue
            bx = _wrapped(x, scale, shift, n, box_size)
            ix = int(np.floor(bx)) % n
            if low <= ix < high:
                by, bz = _wrapped(y, scale, shift, n, box_size), _wrapped(z, scale, shift, n, box_size)
                _add_across_edges(order, grid, n, mass, bx, by, bz)
            elif collecting:
                place, front, back = (back - 1, front, back - 1) if owners[ix] < 0 else (front, front + 1, back)
                others[place, 0], others[place, 1], others[place, 2] = x, y, z
                if weighted:
                    other_weights[place] = weights[i]
    return lost, front, back


# On all cores


@nb.njit(parallel=True, nogil=True, cache=True)
def deposit_owned(
    order: int,
    positions: Floats,
    weights: Floats,
    begins: Whole,
    ends: Whole,
    unit: np.float32,
    grid: Grid,
    n: int,
    box_size: float,
    shift: np.float32,
    edges: Whole,
    others: Floats,
    other_weights: Floats,
) -> int:
    """Add particles, every thread those in its block of planes; return how many had no finite position.

    Parameters
    ----------
    begins, ends : (threads,) int64, the particles that each thread reads
    edges : (threads + 1,) int64, from 0 to n; block t is edges[t] … edges[t + 1] − 1, of at least
        2 order − 2 planes if there is more than one
    others, other_weights : (threads, ≥ ends − begins, 3) and (threads, the same or 0), what is handed on
    """
    threads = begins.shape[0]
    reach = order - 1 if threads > 1 else 0
    owners = np.full(n, -1, np.int64)
    for t in range(threads):
        owners[edges[t] : edges[t + 1] - reach] = t
    fronts, backs, lost = np.zeros(threads, np.int64), np.zeros(threads, np.int64), 0
    nowhere, weightless = np.empty((0, 3), np.float32), np.empty(0, np.float32)
    for t in nb.prange(threads):
        mine = weights[begins[t] : ends[t]] if weights.shape[0] > 0 else weights
        missing, fronts[t], backs[t] = deposit(
            order, positions[begins[t] : ends[t]], mine, unit, grid, n, box_size, shift,
            edges[t], edges[t + 1] - reach, owners, others[t], other_weights[t],
        )  # fmt: skip
        lost += missing
    for t in nb.prange(threads):
        for s in range(threads):
            if s != t:
                deposit(
                    order, others[s, : fronts[s]], other_weights[s, : fronts[s]], unit, grid, n, box_size, shift,
                    edges[t], edges[t + 1] - reach, owners, nowhere, weightless,
                )  # fmt: skip
    for t in nb.prange(threads):
        for s in range(threads):
            deposit(
                order, others[s, backs[s] :], other_weights[s, backs[s] :], unit, grid, n, box_size, shift,
                edges[t + 1] - reach, edges[t + 1], owners, nowhere, weightless,
            )  # fmt: skip
    return lost


@nb.njit(nogil=True, cache=True)
def _plane(x: np.float32, n: int, box_size: float, scale: np.float32, shift: np.float32) -> int:
    """Return the first plane of cells that a particle reaches; whatever is nowhere goes to some plane."""
    return int(np.floor(_wrapped(x, scale, shift, n, box_size))) % n if np.isfinite(x) else 0


@nb.njit(parallel=True, nogil=True, cache=True)
def sort_by_slab(
    positions: Floats,
    weights: Floats,
    n: int,
    box_size: float,
    shift: np.float32,
    slabs: int,
    threads: int,
    sorted_positions: Floats,
    sorted_weights: Floats,
) -> Whole:
    """Copy particles in the order of their slab of planes along x (a counting sort, stable).

    Returns
    -------
    (slabs + 1,) int64, where each slab begins in ``sorted_positions``
    """
    count, scale, weighted = positions.shape[0], np.float32(n / box_size), weights.shape[0] > 0
    places, slab_of = np.zeros((threads, slabs), np.int64), np.arange(n) * slabs // n
    for t in nb.prange(threads):
        for i in range(count * t // threads, count * (t + 1) // threads):
            places[t, slab_of[_plane(positions[i, 0], n, box_size, scale, shift)]] += 1
    starts = np.empty(slabs + 1, np.int64)
    held = 0
    for slab in range(slabs):
        starts[slab] = held
        for t in range(threads):
            held, places[t, slab] = held + places[t, slab], held
    starts[slabs] = held
    for t in nb.prange(threads):
        for i in range(count * t // threads, count * (t + 1) // threads):
            x, y, z = positions[i, 0], positions[i, 1], positions[i, 2]
            slab = slab_of[_plane(x, n, box_size, scale, shift)]
            place = places[t, slab]
            places[t, slab] = place + 1
            sorted_positions[place, 0], sorted_positions[place, 1], sorted_positions[place, 2] = x, y, z
            if weighted:
                sorted_weights[place] = weights[i]
    return starts


@nb.njit(parallel=True, nogil=True, cache=True)
def deposit_slabs(
    order: int,
    positions: Floats,
    weights: Floats,
    unit: np.float32,
    starts: Whole,
    threads: int,
    grid: Grid,
    n: int,
    box_size: float,
    shift: np.float32,
) -> int:
    """Add sorted particles to one grid (n³,): first the even slabs, all at once, then the odd ones.

    Slabs must be an even number and at least three planes thick: a particle reaches that many planes
    beyond its first. Returns how many particles were left out, having no finite position.
    """
    lost, pairs = 0, (starts.shape[0] - 1) // 2
    owners, nowhere, weightless = np.zeros(n, np.int64), np.empty((0, 3), np.float32), np.empty(0, np.float32)
    # Neighbouring slabs to each thread, about as many particles as to the others: a crowd may fill a few slabs only.
    held = np.zeros(pairs + 1, np.int64)
    for parity in range(2):
        for pair in range(pairs):
            held[pair + 1] = held[pair] + starts[2 * pair + parity + 1] - starts[2 * pair + parity]
        firsts = np.searchsorted(held[1:] + held[:-1], 2 * held[pairs] * np.arange(threads + 1) / threads)
        firsts[threads] = pairs
        for t in nb.prange(threads):
            for pair in range(firsts[t], firsts[t + 1]):
                start, stop = starts[2 * pair + parity], starts[2 * pair + parity + 1]
                mine = weights[start:stop] if weights.shape[0] > 0 else weights
                lost += deposit(
                    order, positions[start:stop], mine, unit, grid, n, box_size, shift,
                    0, n, owners, nowhere, weightless,
                )[0]  # fmt: skip
    return lost
