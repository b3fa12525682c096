"""What the service says about a household beside what the oracle says.

By hand, after a full replay: python -m tests.grocery.comparison prg_… 300
"""

import json
import os
import sys
import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from app.cli.api import Api
from app.cli.grocery.totals import entries_of
from app.cli.home import default_home, known_secret
from tests.grocery import oracle

LAST, END = date(2017, 12, 31), date(2018, 2, 1)


def expected(
    households: Sequence[int], chosen: Sequence[int], *, refund_every: int = 500, redeem_every: int = 3, end: date = END
) -> dict[int, dict[str, Any]]:
    """The oracle's word on the chosen ones among the households of a replay."""
    bought: dict[int, list[oracle.Bought]] = defaultdict(list)
    for basket in oracle.baskets(chosen):
        bought[basket.household].append(basket)
    places = {household: place for place, household in enumerate(sorted(households))}
    told = {}
    for household in chosen:
        found = oracle.year(
            bought[household],
            redeems=places[household] % redeem_every == 0,
            refunds=lambda basket: basket.number % refund_every == 0,
            last=LAST,
            end=end,
        )
        told[household] = {
            "accrual": found.issued,
            "redemption": -found.redeemed,
            "expiry": -found.expired,
            "reversal": -found.reversed,
            "points": found.available,
            "debt": found.debt,
            "tier": found.tier,
            "awards": sorted((basket.at, found.granted[basket.id][1]) for basket in bought[household]),
        }
    return told


def actual(api: Api, members: Mapping[int, str], household: int) -> dict[str, Any]:
    """The service's."""
    member = members[household]
    balance, tier = api.get(f"/v1/members/{member}/balance"), api.get(f"/v1/members/{member}/tier")
    entries = entries_of(api, member)
    moved: Counter[str] = Counter()
    for entry in entries:
        moved[entry["kind"]] += entry["points"]
    awards = [(datetime.fromisoformat(e["effective_at"]), e["points"]) for e in entries if e["kind"] == "accrual"]
    return {
        **{kind: moved[kind] for kind in ("accrual", "redemption", "expiry", "reversal")},
        "points": balance["points"],
        "debt": balance["debt"],
        "tier": tier["tier"]["level"],
        "awards": sorted(awards),
    }


def differences(told: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """Where the two disagree: what was expected, and what was found. A basket that earned nothing has no entry."""
    own = {name: (told[name], found[name]) for name in told if name != "awards" and told[name] != found[name]}
    expected_awards, found_awards = (
        Counter((at, points) for at, points in told["awards"] if points),
        Counter(found["awards"]),
    )
    for at, points in expected_awards - found_awards:
        own[f"award of {at}"] = (points, None)
    for at, points in found_awards - expected_awards:
        own[f"entry of {at}"] = (None, points)
    return own


def main() -> None:
    """Compare so many households of a full replay with the oracle."""
    program, count = sys.argv[1], int(sys.argv[2])
    url = os.environ.get("RUNG_URL", "http://127.0.0.1:8000")
    token = os.environ.get("RUNG_OPERATOR_TOKEN") or known_secret(default_home(), "operator")
    assert token is not None
    with Api(url, token) as operator:
        wanted = {"source": "tills", "name": "comparison", "scopes": ["pos"]}
        key = operator.post(f"/v1/programs/{program}/keys", wanted, key=str(uuid.uuid4()))["key"]
    everyone = sorted({basket.household for basket in oracle.baskets()})
    chosen = [everyone[place * len(everyone) // count] for place in range(count)]
    told = expected(everyone, chosen)
    wrong = 0
    with Api(url, key) as api:
        members = {household: f"ext:{household}" for household in chosen}
        for household in chosen:
            found = differences(told[household], actual(api, members, household))
            wrong += bool(found)
            if found:
                sys.stdout.write(f"{household} {json.dumps(found)}\n")
    sys.stdout.write(
        f"{len(chosen)} households, {sum(len(each['awards']) for each in told.values())} baskets: {wrong} differ\n"
    )


if __name__ == "__main__":
    main()
