"""`rung audit` from outside: what it prints, and the exit code by which a script knows."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from app.cli.cluster import Cluster, Urls
from app.engine import typeids
from app.engine.commands import Purchase
from tests.commands.shops import opened, process
from tests.engine.builders import basket
from tests.live import environment


def rung_audit(*arguments: str, home: Path, url: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app.cli", "audit", *arguments],
        env=environment(home) | ({"DATABASE_URL": url} if url else {}),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


async def fill(url: str) -> tuple[UUID, UUID]:
    async with process(url) as worker:
        shop = await opened(worker)
        await shop.must(shop.members[0], Purchase(basket=basket(100)))
        return shop.program.id, shop.members[0]


async def tamper(url: str) -> None:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        await connection.execute("UPDATE lots SET remaining = 99, used = 1")
    finally:
        await connection.close()


def test_says_what_it_found_and_where(database: Urls, tmp_path: Path) -> None:
    program_id, member = asyncio.run(fill(database.app))
    program, owner = typeids.encode("prg", program_id), typeids.encode("mbr", member)
    clean = rung_audit("--json", "--program", program, home=tmp_path, url=database.app)
    assert clean.returncode == 0, clean.stderr
    told = json.loads(clean.stdout)
    assert told["clean"] is True
    assert told["programs"][0]["program_id"] == program
    assert told["programs"][0]["totals"] == {"accrual": {"points": 100, "entries": 1}}
    asyncio.run(tamper(database.owner))
    found = rung_audit("--json", home=tmp_path, url=database.app)
    assert found.returncode == 1
    assert json.loads(found.stdout)["programs"][0]["failures"] == {"balances": 1, "fold": 2}
    assert f"{owner} lots number 1: remaining is 99, the journal says 100" in found.stderr
    assert "✓ the chain of hashes holds" in found.stderr


@pytest.mark.parametrize(
    "arguments", [("--program", "prg_nonsense"), ("--program", typeids.encode("prg", UUID(int=5)))]
)
def test_a_programme_that_is_not_there_is_no_clean_audit(
    database: Urls, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    done = rung_audit(*arguments, home=tmp_path, url=database.app)
    assert (done.returncode, done.stdout) == (2, "")
    assert arguments[1] in done.stderr


def test_no_database_is_no_clean_audit(tmp_path: Path) -> None:
    for url in ("postgresql+asyncpg://nobody@127.0.0.1:1/none", None):
        done = rung_audit(home=tmp_path / "nothing", url=url)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.strip().startswith("error: ")


def test_an_audit_that_breaks_off_is_no_finding(postgres: Cluster, tmp_path: Path) -> None:
    """A database without our tables."""
    done = rung_audit(home=tmp_path, url=postgres.app_url)
    assert (done.returncode, done.stdout) == (2, "")
    assert "The audit broke off" in done.stderr
