"""The most memory this process ever held; Linux says it."""

from pathlib import Path


def peak_mb() -> float:
    """MB. What getrusage tells includes the process this one was forked from: a whole test run, say."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    (line,) = (line for line in lines if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024
