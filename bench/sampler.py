"""`python -m bench.sampler FILE MODULE …`: runs a module and notes every millisecond of CPU where it stands.

A tracing profiler makes small Python functions look twice as dear as they are and counts waiting as work. The timer of
this one runs only while the process computes; time in C counts for the Python function that called it.
"""

import atexit
import json
import runpy
import signal
import sys
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Final

PROJECT: Final = Path(__file__).parents[1]
INTERVAL_S: Final = 0.001
DEPTH_MAX: Final = 60

_stacks: Counter[tuple[str, ...]] = Counter()


def _note(_number: int, frame: FrameType | None) -> None:
    stack: list[str] = []
    while frame is not None and len(stack) < DEPTH_MAX:
        code = frame.f_code
        stack.append(f"{_short(code.co_filename)}:{code.co_name}")
        frame = frame.f_back
    _stacks[tuple(stack)] += 1


def _short(path: str) -> str:
    """The path from the package on."""
    parts = Path(path).parts
    if "site-packages" in parts:
        return "/".join(parts[parts.index("site-packages") + 1 :])
    if path.startswith(str(PROJECT)):
        return str(Path(path).relative_to(PROJECT))
    return "/".join(parts[-2:])


def _write(path: Path) -> None:
    signal.setitimer(signal.ITIMER_PROF, 0)
    path.write_text(json.dumps([[count, stack] for stack, count in _stacks.most_common()]))


def main() -> None:
    """Sample from SIGUSR1 on, so that what is measured can be prepared in peace."""
    path, module = Path(sys.argv[1]), sys.argv[2]
    sys.argv = sys.argv[2:]
    atexit.register(_write, path)
    signal.signal(signal.SIGPROF, _note)
    signal.signal(signal.SIGUSR1, lambda *_: signal.setitimer(signal.ITIMER_PROF, INTERVAL_S, INTERVAL_S))
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
