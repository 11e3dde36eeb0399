# make setup | demo | test | check | bench | scaling | agreement | digits | fuzz | mutations
# What is missing is installed first: system packages as root (others are told the command), Python's into .venv.
SHELL := /bin/bash
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
PEERS := build/peers
HALOTOOLS := build/halotools
PIP := $(BIN)/python -m pip --disable-pip-version-check
# vispy draws through a real window system: Qt's "offscreen" platform has no OpenGL.
SCREEN := $(shell command -v xvfb-run >/dev/null || test "$$(uname)" = Linux && \
	echo 'env -u WAYLAND_DISPLAY QT_QPA_PLATFORM=xcb xvfb-run -a -s "-screen 0 1920x1200x24"')
# torch's spinning threads starve each other where anything else runs.
export OMP_WAIT_POLICY := PASSIVE

.PHONY: setup demo test check bench scaling agreement digits fuzz mutations

setup: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml constraints.txt tools/install-system-packages
	@test -n "$(PYTHON)" || { echo "Halograph needs Python 3.11 or newer: install it, or say make PYTHON=/path/to/python" >&2; exit 1; }
	PYTHON="$(PYTHON)" tools/install-system-packages
	$(BIN)/python -m pip --version >/dev/null 2>&1 || "$(PYTHON)" -m venv --clear $(VENV)
	$(PIP) install --constraint constraints.txt torch hatchling editables
	$(PIP) install --constraint constraints.txt --no-build-isolation --editable '.[dev]'
	$(BIN)/python -m compileall -q app backends widgets resources
	$(BIN)/python -m backends.warm
	touch $@

demo: setup
	@if bash -c "ulimit -c 0; $(BIN)/python -c 'from PyQt6.QtGui import QGuiApplication as A; A([])' || exit 1" >/dev/null 2>&1; then \
		$(BIN)/halograph demo; \
	else \
		$(SCREEN) $(BIN)/halograph demo --temp-profile --screenshot demo.png && \
		echo "There is no display here, so the window was opened on a virtual screen: see demo.png"; \
	fi

test: setup
	$(SCREEN) $(BIN)/python -m pytest

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict
	$(BIN)/lint-imports

# The peers have an environment of their own, which sees .venv: what they bring never reaches the application. They are
# built here, against its numpy; a wheel from an older build would not load. yt's halo finder wants a newer Cython than
# Pylians does: it is built apart from the others.
$(PEERS)/.installed: $(VENV)/.installed
	PYTHON="$(PYTHON)" tools/install-system-packages build-essential libgsl-dev
	$(BIN)/python -m venv --clear $(PEERS)
	echo "import site; site.addsitedir('$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')')" \
		> "$$($(PEERS)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/halograph-environment.pth"
	$(PEERS)/bin/python -m pip install --constraint constraints.txt cython setuptools wheel
	$(PEERS)/bin/python -m pip install --no-cache-dir --constraint constraints.txt --no-build-isolation --editable '.[peers]'
	$(PEERS)/bin/python -m pip install --no-cache-dir --constraint constraints.txt --no-deps yt_astro_analysis
	touch $@

# halotools' wheels want an older numpy, and from its source it is ten minutes of compiling.
$(HALOTOOLS)/.installed: $(VENV)/.installed
	$(BIN)/python -m venv --clear $(HALOTOOLS)
	$(HALOTOOLS)/bin/python -m pip install --only-binary :all: \
		halotools==0.8.2 numpy==1.26.4 scipy==1.11.4 astropy==6.1.7 h5py==3.11.0 \
		|| $(HALOTOOLS)/bin/python -m pip install halotools==0.9.4
	touch $@

bench: $(PEERS)/.installed
	@set -e; for script in tests/bench/*.py; do echo "== $$script"; $(PEERS)/bin/python "$$script"; done

# How the cost of every statistic grows to 512³: docs/scaling.md is made anew, in an hour or less; takes 16 GB of memory.
scaling: setup
	$(BIN)/python tests/bench/bench_scaling.py --write --cells 64 128 256 512 --particles 64 128 256 512

# Every real file beside an independent reader: docs/agreement.md is made anew.
agreement: $(PEERS)/.installed
	$(PEERS)/bin/python tests/agreement/tabulate.py

# Every statistic beside closed forms and other packages: docs/digits.md is made anew.
digits: $(PEERS)/.installed $(HALOTOOLS)/.installed
	$(PEERS)/bin/python tests/agreement/digits/tabulate.py

# A hundred thousand damaged files, over every parser: an hour or two.
fuzz: setup
	$(BIN)/python tests/fuzz/many.py

# Faults put into copies of the code, each of which the tests must notice.
mutations: setup
	$(BIN)/python tests/mutations/kill.py
