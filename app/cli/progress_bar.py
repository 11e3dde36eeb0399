"""A progress bar on a terminal, and nothing in a pipe."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from backends.progress import Progress, silent


@contextmanager
def progress_bar(title: str) -> Iterator[Progress]:
    """Yield a progress that draws a bar on stderr where that is a terminal."""
    if not sys.stderr.isatty():
        yield silent
        return
    from tqdm import tqdm

    # tqdm draws nothing on a terminal that does not say how large it is, as editors' and containers' do not.
    columns, rows = shutil.get_terminal_size()
    shape = "{desc} {bar:24} {percentage:3.0f} % {postfix}"
    with tqdm(total=100, desc=title, leave=False, ncols=columns, nrows=rows, bar_format=shape) as bar:

        def report(fraction: float, message: str = "") -> None:
            if message:
                bar.set_postfix_str(message[:50], refresh=False)
            ahead = 100 * min(fraction, 1.0) - bar.n
            bar.update(max(ahead, 0.0))

        yield report
