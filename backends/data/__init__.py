"""The central types: frozen dataclasses, converted once in the readers.

Units everywhere: comoving Mpc/h, h/Mpc, Msun/h, peculiar km/s, density in units of the mean.
"""
