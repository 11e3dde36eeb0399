"""The choices that statistics depend on; they live in the study and in every exported file."""

from __future__ import annotations

from dataclasses import dataclass

THEORIES = ("press-schechter", "sheth-tormen", "tinker08", "watson13")
"""Mass functions that can be expected, by the names that ``backends.cosmology.mass_function`` gives them."""


@dataclass(frozen=True)
class Parameters:
    """Choices shared by all runs of a comparison, so that like is compared with like.

    n_mesh : cells a side, or None for the reference's default: twice the cube root of its particles, at most 512;
        for grids, the grid's own
    mass_assignment : "ngp", "cic", "tsc" or "pcs", or None for TSC on particles and, on grids, what
        their files name
    interlaced : a second mesh shifted by half a cell cancels the odd aliases
    species : the species that is compared, or None for all matter
    smoothing_window : "gaussian" or "top-hat", with which a density is smoothed before its shape is measured
    smoothing_radius : its radius, Mpc/h, or None for two cells of the mesh
    void_threshold : mean overdensity below which a sphere is a void
    web_threshold : eigenvalue of the tidal tensor above which matter collapses along an axis
    density_quantiles : into how many equal shares of the volume, from the emptiest, errors are split by density
    pairs_of : whose velocities are taken in pairs: "particles" or "halos"
    pair_points : particles, evenly chosen, of which pairs are looked at
    wavelets_per_octave : bands to a factor of two in wave number, of wavelet scattering
    mean_flux : of the Lyman-α forest, in (0, 1), or None for what is observed at the run's redshift
    optical_depth_slope : β of τ = A (1 + δ)^β
    gas_temperature : T₀ of gas at the mean density, K, whose lines are broadened by it; 0 for lines without width
    absorption_space : where light is absorbed: in "real" space, or in "redshift" space by the particles' velocities
    linking_length : FoF's b, in units of the mean separation
    min_particles : the smallest halo that is kept
    substructure : whether halos that lie in others, as their files say, are shown and counted too
    triangle_k : the two equal sides of isosceles triangles of modes, h/Mpc, or None for a sixth of the
        mesh's Nyquist wave number
    line_of_sight : axis along which velocities displace what is seen: 0, 1 or 2
    match_by : how halos of two runs are matched: "particles" they share, "distance", or None for particles where
        both know theirs
    least_shared : the share of the smaller halo's particles that two halos must have in common to be the same
    halo_mass : "linked" for the mass of a found halo's particles, "warren" for that corrected for their
        number, or "200c" or "200m" for M200c or M200m about its centre
    theory : mass functions that are drawn behind the runs', some of ``THEORIES``
    sigma8, n_s, omega_b : of the runs' cosmology, where their files do not say: no theory without σ₈; None for n_s and
        Ω_b takes those of Planck 2018
    linear_power : what theory starts from: "eisenstein-hu", or "table" for the shape of the first table of P(k) that
        is drawn
    error_kind : what errors over realisations are: "scatter" of one, or "mean" for the error of their mean
    band_transfer : |T − 1| beyond which a run has left the band
    band_correlation : r below which a run has left the band
    """

    n_mesh: int | None = None
    mass_assignment: str | None = None
    interlaced: bool = True
    species: str | None = None
    linking_length: float = 0.2
    min_particles: int = 20
    substructure: bool = False
    match_by: str | None = None
    least_shared: float = 0.5
    halo_mass: str = "linked"
    theory: tuple[str, ...] = ()
    linear_power: str = "eisenstein-hu"
    sigma8: float | None = None
    n_s: float | None = None
    omega_b: float | None = None
    band_transfer: float = 0.05
    band_correlation: float = 0.95
    smoothing_window: str = "gaussian"
    smoothing_radius: float | None = None
    triangle_k: float | None = None
    line_of_sight: int = 2
    void_threshold: float = -0.7
    web_threshold: float = 0.0
    density_quantiles: int = 10
    pairs_of: str = "particles"
    pair_points: int = 50_000
    wavelets_per_octave: int = 1
    mean_flux: float | None = None
    optical_depth_slope: float = 1.6
    gas_temperature: float = 0.0
    absorption_space: str = "real"
    error_kind: str = "scatter"
