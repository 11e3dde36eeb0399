"""How every script that redraws a figure begins: what it is, and what it imports."""

from __future__ import annotations

HEAD = '''\
"""{title}, drawn from {table}; written by Halograph. It needs numpy and matplotlib:

    python {name}
"""

import csv
import itertools
from pathlib import Path

import matplotlib

matplotlib.use("agg")
import matplotlib.pyplot as plt
import numpy as np
'''
