"""A service that is killed and started again, a programme in it, and its audit."""

import asyncio
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from tests import live


@dataclass
class Target:
    """What is killed and started again."""

    home: Path
    service: live.Live

    def kill_service(self) -> None:
        """PostgreSQL hears of its owner's death and ends in order."""
        self.service.process.kill()

    def kill_postgres(self) -> None:
        """All of its processes at once, so that nothing is written any more that was not written before."""
        postmaster = psutil.Process(int((self.home / "data" / "postmaster.pid").read_text().split()[0]))
        doomed = [postmaster, *postmaster.children(recursive=True)]
        for process in doomed:
            process.suspend()
        for process in doomed:
            process.kill()

    def kill_both(self) -> None:
        self.kill_postgres()
        self.kill_service()

    async def end(self) -> None:
        """In order, as Ctrl-C does."""
        self.service.process.send_signal(signal.SIGINT)
        await asyncio.to_thread(self.service.process.communicate)

    async def start_again(self) -> None:
        """Once the old one has ended."""
        await asyncio.to_thread(self.service.process.communicate)
        self.service = await asyncio.to_thread(live.start, self.home)


async def shop_of(service: live.Live, rulebook: object) -> str:
    """A programme under a rulebook; the key of its tills, which may do what managers do."""
    async with httpx.AsyncClient(base_url=service.url, timeout=30, trust_env=False) as client:

        async def made(path: str, body: object, token: str) -> dict[str, str]:
            headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"crash{path}"}
            answer = await client.post(path, json=body, headers=headers)
            assert answer.status_code == 201, answer.text
            found: dict[str, str] = answer.json()
            return found

        operator = service.secrets["OPERATOR_TOKEN"]
        asked = {"name": "Shop", "currency": "VND", "zone": "Asia/Ho_Chi_Minh", "locale": "vi", "sandbox": True}
        program = await made("/v1/programs", asked, operator)
        scopes = {"source": "tills", "name": "all", "scopes": ["pos", "manager"]}
        key = (await made(f"/v1/programs/{program['id']}/keys", scopes, operator))["key"]
        await made("/v1/rulebooks", {"document": rulebook}, key)
    return key


def audit(home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app.cli", "audit"],
        env=live.environment(home),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
