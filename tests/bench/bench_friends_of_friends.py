"""Friends-of-friends beside its peers, in one run: ``python tests/bench/bench_friends_of_friends.py [n]``.

Every peer gets the same particles, half of them clustered, in random order, and is given what it
needs from the positions alone: building its tree is part of its time. The medians of the rounds are
printed, each as a ratio to the fastest peer, with whether its groups are exactly scipy's.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from backends.halos.friends_of_friends import link

BOX, B, ROUNDS = 256.0, 0.2, 3


def clustered(n: int, box_size: float) -> np.ndarray:
    """Half of the particles in clumps of isothermal profile, half at random."""
    random = np.random.default_rng(0)
    centres = random.random((n // 400, 3)) * box_size
    direction = random.normal(size=(n // 2, 3))
    direction /= np.linalg.norm(direction, axis=1)[:, None]
    radius = random.random(n // 2)[:, None] * 1.5 * box_size / n ** (1 / 3)
    clumps = centres[random.integers(0, len(centres), n // 2)] + radius * direction
    x = np.mod(np.concatenate([clumps, random.random((n - n // 2, 3)) * box_size]), box_size).astype(np.float32)
    x[x >= box_size] = 0
    return x[random.permutation(n)]


def by_scipy(x: np.ndarray, length: float) -> np.ndarray:
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    pairs = cKDTree(x, boxsize=BOX, balanced_tree=False, compact_nodes=False).query_pairs(length, output_type="ndarray")
    links = coo_matrix((np.ones(len(pairs), bool), (pairs[:, 0], pairs[:, 1])), (len(x), len(x)))
    labels: np.ndarray = connected_components(links, directed=False)[1]
    return labels


def by_kdcount(x: np.ndarray, length: float) -> np.ndarray:
    from kdcount import cluster, models

    labels: np.ndarray = cluster.fof(models.points(x.astype(np.float64), boxsize=BOX), length).labels
    return labels


def by_yt(x: np.ndarray, length: float) -> np.ndarray:
    """Link with the finder of yt's halo analysis, which is a package of its own (yt_astro_analysis)."""
    from yt_astro_analysis.halo_analysis.halo_finding.fof.EnzoFOF import RunFOF

    axes = (np.ascontiguousarray(x[:, axis], np.float64) / BOX for axis in range(3))
    return np.asarray(RunFOF(*axes, length / BOX))  # −1 in groups of fewer than eight, which it drops


def same_groups(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether ``a`` has the groups of ``b``, among the particles that it gives a group at all."""
    kept = a >= 0
    a, b = (np.unique(labels, return_inverse=True)[1].astype(np.int64) for labels in (a[kept], b[kept]))
    return len(np.unique(a * (b.max() + 1) + b)) == a.max() + 1 == b.max() + 1


def main() -> None:
    n = int(float(sys.argv[1])) if len(sys.argv) > 1 else 1_000_000
    x = clustered(n, BOX)
    length = B * BOX / n ** (1 / 3)
    finders: dict[str, Callable[[], Any]] = {
        "halograph": lambda: link(x, BOX, length),
        "yt": lambda: by_yt(x, length),
        "kdcount": lambda: by_kdcount(x, length),
        "scipy tree": lambda: by_scipy(x, length),
    }
    link(x[:1000], BOX, length)
    times: dict[str, list[float]] = {name: [] for name in finders}
    groups = {}
    for _ in range(ROUNDS):
        for name in list(finders):
            started = time.perf_counter()
            try:
                groups[name] = finders[name]()
            except ImportError as absent:
                print(f"{name}: not installed ({absent})")
                del finders[name]
                continue
            times[name].append(time.perf_counter() - started)
    medians = {name: statistics.median(times[name]) for name in finders}
    fastest = min(time for name, time in medians.items() if name != "halograph")
    print(f"friends-of-friends, {n:.0e} particles, b = {B}, {len(np.unique(groups['halograph']))} groups")
    for name, median in medians.items():
        exact = same_groups(groups[name], groups["scipy tree"]) if "scipy tree" in groups else None
        print(f"{name:12s} {median:8.3f} s  {median / fastest:6.2f} × the fastest peer  same groups: {exact}")


if __name__ == "__main__":
    main()
