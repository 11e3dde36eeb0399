"""Puts faults into copies of the code and asks the tests to find them: ``make mutations``.

    python tests/mutations/kill.py [WORDS …]

A mutant is a fault that a hand could make. The ``*.mutants`` beside this file name them: behind ``@`` a file and
the tests (under tests/unit) that must notice; then what is wrong, the text that stands there (-) and what stands
in its stead (+). Every one, or those whose fault or path holds one of the words, is applied to a copy of the tree in
a temporary folder, never to the tree itself; it is killed if its tests fail. Survivors end the run with 1.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
COPIED = ("app", "widgets", "backends", "resources", "tests", "pyproject.toml")
WORKERS = max(1, len(os.sched_getaffinity(0)) // 2)
LIMIT = 900.0
"""Seconds that a mutant may take: one that never ends is killed too."""
PASSED, FAILED = 0, 1


@dataclass(frozen=True)
class Mutant:
    """``old``, which stands once in the file at ``path``, becomes ``new``; ``tests`` are to fail."""

    fault: str
    path: str
    tests: tuple[str, ...]
    old: str
    new: str


def read(file: Path) -> Iterator[Mutant]:
    """Give the mutants of one file; every one must fit the code as it is now."""
    path, tests = "", ()
    for block in file.read_text(encoding="utf-8").strip().split("\n\n"):
        if block.startswith("#"):
            continue
        if block.startswith("@"):
            path, _, named = block[2:].partition(": ")
            tests = tuple(named.split())
            continue
        fault, *lines = block.splitlines()
        old, new = ("\n".join(line[2:] for line in lines if line[0] == sign) for sign in "-+")
        if (ROOT / path).read_text(encoding="utf-8").count(old) != 1:
            raise SystemExit(f"{path} does not hold {old!r} once: write the mutant {fault!r} anew")
        yield Mutant(fault, path, tests, old, new)


def main(words: Sequence[str]) -> int:
    known = [mutant for file in sorted(HERE.glob("*.mutants")) for mutant in read(file)]
    chosen = [m for m in known if not words or any(word in f"{m.fault} {m.path}" for word in words)]
    with TemporaryDirectory(prefix="mutants-") as folder:
        clean = Path(folder) / "clean"
        _copy(clean)
        tests = list(dict.fromkeys(test for mutant in chosen for test in mutant.tests))
        print(f"{len(chosen)} mutants; first the tests without any", flush=True)
        ended, said = _run(clean, tests)
        if ended != PASSED:
            raise SystemExit(f"the tests fail without a mutant:\n{said[-3000:]}")
        free: Queue[Path] = Queue()
        for number in range(WORKERS):
            free.put(Path(folder) / str(number))
            shutil.copytree(clean, Path(folder) / str(number))

        def survives(mutant: Mutant) -> bool:
            place = free.get()
            start = time.perf_counter()
            try:
                _apply(mutant, place)
                ended, said = _run(place, mutant.tests)
            finally:
                _restore(clean, place)
                free.put(place)
            if ended > FAILED:  # below zero the fault has crashed it: that is noticed, too
                raise SystemExit(f"pytest ended with {ended} for {mutant.fault!r}:\n{said[-3000:]}")
            word = "survived" if ended == PASSED else "killed"
            print(f"{word:9}{time.perf_counter() - start:6.1f} s  {mutant.path}: {mutant.fault}", flush=True)
            return ended == PASSED

        with ThreadPoolExecutor(WORKERS) as pool:
            survived = [mutant for mutant, lives in zip(chosen, pool.map(survives, chosen), strict=True) if lives]
    parts = Counter(str(Path(mutant.path).parent) for mutant in chosen)
    left = Counter(str(Path(mutant.path).parent) for mutant in survived)
    for name, total in parts.items():
        print(f"{name}: {total - left[name]} of {total} killed")
    print(f"{len(chosen) - len(survived)} of {len(chosen)} killed")
    for mutant in survived:
        print(f"survived: {mutant.path}: {mutant.fault}")
    return 1 if survived else 0


def _copy(target: Path) -> None:
    target.mkdir()
    for name in COPIED:
        source = ROOT / name
        # Times are kept, and numba's compiled functions with them, which know their sources by it.
        ignored = shutil.ignore_patterns("*.pyc", "failed", "bench")
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=ignored)
        else:
            shutil.copy2(source, target / name)


def _apply(mutant: Mutant, place: Path) -> None:
    changed = place / mutant.path
    text = changed.read_text(encoding="utf-8")
    changed.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
    package, _, module = mutant.path.removesuffix(".py").replace("/", ".").rpartition(".")
    imported = re.compile(rf"from {re.escape(package)}(\.{module} import| import .*\b{module}\b)")
    for file in (place / "backends").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        if file != changed and not imported.search(text):
            continue
        # A compiled function holds those that it calls: what imports the file is compiled anew as well.
        for compiled in (file.parent / "__pycache__").glob(f"{file.stem}.*"):
            compiled.unlink()
        # Without threads the compiler takes half as long, and the numbers are the same.
        if "parallel=True" in text:
            file.write_text(re.sub(r"parallel=True, |, parallel=True", "", text), encoding="utf-8")


def _restore(clean: Path, place: Path) -> None:
    shutil.rmtree(place / "backends")
    shutil.copytree(clean / "backends", place / "backends")


def _run(place: Path, tests: Sequence[str]) -> tuple[int, str]:
    """Return pytest's exit status on these tests in that copy, and what it said; what takes for ever has failed."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
    environment = {**os.environ, "PYTHONPATH": str(place), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        ended = subprocess.run(
            [*command, *(f"tests/unit/{test}" for test in tests)],
            cwd=place,
            env=environment,
            timeout=LIMIT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return FAILED, "no end"
    return ended.returncode, ended.stdout


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
