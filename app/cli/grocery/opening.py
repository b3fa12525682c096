"""The programme of the replay: made anew each time, with its rulebook, a key, and every household enrolled."""

import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any, Final, TypeVar

from app.cli.api import Api
from app.cli.grocery.journey import CURRENCY, ZONE, Journey
from app.cli.grocery.policy import START
from app.cli.home import PROJECT

CONNECTIONS: Final = 4
RULEBOOK: Final = PROJECT / "examples" / "grocery.rulebook.json"
# The one thing that the data know of people and that a rulebook may ask.
SIZE: Final = "household_size"

Item = TypeVar("Item")
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """Where the replay happens. `members` are the ids of the households' accounts, in the order of the households."""

    id: str
    api: Api
    document: dict[str, Any]
    members: dict[int, str]


def open_programme(operator: Api, url: str, journey: Journey, document: Any, enrolled: Callable[[], None]) -> Programme:
    """Make a sandbox programme under a rulebook, whose clock stands at the start of the year.

    `enrolled` is called for each household.
    """
    start = rfc3339(datetime.combine(START, time(), ZONE))
    made = operator.post(
        "/v1/programs",
        {
            "name": f"Complete Journey, replayed {datetime.now(UTC):%Y-%m-%d %H:%M}",
            "currency": CURRENCY,
            "zone": ZONE.key,
            "locale": "en",
            "sandbox": True,
            "test_clock": start,
        },
        key=str(uuid.uuid4()),
    )
    wanted = {"source": "tills", "name": "replay", "scopes": ["pos", "manager"]}
    key = operator.post(f"/v1/programs/{made['id']}/keys", wanted, key=str(uuid.uuid4()))
    api = Api(url, key["key"], connections=CONNECTIONS)
    api.post("/v1/rulebooks", {"document": document, "effective_at": start}, key="rulebook-1")

    asks_size = SIZE in {attribute["id"] for attribute in document.get("attributes", ())}

    def enrol(household: int) -> str:
        size = journey.sizes.get(household) if asks_size else None
        told = {} if size is None else {"attributes": {SIZE: str(size)}}
        answer = api.post("/v1/members", {"external_id": str(household), **told}, key=f"enrol-{household:05}")
        enrolled()
        return str(answer["id"])

    members = dict(zip(journey.households, at_once(enrol, journey.households), strict=True))
    return Programme(id=made["id"], api=api, document=document, members=members)


def at_once(work: Callable[[Item], Found], items: Iterable[Item]) -> list[Found]:
    """The work on each item, on a few connections, in order. The first failure ends it."""
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        try:
            return list(threads.map(work, items))
        except BaseException:
            threads.shutdown(wait=False, cancel_futures=True)
            raise


def rfc3339(at: datetime) -> str:
    """An instant in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
