"""A process that decides one share: `python -m app.commands.backtest.worker`, a task on its standard input.

It writes a line a portion, `{"done": rows}`, and at the end what the share came to. It ends when nobody reads it.
"""

import asyncio
import gc
import os
import sys
import time
from typing import Final

from msgspec import json, msgpack

from app.commands.backtest.deciding import Task, decide_share

# Tills come first where they share the machine.
NICENESS: Final = 10
A_LINE_S: Final = 0.2


def main() -> None:
    """Read a task, decide it, write what it came to."""
    os.nice(NICENESS)
    # What was imported lives for ever, and what a group leaves behind has no cycles: now and then is enough.
    gc.freeze()
    gc.disable()
    task = msgpack.decode(sys.stdin.buffer.read(), type=Task)
    told = [0, 0.0]

    def progress(rows: int) -> None:
        told[0] += rows
        if time.monotonic() - told[1] >= A_LINE_S:
            told[1] = time.monotonic()
            _write({"done": told[0]})

    share = asyncio.run(decide_share(task, progress))
    _write({"done": told[0], "share": share})


def _write(line: dict[str, object]) -> None:
    sys.stdout.buffer.write(json.encode(line) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
