"""Simulations that take a second: Gaussian initial conditions, Zel'dovich, 2LPT, particle mesh."""
