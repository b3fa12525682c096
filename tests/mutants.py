"""A sample of mutants: `make mutants N=200` breaks the engine in so many random places, one at a time.

There are ten thousand of them, and one that survives costs all tests that reach it; a sample tells the share.
"""

import os
import random
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Final

from app.cli.home import PROJECT

SEED: Final = 20261122
MUTANT: Final = re.compile(r"^\s*def (x\S*__mutmut_\d+)\(", re.MULTILINE)
SAID_MAX: Final = 4000
FOLDER: Final = PROJECT / "mutants"
# Makes all mutants and learns which test reaches what, on its way to very few of them.
FEW: Final = "app.engine.typeids.x_*"


def main() -> None:
    """Make the mutants, try a sample, and show what survived."""
    wanted = int(sys.argv[1])
    mutmut("run", "--max-children", str(os.cpu_count()), FEW)
    names = sorted(name for path in FOLDER.glob("app/engine/**/*.py") for name in named(path))
    # Chance, and no secret.
    sample = random.Random(SEED).sample(names, min(wanted, len(names)))  # noqa: S311
    said = mutmut("run", "--max-children", str(os.cpu_count()), *sample)
    tried = dict(re.findall(r"^\s*(\S+__mutmut_\d+): (.+)$", mutmut("results", "--all", "true"), re.MULTILINE))
    told = Counter(tried[name] for name in sample)
    if told["not checked"]:
        raise SystemExit(f"{said[-SAID_MAX:]}\n{told['not checked']} of {len(sample)} mutants were not tried.")
    for name in sample:
        if tried[name] == "survived":
            sys.stdout.write(f"\n{name}\n{mutmut('show', name)}")
    survived = told["survived"] / max(1, told["survived"] + told["killed"] + told["timeout"])
    sys.stdout.write(f"\n{len(names)} mutants, {len(sample)} tried: {dict(told)}; {survived:.1%} survived.\n")


def named(path: Path) -> list[str]:
    """The mutants in a file, by the names under which they are run."""
    module = ".".join(path.relative_to(FOLDER).with_suffix("").parts).removesuffix(".__init__")
    return [f"{module}.{name}" for name in MUTANT.findall(path.read_text(encoding="utf-8"))]


def mutmut(*arguments: str) -> str:
    """Run the tool; what it says, without its progress."""
    command = [str(Path(sys.executable).with_name("mutmut")), *arguments]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False).stdout


if __name__ == "__main__":
    main()
