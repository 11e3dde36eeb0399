"""How much a file may ask for: sizes are judged before anything is allocated."""

from __future__ import annotations

import os
from pathlib import Path

from backends.errors import UnreadableFile

SHARE = 0.8
"""Of the memory that is free, the share that one data set may take."""

UNKNOWN_MEMORY = 8 << 30
"""Assumed free where the machine does not say."""


def available_memory() -> int:
    """Bytes that this process can still take, by the kernel, by its control group and by its own limit."""
    found = [_meminfo(), _control_group(), _address_space()]
    known = [size for size in found if size is not None]
    return min(known) if known else UNKNOWN_MEMORY


def require_memory(path: Path, n_bytes: int, what: str = "it") -> None:
    """Refuse what could not be held; raises ``UnreadableFile``."""
    free = available_memory()
    if n_bytes > SHARE * free:
        raise UnreadableFile(
            path,
            f"declares {human(n_bytes)} for {what}, and {human(free)} of memory are free",
            "If the file is sound, open it on a machine with more memory",
        )


def require_stored(path: Path, declared: int, stored: int, what: str) -> None:
    """Refuse an array that was declared and never written; raises ``UnreadableFile``."""
    if declared and not stored:
        raise UnreadableFile(path, f"declares {human(declared)} for {what} and holds none of it", "Write it again")


def human(n_bytes: float) -> str:
    """Write a number of bytes as people do."""
    for unit in ("B", "kB", "MB", "GB", "TB", "PB"):
        if n_bytes < 1000:
            return f"{n_bytes:.3g} {unit}"
        n_bytes /= 1000
    return f"{n_bytes:.3g} EB"


def _meminfo() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return _physical_memory()
    for line in lines:
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return _physical_memory()


def _physical_memory() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    except (AttributeError, ValueError, OSError):
        return None


def _control_group() -> int | None:
    folder = Path("/sys/fs/cgroup")
    try:
        limit = (folder / "memory.max").read_text(encoding="ascii").strip()
        used = int((folder / "memory.current").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    return None if limit == "max" else max(0, int(limit) - used)


def _address_space() -> int | None:
    """What ``ulimit -v`` leaves."""
    try:
        import resource

        limit = resource.getrlimit(resource.RLIMIT_AS)[0]
        used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    except (ImportError, OSError, ValueError, IndexError):
        return None
    return None if limit == resource.RLIM_INFINITY else max(0, limit - used)
