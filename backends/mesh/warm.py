"""Compiles the mesh's kernels, or loads them from disk, before anybody waits for them."""

from __future__ import annotations


def warm() -> None:
    """Run every kernel once on a few particles; called off the GUI thread."""
    import numpy as np

    from backends.mesh import (
        absorption,
        binning,
        correlation,
        extrema,
        fourier,
        minkowski,
        multipoles,
        painting,
        pair_counts,
        pair_velocities,
        smoothing,
        spherical_voids,
        tidal,
        triangles,
        wavelets,
    )

    positions = np.random.default_rng(0).random((64, 3), dtype=np.float32)
    weights = np.ones(64, np.float32)
    density = painting.paint(positions, 1.0, 8, "cic", weights)
    painting.paint_slabs(positions, weights, 1.0, 2, 1.0, 16, 0.0)
    # Meshes beyond 128³ are painted in single precision, by kernels of their own.
    painting.paint(positions, 1.0, 130, "cic")
    first = fourier.Modes(fourier.modes(density), 1.0, 8)
    second = fourier.Modes(fourier.interlaced_modes(positions, 1.0, 8), 1.0, 8)
    binning.auto_power(first)
    binning.cross_power(first, second)
    smoothed = smoothing.smooth(first, 0.3).values
    minkowski.minkowski_functionals(smoothed, np.array([-0.1, 0.1]))
    extrema.local_maxima(smoothed)
    spherical_voids.spherical_voids(first, np.array([0.2, 0.25]), 0.0)
    tidal.web_classes(smoothed)
    triangles.closed(first, (triangles.Shell(1, 3),) * 3)
    correlation.correlation(first)
    multipoles.multipoles(first, 2)
    pair_counts.pair_counts(positions, 1.0, np.array([0.1, 0.3]))
    pair_velocities.pair_velocities(positions, positions, 1.0, np.array([0.1, 0.3]))
    wavelets.modulus(first, 2.0, 1, 8)
    absorption.amplitude(absorption.in_redshift_space(density, density, density), 0.5)
