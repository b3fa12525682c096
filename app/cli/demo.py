"""The demo programme of `rung serve`: a café in Ho Chi Minh City with five members, made through the HTTP API."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from app.cli.api import Api, ApiError
from app.cli.home import PROJECT, prepare

RULEBOOK: Final = PROJECT / "examples" / "cafe.rulebook.json"
PROGRAM: Final = {
    "name": "Cà phê Sông Hàn",
    "currency": "VND",
    "zone": "Asia/Ho_Chi_Minh",
    "locale": "vi",
    "sandbox": False,
}
LATTE: Final = {"sku": "latte-l", "category": "coffee", "quantity": "1", "amount": 55000}
BLACK: Final = {"sku": "ca-phe-den", "category": "coffee", "quantity": "1", "amount": 29000}
TEA: Final = {"sku": "tra-dao", "category": "tea", "quantity": "1", "amount": 45000}
CAKE: Final = {"sku": "banh-flan", "category": "cake", "quantity": "1", "amount": 35000}
BEANS: Final = {"sku": "hat-robusta-1kg", "category": "beans", "quantity": "1", "amount": 320000}


@dataclass(frozen=True, slots=True, kw_only=True)
class Regular:
    """A member, and what they have bought so far."""

    card: str
    name: str
    baskets: tuple[tuple[Mapping[str, Any], ...], ...]


REGULARS: Final = (
    Regular(card="2900000000017", name="Nguyễn Thị Lan", baskets=((LATTE, CAKE), (BEANS, BLACK), (BEANS, LATTE, TEA))),
    Regular(card="2900000000024", name="Trần Văn Minh", baskets=((BLACK,), (BLACK, CAKE))),
    Regular(card="2900000000031", name="Lê Hoàng Phúc", baskets=((TEA, TEA, CAKE), (LATTE,))),
    Regular(card="2900000000048", name="Phạm Thu Hà", baskets=((BEANS, BEANS), (LATTE, LATTE), (TEA,))),
    Regular(card="2900000000055", name="Võ Đức Anh", baskets=((LATTE,),)),
)
# The one whom the printed commands are about: enough points for the redemption, whatever day it is.
PATRON: Final = REGULARS[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """The programme with its keys, which the service showed once."""

    program: str
    pos_key: str
    manager_key: str

    def told(self, base_url: str) -> str:
        """What a newcomer needs: the keys, and three commands that work as pasted, however often."""
        return f"""
{PROGRAM["name"]} is there to try things with: {len(REGULARS)} members, {PATRON.name} has card {PATRON.card}.
program: {self.program}
pos key: {self.pos_key}
manager key: {self.manager_key}

Earn (pasted twice, the same purchase is answered again: the Idempotency-Key is its name):
{_curl(self.pos_key, f"{base_url}/v1/purchases", "till-7-receipt-4711", _earn())}

Balance:
{_curl(self.pos_key, f"{base_url}/v1/members/card:{PATRON.card}/balance")}

Redeem 100 points for 10 000 ₫ off:
{_curl(self.pos_key, f"{base_url}/v1/redemptions", "till-7-voucher-815", _redeem())}
"""


def ensure_demo(base_url: str, operator_token: str, home: Path) -> Demo:
    """The demo programme, made unless it is there. Its keys are kept in the home, readable by its owner only.

    A start that was cut short is completed by the next: every step has an idempotency key of its own.
    """
    path = home / "demo.json"
    known = Demo(**json.loads(path.read_bytes())) if path.exists() else None
    if known is not None and _works(base_url, known):
        return known
    with Api(base_url, operator_token) as operator:
        program = operator.post("/v1/programs", PROGRAM, key="demo-programme")["id"]
        # A key is shown once. One that was lost on the way stays behind, and a new one is made.
        made = {
            scope: operator.post(
                f"/v1/programs/{program}/keys",
                {"source": "till", "name": f"Demo, {scope}", "scopes": [scope]},
                key=f"demo-{scope}-{os.urandom(12).hex()}",
            )["key"]
            for scope in ("pos", "manager")
        }
    demo = Demo(program=program, pos_key=made["pos"], manager_key=made["manager"])
    _fill(base_url, demo)
    _keep(path, demo)
    return demo


def _fill(base_url: str, demo: Demo) -> None:
    with Api(base_url, demo.manager_key) as manager:
        if not manager.get("/v1/rulebooks")["data"]:
            manager.post("/v1/rulebooks", {"document": json.loads(RULEBOOK.read_bytes())}, key="demo-rulebook")
    with Api(base_url, demo.pos_key) as till:
        for regular in REGULARS:
            enrolment = {"card": regular.card, "name": regular.name, "language": "vi"}
            till.post("/v1/members", enrolment, key=f"demo-enrol-{regular.card}")
            for number, lines in enumerate(regular.baskets, start=1):
                till.post("/v1/purchases", _basket(regular, lines), key=f"demo-purchase-{regular.card}-{number}")


def _basket(regular: Regular, lines: tuple[Mapping[str, Any], ...]) -> dict[str, Any]:
    return {"member": f"card:{regular.card}", "currency": "VND", "lines": [dict(line) for line in lines], "store": "D1"}


def _works(base_url: str, demo: Demo) -> bool:
    """False when the database is another one than the keys were made for."""
    try:
        with Api(base_url, demo.manager_key) as manager:
            return bool(manager.get("/v1/program")["id"] == demo.program)
    except ApiError:
        return False


def _keep(path: Path, demo: Demo) -> None:
    prepare(path.parent)
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        json.dump(asdict(demo), file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def _earn() -> dict[str, Any]:
    return {**_basket(PATRON, (LATTE, CAKE)), "till": "7"}


def _redeem() -> dict[str, Any]:
    return {"member": f"card:{PATRON.card}", "points": 100}


def _curl(key: str, url: str, idempotency_key: str | None = None, body: Mapping[str, Any] | None = None) -> str:
    """A command for a POSIX shell. Nothing in it needs escaping: no quote, no dollar."""
    command = f"curl -s {url} \\\n  -H 'Authorization: Bearer {key}'"
    if idempotency_key is not None:
        command += f" \\\n  -H 'Content-Type: application/json' -H 'Idempotency-Key: {idempotency_key}'"
    if body is not None:
        command += f" \\\n  -d '{json.dumps(body)}'"
    return command
