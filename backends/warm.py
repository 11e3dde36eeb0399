"""Compiles every kernel and keeps them on disk: ``python -m backends.warm``, once after installing."""

from __future__ import annotations


def main() -> None:
    """Run all that is compiled on a few particles, in both precisions where both are used."""
    import numpy as np

    from backends.data.particles import Particles
    from backends.halos.friends_of_friends import find_halos, link
    from backends.halos.surroundings import Surroundings, with_spheres
    from backends.mesh import warm
    from backends.readers.abacus.packing_kernels import count, unpack
    from backends.readers.files.checksums import byte_sum, crc64
    from backends.simulation.particle_mesh import simulate

    warm.warm()
    random = np.random.default_rng(0)
    for length in (0.05, 0.4):  # columns of cells, and every pair, as where the length is not small
        link(random.random((512, 3), dtype=np.float32), 1.0, length)
        link(random.random((512, 3)), 1.0, length)
    velocities = np.zeros((512, 3), np.float32)
    for masses in (1.0, np.ones(512, np.float32)):
        few = Particles(random.random((512, 3), dtype=np.float32), 1.0, velocities=velocities, masses=masses)
        halos = find_halos(few, min_particles=1)
        with_spheres(halos, few)
        Surroundings(few).shells(halos.centres[:1], np.array([0.1, 0.2]))
    simulate(8, 32.0, n_steps=2)
    rows, cell = np.zeros((2, 9), np.uint8), np.zeros(9, np.uint8)
    count(rows, cell)
    unpack(rows, cell, 0, 1.0, 1.0, False, np.zeros((2, 3), np.float32))
    crc64(np.zeros(99, np.uint8))
    byte_sum(np.zeros(99, np.uint8))


if __name__ == "__main__":
    main()
