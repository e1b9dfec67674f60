"""What a child process of the supervisor does about its parent: it never outlives it."""

import ctypes
import os
import signal
import sys

import click

_PR_SET_PDEATHSIG = 1  # linux/prctl.h

parent_option = click.option("--parent", type=int, default=0, hidden=True, help="End when this process ends.")


def end_with(parent: int) -> None:
    """Have the kernel send us SIGTERM when the parent dies; raises SystemExit where it is dead already."""
    if not parent:
        return
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        raise SystemExit(0)
