"""The recipe of the demo study: how its networks are trained, measured and packed."""
