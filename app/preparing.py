"""What is imported beside the window's thread, and only when there is time: statistics, with them numba and scipy."""

from __future__ import annotations

from collections.abc import Callable

from app.loading import prepare
from app.tasks import Tasks
from backends.progress import Progress
from backends.statistics import registry

KEY = ("prepare", "statistics")


def are_ready(tasks: Tasks, then: Callable[[], None]) -> bool:
    """Whether statistics can be asked for at once; else they are imported, and ``then`` is called."""
    if registry().is_found:
        return True

    def work(progress: Progress) -> None:
        progress(0.0, "Getting the statistics ready")
        prepare()

    if KEY not in {task.key for task in tasks.running}:
        # After the first look at what was dropped, and before closer ones.
        tasks.start(KEY, "Statistics", work, lambda _: then(), lane="open", priority=15)
    return False
