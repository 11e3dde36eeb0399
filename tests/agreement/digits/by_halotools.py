"""Run in halotools' own environment: what it makes of the points, velocities and edges in one file, into another.

``python by_halotools.py given.npz found.npz``: halotools has wheels for a numpy that is older than Halograph's.
"""

import sys
from importlib.metadata import version

import numpy as np
from halotools.mock_observables import mean_radial_velocity_vs_r, radial_pvd_vs_r

given = np.load(sys.argv[1])
arguments = given["positions"], given["velocities"]
named = {"rbins_absolute": given["edges"], "period": float(given["box_size"])}
np.savez(
    sys.argv[2],
    version=version("halotools"),
    infall=-mean_radial_velocity_vs_r(*arguments, **named),
    dispersion=radial_pvd_vs_r(*arguments, **named),
)
