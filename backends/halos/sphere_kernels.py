"""Compiled: particles around points of a periodic box, from columns sorted along z.

The columns are those of ``linking_kernels.sort_into_columns``: n_columns² of them, square in x and y.
``masses`` holds one mass for all particles or one for each, in the order of the sorted positions.
"""

from __future__ import annotations

import numpy as np
from numba import njit, prange


@njit(cache=True, nogil=True, inline="always")
def _rows(at, reach, box_size, n_columns):  # type: ignore[no-untyped-def]
    """Return the first row that a sphere touches and how many follow, each once; rows wrap around."""
    first = int(np.floor((at - reach) / box_size * n_columns - 1e-6))
    last = int(np.floor((at + reach) / box_size * n_columns + 1e-6))
    return first, min(last - first + 1, n_columns)


@njit(cache=True, nogil=True)
def _first_at(positions, start, end, z):  # type: ignore[no-untyped-def]
    """Return the first particle of a column that is not below z."""
    while start < end:
        middle = (start + end) // 2
        if positions[middle, 2] < z:
            start = middle + 1
        else:
            end = middle
    return start


@njit(cache=True, nogil=True)
def _gather(positions, masses, starts, n_columns, box_size, centre, reach, square, mass, room):  # type: ignore[no-untyped-def]
    """Write the squared distances and masses within reach, as far as there is room; return how many there are."""
    found = 0
    first_x, n_x = _rows(centre[0], reach, box_size, n_columns)
    first_y, n_y = _rows(centre[1], reach, box_size, n_columns)
    slack = reach * (1 + 1e-6) + 1e-7 * box_size  # float32 positions beside a float64 window
    for row in range(first_x, first_x + n_x):
        for place in range(first_y, first_y + n_y):
            column = (row % n_columns) * n_columns + place % n_columns
            start, end = starts[column], starts[column + 1]
            for image in range(-1, 2):
                if 2 * slack >= box_size:
                    if image != 0:
                        continue
                    a, b = start, end
                else:
                    low = centre[2] - slack + image * box_size
                    high = centre[2] + slack + image * box_size
                    if high < 0 or low > box_size:
                        continue
                    a = _first_at(positions, start, end, low)
                    b = _first_at(positions, a, end, high)
                for i in range(a, b):
                    distance = 0.0
                    for axis in range(3):
                        step = np.float64(positions[i, axis]) - centre[axis]
                        step -= box_size * np.round(step / box_size)
                        distance += step * step
                    if distance <= reach * reach:
                        if found < room:
                            square[found] = distance
                            mass[found] = masses[i if masses.shape[0] > 1 else 0]
                        found += 1
    return found


@njit(cache=True, nogil=True)
def _around(positions, masses, starts, n_columns, box_size, centre, reach, guess):  # type: ignore[no-untyped-def]
    """Return squared distances and masses of all particles within reach."""
    square, mass = np.empty(guess), np.empty(guess)
    found = _gather(positions, masses, starts, n_columns, box_size, centre, reach, square, mass, guess)
    if found > guess:
        square, mass = np.empty(found), np.empty(found)
        _gather(positions, masses, starts, n_columns, box_size, centre, reach, square, mass, found)
    return square[:found], mass[:found]


@njit(cache=True, parallel=True, nogil=True)
def grow_spheres(  # type: ignore[no-untyped-def]
    positions, masses, starts, n_columns, box_size, centres, reaches, density, fewest, first, last, out_mass, out_radius
):
    """Find the spheres first … last − 1 of mean density ``density``: the innermost that holds ``fewest`` or more.

    M particles up to the a-th fill the sphere of that density to R = (3M / 4πρ)^(1/3); the sphere is
    found where R falls short of the next particle. NaN where the first ``fewest`` are too thin already.
    """
    of_mass = 3 / (4 * np.pi * density)
    widest = box_size / 2
    for h in prange(first, last):
        reach = min(reaches[h], widest)
        out_mass[h] = out_radius[h] = np.nan
        searching = True
        while searching:
            square, mass = _around(positions, masses, starts, n_columns, box_size, centres[h], reach, 256)
            order = np.argsort(square)
            total = 0.0
            for a in range(square.shape[0]):
                total += mass[order[a]]
                if a + 1 < fewest:
                    continue
                radius = np.cbrt(of_mass * total)
                if radius * radius < square[order[a]]:
                    searching = False
                    break
                beyond = square[order[a + 1]] if a + 1 < square.shape[0] else reach * reach
                if radius * radius < beyond:
                    out_mass[h], out_radius[h] = total, radius
                    searching = False
                    break
            if reach >= widest:
                searching = False
            reach = min(2 * reach, widest)


@njit(cache=True, parallel=True, nogil=True)
def count_shells(positions, masses, starts, n_columns, box_size, centres, edges, first, last, out_mass, out_count):  # type: ignore[no-untyped-def]
    """Fill mass and number in the shells between ``edges`` (ascending) around the centres first … last − 1.

    ``out_*`` are (n_halos, n_edges): the first column is what lies within edges[0]; a shell holds its outer edge.
    """
    n = edges.shape[0]
    for h in prange(first, last):
        square, mass = _around(positions, masses, starts, n_columns, box_size, centres[h], edges[n - 1], 1024)
        for a in range(square.shape[0]):
            shell = np.searchsorted(edges, np.sqrt(square[a]), side="left")
            if shell < n:
                out_mass[h, shell] += mass[a]
                out_count[h, shell] += 1
