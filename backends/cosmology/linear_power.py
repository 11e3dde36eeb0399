"""The linear matter power spectrum, from Eisenstein & Hu (1998, ApJ 496, 605) or from a table."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from backends.cosmology.background import Cosmology
from backends.errors import WrongCall

Array = NDArray[np.float64]
CMB_TEMPERATURE = 2.7255
KINDS = ("wiggles", "smooth", "table")


@dataclass(frozen=True, eq=False)
class LinearPower:
    """P(k) today, normalised to the cosmology's σ₈.

    Parameters
    ----------
    cosmology : Cosmology
    kind : "wiggles" (with baryon acoustic oscillations), "smooth" (without), or "table"
    table : (k, power) in h/Mpc and any unit, ascending in k, for kind "table"; interpolated in
        log–log, and continued beyond its ends by its outermost slopes
    """

    cosmology: Cosmology = Cosmology()
    kind: str = "wiggles"
    table: tuple[Array, Array] | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise WrongCall(f"there is no linear spectrum {self.kind!r}; known are {', '.join(KINDS)}")
        if (self.kind == "table") != (self.table is not None):
            raise WrongCall('a table (k, power) belongs to kind="table", and only to it')
        if self.table is not None:
            k, power = self.table
            if len(k) < 4 or len(k) != len(power) or not (np.all(np.diff(k) > 0) and k[0] > 0 and np.all(power > 0)):
                raise WrongCall("a table of P(k) needs at least four rows, ascending in k, all positive")

    def __call__(self, k: ArrayLike, redshift: float = 0.0) -> Array:
        """P(k, z) = P(k) D₁²(z); zero at k = 0.

        k : any shape, h/Mpc;  returns the same shape, float64, (Mpc/h)³
        """
        growth = float(self.cosmology.growth(1 / (1 + redshift)))
        return self._amplitude * growth**2 * self._shape(np.asarray(k, dtype=np.float64))

    def sigma(self, radius: float) -> float:
        """Linear rms of the overdensity in spheres: σ² = ∫ dln k k³P(k) W²(kR) / 2π², W top hat; R in Mpc/h."""
        return math.sqrt(self._amplitude * self._variance(radius))

    @cached_property
    def _amplitude(self) -> float:
        return self.cosmology.sigma8**2 / self._variance(8.0)

    def _variance(self, radius: float) -> float:
        log_k = np.linspace(math.log(1e-5), math.log(200 / min(radius, 8.0) * 8), 8192)
        k = np.exp(log_k)
        x = k * radius
        window = np.where(x < 1e-2, 1 - x * x / 10, 3 * (np.sin(x) - x * np.cos(x)) / x**3)
        return float(np.trapezoid(k**3 * self._shape(k) * window**2 / (2 * math.pi**2), log_k))

    def _shape(self, k: Array) -> Array:
        positive = k > 0
        safe = np.where(positive, k, 1.0)
        if self.table is not None:
            return np.where(positive, _interpolated(safe, *self.table), 0.0)
        transfer = (
            wiggle_transfer(safe, self.cosmology) if self.kind == "wiggles" else smooth_transfer(safe, self.cosmology)
        )
        return np.where(positive, safe**self.cosmology.n_s * transfer**2, 0.0)


def _interpolated(k: Array, table_k: Array, table_power: Array) -> Array:
    x, y = np.log(table_k), np.log(table_power)
    log_k = np.log(k)
    inside = np.interp(log_k, x, y)
    low, high = (y[1] - y[0]) / (x[1] - x[0]), (y[-1] - y[-2]) / (x[-1] - x[-2])
    below, above = np.minimum(log_k - x[0], 0.0), np.maximum(log_k - x[-1], 0.0)
    return np.asarray(np.exp(inside + low * below + high * above))


def smooth_transfer(k: Array, cosmology: Cosmology) -> Array:
    """Transfer function without oscillations, Eisenstein & Hu (1998), equations 26 and 28–31; k in h/Mpc."""
    total, baryons = cosmology.omega_m * cosmology.h**2, cosmology.omega_b * cosmology.h**2
    fraction = baryons / total
    theta = CMB_TEMPERATURE / 2.7
    horizon = 44.5 * math.log(9.83 / total) / math.sqrt(1 + 10 * baryons**0.75)
    alpha = 1 - 0.328 * math.log(431 * total) * fraction + 0.38 * math.log(22.3 * total) * fraction**2
    shape = cosmology.omega_m * cosmology.h * (alpha + (1 - alpha) / (1 + (0.43 * k * cosmology.h * horizon) ** 4))
    q = k * theta**2 / shape
    log = np.log(2 * math.e + 1.8 * q)
    return np.asarray(log / (log + (14.2 + 731 / (1 + 62.5 * q)) * q**2))


def wiggle_transfer(k: Array, cosmology: Cosmology) -> Array:
    """Transfer function of baryons and cold dark matter, Eisenstein & Hu (1998), equations 2–24; k in h/Mpc."""
    total, baryons = cosmology.omega_m * cosmology.h**2, cosmology.omega_b * cosmology.h**2
    if baryons == 0:
        return smooth_transfer(k, cosmology)
    fraction, theta = baryons / total, CMB_TEMPERATURE / 2.7
    k = k * cosmology.h

    # Equality, the drag epoch and the sound horizon (equations 2–7).
    z_equal, k_equal = 2.5e4 * total / theta**4, 7.46e-2 * total / theta**2
    b1 = 0.313 * total**-0.419 * (1 + 0.607 * total**0.674)
    z_drag = 1291 * total**0.251 / (1 + 0.659 * total**0.828) * (1 + b1 * baryons ** (0.238 * total**0.223))
    r_drag, r_equal = (31.5e3 * baryons / theta**4 / z for z in (z_drag, z_equal))
    root = (math.sqrt(1 + r_drag) + math.sqrt(r_drag + r_equal)) / (1 + math.sqrt(r_equal))
    horizon = 2 / (3 * k_equal) * math.sqrt(6 / r_equal) * math.log(root)
    k_silk = 1.6 * baryons**0.52 * total**0.73 * (1 + (10.4 * total) ** -0.95)

    # Cold dark matter (equations 9–12 and 17–20).
    a1 = (46.9 * total) ** 0.670 * (1 + (32.1 * total) ** -0.532)
    a2 = (12.0 * total) ** 0.424 * (1 + (45.0 * total) ** -0.582)
    alpha_c = a1**-fraction * a2 ** -(fraction**3)
    c1, c2 = 0.944 / (1 + (458 * total) ** -0.708), (0.395 * total) ** -0.0266
    beta_c = 1 / (1 + c1 * ((1 - fraction) ** c2 - 1))
    mix = 1 / (1 + (k * horizon / 5.4) ** 4)
    cold = mix * _pressureless(k, k_equal, 1.0, beta_c) + (1 - mix) * _pressureless(k, k_equal, alpha_c, beta_c)

    # Baryons (equations 13–15 and 21–24).
    y = (1 + z_equal) / (1 + z_drag)
    g = y * (-6 * math.sqrt(1 + y) + (2 + 3 * y) * math.log((math.sqrt(1 + y) + 1) / (math.sqrt(1 + y) - 1)))
    alpha_b = 2.07 * k_equal * horizon * (1 + r_drag) ** -0.75 * g
    beta_b = 0.5 + fraction + (3 - 2 * fraction) * math.sqrt((17.2 * total) ** 2 + 1)
    node = 8.41 * total**0.435
    shifted = k * horizon / (1 + (node / (k * horizon)) ** 3) ** (1 / 3)
    damped = alpha_b / (1 + (beta_b / (k * horizon)) ** 3) * np.exp(-((k / k_silk) ** 1.4))
    undamped = _pressureless(k, k_equal, 1.0, 1.0) / (1 + (k * horizon / 5.2) ** 2)
    baryonic = (undamped + damped) * np.sinc(shifted / math.pi)
    return np.asarray(fraction * baryonic + (1 - fraction) * cold)


def _pressureless(k: Array, k_equal: float, alpha: float, beta: float) -> Array:
    """T̃₀ of equations 10, 19 and 20; k in 1/Mpc."""
    q = k / (13.41 * k_equal)
    log = np.log(math.e + 1.8 * beta * q)
    return np.asarray(log / (log + (14.2 / alpha + 386 / (1 + 69.9 * q**1.08)) * q**2))
