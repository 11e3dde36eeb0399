"""The options of ``halograph compare`` that choose what statistics depend on."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from app.cli.parsing import names, number, positive, whole_number
from backends.data.parameters import THEORIES
from backends.errors import WrongCall

AXES = {"x": 0, "y": 1, "z": 2}


def add_statistic_options(parser: argparse.ArgumentParser) -> None:
    """Add an option for every field of ``Parameters`` but those of the mesh, which ``compare`` has itself."""
    shape = parser.add_argument_group("densities that are smoothed, voids, the cosmic web and environments")
    shape.add_argument("--smoothing-window", choices=("gaussian", "top-hat"), help="(default: gaussian)")
    shape.add_argument("--smoothing-radius", type=positive, metavar="R", help="Mpc/h (default: two cells)")
    shape.add_argument(
        "--void-threshold",
        type=_overdensity,
        metavar="D",
        help="mean overdensity below which a sphere is a void (−0.7)",
    )
    shape.add_argument(
        "--web-threshold", type=number, metavar="T", help="eigenvalue above which matter collapses along an axis (0)"
    )
    shape.add_argument(
        "--density-quantiles", type=_quantiles, metavar="N", help="equal shares of the volume, by density (10)"
    )
    modes = parser.add_argument_group("triangles, lines of sight, pairs and bands")
    modes.add_argument(
        "--triangle-k", type=positive, metavar="K", help="equal sides of isosceles triangles, h/Mpc (Nyquist / 6)"
    )
    modes.add_argument("--line-of-sight", choices=tuple(AXES), help="of redshift space (default: z)")
    modes.add_argument("--pairs-of", choices=("particles", "halos"), help="whose velocities are paired (particles)")
    modes.add_argument(
        "--pair-points", type=whole_number(100), metavar="N", help="particles whose pairs are looked at (50000)"
    )
    modes.add_argument("--band-transfer", type=positive, metavar="B", help="|T − 1| that leaves the band (0.05)")
    modes.add_argument("--band-correlation", type=_share, metavar="R", help="r below which the band is left (0.95)")
    modes.add_argument(
        "--error-kind",
        choices=("scatter", "mean"),
        help="of realisations: the scatter of one, or the error of their mean (scatter)",
    )
    lines = parser.add_argument_group("wavelets and the Lyman-α forest")
    lines.add_argument(
        "--wavelets-per-octave", type=_bands, metavar="N", help="bands of wavelets to a factor of two in k (1)"
    )
    lines.add_argument(
        "--mean-flux", type=_flux, metavar="F", help="of the forest (default: as observed at the run's redshift)"
    )
    lines.add_argument("--optical-depth-slope", type=positive, metavar="B", help="β of τ = A (1 + δ)^β (1.6)")
    lines.add_argument(
        "--gas-temperature", type=_not_negative, metavar="T", help="at the mean density, K; 0: lines have no width (0)"
    )
    lines.add_argument("--absorption-space", choices=("real", "redshift"), help="where light is absorbed (real)")
    halos = parser.add_argument_group("halos and what theory expects of them")
    halos.add_argument(
        "--linking-length", type=positive, metavar="B", help="of friends-of-friends, in mean separations (0.2)"
    )
    halos.add_argument("--min-particles", type=whole_number(2), metavar="N", help="the smallest halo kept (20)")
    halos.add_argument(
        "--substructure",
        action="store_true",
        default=None,
        help="count halos that lie in others too, as their files say (default: distinct halos)",
    )
    halos.add_argument("--match-by", choices=("particles", "distance"), help="how halos of two runs are matched")
    halos.add_argument(
        "--least-shared", type=_share, metavar="S", help="share of particles that makes two halos the same (0.5)"
    )
    halos.add_argument(
        "--halo-mass",
        choices=("linked", "warren", "200c", "200m"),
        help="by which halos are counted; warren: linked, times 1 − N^−0.6 for N particles (default: linked)",
    )
    halos.add_argument("--theory", type=names, metavar="NAME,…", help=f"mass functions to draw: {', '.join(THEORIES)}")
    halos.add_argument(
        "--linear-power",
        choices=("eisenstein-hu", "table"),
        help="what theory starts from; table: the shape of the first --curve of P(k)",
    )
    halos.add_argument("--sigma8", type=positive, metavar="S", help="linear rms in spheres of 8 Mpc/h, for theory")
    halos.add_argument("--n-s", type=positive, metavar="N", help="primordial slope, for theory")
    halos.add_argument("--omega-b", type=positive, metavar="O", help="baryons' density parameter, for theory")


GIVEN = (
    *("smoothing_window", "smoothing_radius", "void_threshold", "web_threshold", "density_quantiles"),
    *("wavelets_per_octave", "mean_flux", "optical_depth_slope", "gas_temperature", "absorption_space"),
    *("triangle_k", "line_of_sight", "pairs_of", "pair_points", "band_transfer", "band_correlation", "error_kind"),
    *("linking_length", "min_particles", "substructure", "match_by", "least_shared", "halo_mass"),
    *("theory", "linear_power", "sigma8", "n_s", "omega_b"),
)


def statistic_choices(options: argparse.Namespace) -> dict[str, Any]:
    """Return the fields of ``Parameters`` that were given; the others have defaults of their own."""
    chosen = {name: value for name in GIVEN if (value := getattr(options, name)) is not None}
    if "line_of_sight" in chosen:
        chosen["line_of_sight"] = AXES[chosen["line_of_sight"]]
    if unknown := [name for name in chosen.get("theory", ()) if name not in THEORIES]:
        raise WrongCall(f"there is no mass function {unknown[0]!r}; known are {', '.join(THEORIES)}")
    return chosen


def _where(read: Callable[[str], float], holds: Callable[[float], bool], otherwise: str) -> Callable[[str], float]:
    """Return a reader that refuses, in these words, the numbers for which ``holds`` is false."""

    def number(text: str) -> float:
        found = read(text)
        if not holds(found):
            raise argparse.ArgumentTypeError(f"{text} {otherwise}")
        return found

    return number


_overdensity = _where(number, lambda d: -1 < d < 0, "is no void's overdensity: it must lie between −1 and 0")
_flux = _where(number, lambda f: 0 < f < 1, "is no mean flux: it must lie between 0 and 1")
_share = _where(number, lambda s: 0 < s <= 1, "must be above zero and at most one")
_not_negative = _where(number, lambda t: t >= 0, "must not be below zero")
_bands = _where(whole_number(1), lambda n: n <= 4, "bands to an octave are too many: at most 4")
_quantiles = _where(whole_number(2), lambda n: n <= 100, "are too many: at most 100")
