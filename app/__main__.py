"""``halograph`` and ``python -m app``: the command line and, by it, the window."""

from __future__ import annotations

import sys

from app.cli import main

if __name__ == "__main__":
    sys.exit(main())
