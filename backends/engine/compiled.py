"""What numba reads before its first compiled loop runs."""

from __future__ import annotations


def know_all() -> None:
    """Have numba import what it knows of Python, numpy and scipy: the first loop that is called would do it.

    That takes a fifth of a second of the interpreter, which a window that draws a first picture wants for itself.
    """
    from numba.core.compiler_lock import global_compiler_lock
    from numba.core.registry import cpu_target

    with global_compiler_lock:  # two threads that refresh at once fail
        cpu_target.typing_context.refresh()
        cpu_target.target_context.refresh()
