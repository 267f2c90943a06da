"""First code in a function's process: ties its life to the service's, then runs AWS's runtime client.

Started as a script with -S -P in the function's clean environment, so it may import the standard library only.
In: the handler's name; stdin, a pipe whose other end the service holds open as long as it lives.
"""

import ctypes
import os
import runpy
import signal
import sys
import threading

PR_SET_PDEATHSIG = 1


def _die_with_the_service() -> None:
    if sys.platform == "linux":
        # Reaches even a handler that is stuck in C code and never lets another thread run.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    threading.Thread(target=_watch_the_pipe, name="parent-watch", daemon=True).start()


def _watch_the_pipe() -> None:
    # Covers other systems, and a parent that died before prctl was called.
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    _die_with_the_service()
    runpy.run_module("awslambdaric", run_name="__main__", alter_sys=True)
