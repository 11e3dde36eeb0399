"""As many damaged files as wanted, over every parser: ``make fuzz``, or ``python tests/fuzz/many.py [100000]``.

Rounds of one case for each kind of damage and each format, from seeds that the tests do not use: what they hold to is
what the tests beside hold to. A case that ends in anything but an answer or one of Halograph's own messages, or takes
more than half a minute, is printed with its name and its seed, and the exit status is 1.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

import test_amr_fuzz as amr
import test_asdf_fuzz as asdf
import test_bigfile_fuzz as bigfile
import test_binary_fuzz as binary
import test_genericio_fuzz as genericio
import test_readers_fuzz as readers
from damage import write_content
from format_samples import MAKERS, sound_content

from backends.data.facts import Facts

CASES, FIRST, SECONDS = 100_000, 1_000_000, 30
EXTREME = (0, 1, 255, 2**15, 2**16, 2**31 - 1, 2**31, 2**32 - 1, 2**40, 10**15, 2**62, 2**63 - 1, 2**64 - 1)


class Hang(BaseException):
    """Raised in the midst of a case that takes too long; no reader catches it."""


def damaged(whole: dict[str, bytes], rng: np.random.Generator) -> dict[str, bytes]:
    """Cut, flip, overwrite with extreme counts or noise, repeat or take out pieces of one file or two."""
    content = dict(whole)
    for _ in range(int(rng.integers(1, 3))):
        name = sorted(content)[int(rng.integers(len(content)))]
        data = bytearray(content[name])
        if len(data) < 16:
            continue
        near = min(len(data), 2048) if rng.random() < 0.6 else len(data)
        place, other = int(rng.integers(near)), int(rng.integers(len(data)))
        match int(rng.integers(6)):
            case 0:
                data = data[:other]
            case 1:
                data[place] = int(rng.integers(256))
            case 2:
                width = int(rng.choice([2, 4, 8]))
                place = min(place // 4 * 4, len(data) - width)
                value = EXTREME[int(rng.integers(len(EXTREME)))] % (1 << 8 * width)
                data[place : place + width] = value.to_bytes(width, "little" if rng.integers(2) else "big")
            case 3:
                data[place:place] = data[other : other + int(rng.integers(1, 200))]
            case 4:
                del data[other : other + int(rng.integers(1, 256))]
            case _:
                length = int(rng.integers(1, 64))
                data[place : place + length] = rng.bytes(length)
        content[name] = bytes(data)
    return content


def swallowed(folder: Path, content: dict[str, bytes], swallow: Callable[[Path], object]) -> None:
    write_content(folder / "sample", content)
    if (folder / "sample").exists():
        swallow(folder / "sample")


def of_mesh(folder: Path, name: str, seed: int) -> None:
    swallowed(folder, amr.damaged(sound_content(name), np.random.default_rng(seed)), amr.swallow)


def of_binary(folder: Path, kind: str, seed: int) -> None:
    told = Facts(box_size=50.0) if seed % 2 else Facts()
    swallowed(folder, binary.damaged(kind, seed), lambda path: binary.swallow(path, told))


def of_bigfile(folder: Path, kind: str, seed: int) -> None:
    swallowed(folder, bigfile.damaged(seed), bigfile.swallow)


def of_genericio(folder: Path, kind: str, seed: int) -> None:
    swallowed(folder, {"": genericio.damaged(seed)}, genericio.swallow)


def of_summed(folder: Path, kind: str, seed: int) -> None:
    (folder / kind).mkdir(exist_ok=True)
    asdf.run(kind, 1, seed, folder / kind)


def of_any(folder: Path, name: str, seed: int) -> None:
    swallowed(folder, damaged(sound_content(name), np.random.default_rng(seed)), readers.swallow)


KINDS: dict[Callable[[Path, str, int], None], tuple[str, ...]] = {
    of_mesh: amr.NAMES,
    of_binary: tuple(binary.KINDS),
    of_bigfile: ("",),
    of_genericio: ("",),
    of_summed: asdf.FILES,
    of_any: tuple(sorted(MAKERS)),
}
"""Ways to damage files, and the formats or kinds of file that each is for."""


def stop(*_: object) -> None:
    raise Hang


def main(count: int) -> int:
    """Try so many cases; returns how many ended as they must not."""
    signal.signal(signal.SIGALRM, stop)
    wrong = done = 0
    began = time.perf_counter()
    with TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as folder:
        ways = [(way, kind) for way, kinds in KINDS.items() for kind in kinds]
        for number in range(count):
            (way, kind), seed = ways[number % len(ways)], FIRST + number // len(ways)
            signal.alarm(SECONDS)
            try:
                way(Path(folder), kind, seed)
            except (Exception, Hang):  # noqa: BLE001 - whatever comes out is what is looked for
                wrong += 1
                print(f"{way.__name__} {kind}, seed {seed}:\n{traceback.format_exc()}", flush=True)
            finally:
                signal.alarm(0)
            done += 1
            if done % 1000 == 0 or done == count:
                print(f"{done} cases, {wrong} wrong, {time.perf_counter() - began:.0f} s", flush=True)
    return wrong


if __name__ == "__main__":
    faulthandler.enable()
    warnings.simplefilter("ignore")
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else CASES) > 0)
