"""Compiled loops of the friends-of-friends search: columns swept along z, joined by union–find.

Particles are sorted into square columns at least as wide as the linking length, and along z within
each. Two neighbouring columns are then swept together by a window that slides along z, so that only
close pairs are ever looked at. Rows of columns are dealt out in slabs, one thread a slab; the rows
where two slabs meet are joined afterwards by one thread, so that no two threads touch one tree.

Distances are formed as scipy's periodic tree forms them, in float64 whatever the positions are:
|x − y|, or L minus it where that is shorter, squared and summed in the order x, y, z. No fused or
reordered arithmetic is allowed here, so that the same pairs are linked to the last bit.
"""

from __future__ import annotations

import numpy as np
from numba import njit, prange


@njit(cache=True, parallel=True, nogil=True)
def count_outside(positions, box_size):  # type: ignore[no-untyped-def]
    """Count coordinates outside [0, box_size], NaN among them."""
    outside = 0
    for i in prange(positions.shape[0]):
        for axis in range(3):
            if not (0.0 <= positions[i, axis] <= box_size):
                outside += 1
    return outside


@njit(cache=True, parallel=True, nogil=True)
def sort_into_columns(positions, box_size, n_columns, n_threads):  # type: ignore[no-untyped-def]
    """Sort by column, then by z.

    Returns the order (n,) int32, the sorted positions (n, 3) of their own dtype and, for each of the
    n_columns² columns, where it starts (n_columns² + 1,) int64.
    """
    n = positions.shape[0]
    n_all = n_columns * n_columns
    per_length = n_columns / box_size
    column = np.empty(n, np.int32)
    counts = np.zeros((n_threads, n_all), np.int32)
    for thread in prange(n_threads):
        for i in range(n * thread // n_threads, n * (thread + 1) // n_threads):
            row = min(int(np.float64(positions[i, 0]) * per_length), n_columns - 1)
            place = min(int(np.float64(positions[i, 1]) * per_length), n_columns - 1)
            column[i] = row * n_columns + place
            counts[thread, column[i]] += 1
    starts = np.empty(n_all + 1, np.int64)
    total = 0
    for c in range(n_all):
        starts[c] = total
        for thread in range(n_threads):
            here = counts[thread, c]
            counts[thread, c] = total
            total += here
    starts[n_all] = total
    order = np.empty(n, np.int32)
    for thread in prange(n_threads):
        for i in range(n * thread // n_threads, n * (thread + 1) // n_threads):
            order[counts[thread, column[i]]] = i
            counts[thread, column[i]] += 1
    inside = np.empty((n, 3), positions.dtype)
    for c in prange(n_all):
        first, last = starts[c], starts[c + 1]
        _sort_along_z(positions, order, first, last)
        for a in range(first, last):
            for axis in range(3):
                inside[a, axis] = positions[order[a], axis]
    return order, inside, starts


@njit(cache=True, nogil=True)
def _sort_along_z(positions, order, first, last):  # type: ignore[no-untyped-def]
    """Sort one column's part of the order by z; insertion wins below some twenty particles."""
    n = last - first
    if n < 24:
        for a in range(first + 1, last):
            moved = order[a]
            z = positions[moved, 2]
            b = a - 1
            while b >= first and positions[order[b], 2] > z:
                order[b + 1] = order[b]
                b -= 1
            order[b + 1] = moved
        return
    z_column = np.empty(n, positions.dtype)
    for a in range(n):
        z_column[a] = positions[order[first + a], 2]
    by_z = np.argsort(z_column)
    before = order[first:last].copy()
    for a in range(n):
        order[first + a] = before[by_z[a]]


@njit(cache=True, nogil=True, inline="always")
def _root(parents, i):  # type: ignore[no-untyped-def]
    """Follow a tree to its root, halving the path on the way."""
    while parents[i] != i:
        parents[i] = parents[parents[i]]
        i = parents[i]
    return i


@njit(cache=True, nogil=True, inline="always")
def _join(parents, i, j):  # type: ignore[no-untyped-def]
    """Join two trees; the lower index stays root, so that the result knows no thread order."""
    a, b = _root(parents, i), _root(parents, j)
    if a < b:
        parents[b] = a
    elif b < a:
        parents[a] = b


@njit(cache=True, nogil=True, inline="always")
def _join_if_close(positions, parents, i, j, length_squared, box_size, over_edge):  # type: ignore[no-untyped-def]
    """Join two particles whose minimum-image distance is at most the linking length."""
    if parents[i] == parents[j]:
        return
    dx = abs(np.float64(positions[i, 0]) - np.float64(positions[j, 0]))
    dy = abs(np.float64(positions[i, 1]) - np.float64(positions[j, 1]))
    dz = abs(np.float64(positions[i, 2]) - np.float64(positions[j, 2]))
    dx = min(dx, box_size - dx)
    dy = min(dy, box_size - dy)
    if over_edge:
        dz = min(dz, box_size - dz)
    if dx * dx + dy * dy + dz * dz <= length_squared:
        _join(parents, i, j)


@njit(cache=True, nogil=True)
def _link_columns(positions, parents, first, last, other_first, other_last, length, box_size):  # type: ignore[no-untyped-def]
    """Link every particle of one column with those of another (or of itself) within reach along z."""
    if first == last or other_first == other_last:
        return
    same = first == other_first
    squared = length * length
    reach = length * (1.0 + 1e-12)  # the window may let too many in: the distance decides
    start = other_first
    for i in range(first, last):
        z = np.float64(positions[i, 2])
        if same:
            start = i + 1
        else:
            while start < other_last and positions[start, 2] < z - reach:
                start += 1
        j = start
        while j < other_last and positions[j, 2] <= z + reach:
            _join_if_close(positions, parents, i, j, squared, box_size, False)
            j += 1
        if z < reach:
            lowest = i + 1 if same else other_first
            j = other_last - 1
            while j >= lowest and positions[j, 2] >= z + (box_size - reach):
                _join_if_close(positions, parents, i, j, squared, box_size, True)
                j -= 1
        elif z >= box_size - reach and not same:
            j = other_first
            while j < other_last and positions[j, 2] <= z - (box_size - reach):
                _join_if_close(positions, parents, i, j, squared, box_size, True)
                j += 1


@njit(cache=True, nogil=True)
def _link_to_next_row(positions, parents, starts, row, n_columns, length, box_size):  # type: ignore[no-untyped-def]
    """Link one row of columns with the three nearest columns each of the next row, around the edge."""
    following = (row + 1) % n_columns
    for c in range(n_columns):
        here = row * n_columns + c
        for step in range(-1, 2):
            there = following * n_columns + (c + step) % n_columns
            _link_columns(
                positions, parents, starts[here], starts[here + 1], starts[there], starts[there + 1], length, box_size
            )


@njit(cache=True, parallel=True, nogil=True)
def link_slabs(positions, parents, starts, edges, n_columns, length, box_size):  # type: ignore[no-untyped-def]
    """Link within slabs of rows: slab s holds the rows edges[s] … edges[s + 1] − 1."""
    for slab in prange(edges.shape[0] - 1):
        for row in range(edges[slab], edges[slab + 1]):
            for c in range(n_columns):
                here = row * n_columns + c
                there = row * n_columns + (c + 1) % n_columns
                first, last = starts[here], starts[here + 1]
                _link_columns(positions, parents, first, last, first, last, length, box_size)
                _link_columns(positions, parents, first, last, starts[there], starts[there + 1], length, box_size)
            if row + 1 < edges[slab + 1]:
                _link_to_next_row(positions, parents, starts, row, n_columns, length, box_size)


@njit(cache=True, nogil=True)
def link_seams(positions, parents, starts, edges, n_columns, length, box_size):  # type: ignore[no-untyped-def]
    """Link the last row of every slab with the first of the next."""
    for slab in range(edges.shape[0] - 1):
        if edges[slab + 1] > edges[slab]:
            _link_to_next_row(positions, parents, starts, edges[slab + 1] - 1, n_columns, length, box_size)


@njit(cache=True, nogil=True)
def link_all_pairs(positions, parents, first, last, length, box_size):  # type: ignore[no-untyped-def]
    """Link the particles first … last − 1 with every later one: for boxes of fewer than three columns."""
    for i in range(first, last):
        for j in range(i + 1, positions.shape[0]):
            _join_if_close(positions, parents, i, j, length * length, box_size, True)


@njit(cache=True, nogil=True)
def number_groups(parents):  # type: ignore[no-untyped-def]
    """Replace every root by a consecutive number, in place; return how many groups there are.

    A parent always has a lower index than its children, so that it has its number before they ask.
    """
    n_groups = 0
    for i in range(parents.shape[0]):
        if parents[i] == i:
            parents[i] = -1 - n_groups
            n_groups += 1
        else:
            parents[i] = parents[parents[i]]
    for i in range(parents.shape[0]):
        parents[i] = -1 - parents[i]
    return n_groups


@njit(cache=True, parallel=True, nogil=True)
def unsort(order, sorted_labels):  # type: ignore[no-untyped-def]
    """Bring labels back into the particles' own order."""
    labels = np.empty(order.shape[0], np.int32)
    for i in prange(order.shape[0]):
        labels[order[i]] = sorted_labels[i]
    return labels
