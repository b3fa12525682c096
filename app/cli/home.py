"""The data folder (`.rung/`): where it is, who uses it now, and the secrets that were made for it."""

import fcntl
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from app.cli.errors import CommandError

PROJECT = Path(__file__).resolve().parents[2]


class HomeInUseError(CommandError):
    """Another process of ours works with this data folder."""

    def __init__(self, home: Path, owner: str) -> None:
        super().__init__(
            f"{home} is in use by process {owner}. Stop that one first, or set RUNG_HOME to another folder."
        )
        self.home = home
        self.owner = owner


@dataclass(frozen=True, slots=True)
class HomeLock:
    """Ownership of a data folder. The kernel takes it back when the process ends, however it ends."""

    file: IO[str]

    def release(self) -> None:
        self.file.close()


def default_home() -> Path:
    """RUNG_HOME, or `.rung` in the project."""
    return Path(os.environ.get("RUNG_HOME") or PROJECT / ".rung").absolute()


def prepare(home: Path) -> None:
    """Makes the folder; for root passable but not listable, as PostgreSQL runs as another user and lives inside."""
    home.mkdir(parents=True, exist_ok=True)
    if home.stat().st_uid == os.geteuid():
        home.chmod(0o711 if os.geteuid() == 0 else 0o700)


def lock(home: Path) -> HomeLock:
    """Claims the folder for this process, or raises HomeInUseError with the process that has it."""
    prepare(home)
    file = (home / "lock").open("a+", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        owner = file.read().strip() or "unknown"
        file.close()
        raise HomeInUseError(home, owner) from None
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return HomeLock(file=file)


def is_locked(home: Path) -> bool:
    """True while some process, perhaps this one, owns the folder."""
    if not (home / "lock").exists():
        return False
    try:
        lock(home).release()
    except HomeInUseError:
        return True
    return False


def known_secret(home: Path, name: str) -> str | None:
    """The secret of this name, or None if none was made yet."""
    path = home / "secrets.json"
    if not path.exists():
        return None
    values: dict[str, str] = json.loads(path.read_text(encoding="ascii"))
    return values.get(name)


def secret(home: Path, name: str) -> str:
    """The secret of this name, made at first use: 192 random bits in digits that need no escaping anywhere."""
    found = known_secret(home, name)
    if found is not None:
        return found
    prepare(home)
    path = home / "secrets.json"
    values: dict[str, str] = json.loads(path.read_text(encoding="ascii")) if path.exists() else {}
    values[name] = secrets.token_hex(24)
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        json.dump(values, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    return values[name]
