"""What a backtest tells: both sides of everything, and what it assumes. Plain values, ready to be JSON or a page."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from app.commands.backtest.run import Done
from app.commands.backtest.sums import EDGES, NEGATIVE, Difference, Paid, Side, Sums
from app.engine.calendar import local_day
from app.engine.rulebook.rounding import rounded
from app.repositories.instants import on
from app.repositories.programs import Program

HEADINGS: Final = ("issued", "redeemed", "expired", "reversed", "adjusted", "transferred")
# A point of this wallet is worth so many minor units, exactly: numerator and denominator.
Worth = Mapping[str, tuple[int, int]]
Report = dict[str, Any]


def report(done: Done, program: Program, worth: Worth, from_us: int | None) -> Report:
    """The whole of it. `worth` by wallet, "" the main one; wallets that nobody values have no money."""
    sums = done.sums
    return {
        "until": on(local_day(done.extent.now_us, program.zone)).isoformat(),
        "from_date": None if from_us is None else on(local_day(from_us, program.zone)).isoformat(),
        "currency": program.currency,
        "rows": sums.rows,
        "members": sums.members,
        "purchases": sums.purchases,
        "wallets": [_wallet(sums, wallet, worth.get(wallet)) for wallet in _names(sums, "points", "")],
        "discounts_minor": {"was": sums.was.value_minor, "now": sums.now.value_minor},
        "debt": {"was": sums.was.debt, "now": sums.now.debt},
        "tiers": _tiers(done),
        "tier_changes": _tier_changes(done),
        "members_by_difference": _differences(sums),
        "rules": [
            {"rule": rule, "was": _paid(sums.was, rule), "now": _paid(sums.now, rule)}
            for rule in _names(sums, "rules", None)
        ],
        "refused": [
            {"kind": reason.split(" ")[0], "code": reason.split(" ")[1], "times": each.times, "points": each.points}
            for reason, each in sorted(sums.refusals.items(), key=lambda item: (-item[1].times, item[0]))
        ],
        "months": _months(sums),
        "assumptions": _assumptions(sums),
    }


def _names(sums: Sums, of: str, first: str | None) -> list[str]:
    found = set(getattr(sums.was, of)) | set(getattr(sums.now, of)) | (set() if first is None else {first})
    return sorted(found)


def _both(sums: Sums, of: Callable[[Side], int]) -> dict[str, int]:
    return {"was": of(sums.was), "now": of(sums.now)}


def _sides(sums: Sums) -> tuple[tuple[str, Side], tuple[str, Side]]:
    return ("was", sums.was), ("now", sums.now)


def _wallet(sums: Sums, wallet: str, worth: tuple[int, int] | None) -> Report:
    """Points of a wallet by heading, as positive numbers, and their worth."""

    def points(heading: str) -> dict[str, int]:
        sign = -1 if heading in NEGATIVE else 1
        return _both(sums, lambda side: sign * side.points.get(wallet, {}).get(heading, 0))

    told: Report = {"wallet": wallet or "points"} | {heading: points(heading) for heading in HEADINGS}
    told["outstanding"] = _both(sums, lambda side: sum(side.points.get(wallet, {}).values()))
    told["cost"] = None
    if worth is not None:
        told["cost"] = {
            "numerator": worth[0],
            "denominator": worth[1],
            **{
                f"{heading}_minor": {side: _value(count, worth) for side, count in told[heading].items()}
                for heading in ("issued", "redeemed", "outstanding")
            },
        }
    return told


def _value(points: int, worth: tuple[int, int]) -> int:
    """Rounded once, to the nearest minor unit, a half to the even one."""
    minor = rounded(abs(points) * worth[0], worth[1], "half_even")
    return minor if points >= 0 else -minor


def _tiers(done: Done) -> list[Report]:
    base = _base(done)
    was, now = _based(done.sums.was.tiers, base), _based(done.sums.now.tiers, base)
    return [{"tier": tier, "was": was.get(tier, 0), "now": now.get(tier, 0)} for tier in _in_order(done, was, now)]


def _based(tiers: Mapping[str, int], base: str) -> dict[str, int]:
    """Whoever never left the base level has no tier on record."""
    found: dict[str, int] = {}
    for tier, members in tiers.items():
        found[tier or base] = found.get(tier or base, 0) + members
    return {tier: members for tier, members in found.items() if tier}


def _base(done: Done) -> str:
    levels = [edition.compiled.levels for edition in done.timeline.editions if edition.compiled.levels]
    return levels[-1][0].id if levels else ""


def _in_order(done: Done, *found: Mapping[str, int]) -> list[str]:
    """Levels of the draft from the lowest, then those that only the history has."""
    levels = [level.id for edition in done.timeline.editions[-1:] for level in edition.compiled.levels]
    others = sorted({tier for each in found for tier in each} - set(levels))
    return [*levels, *others]


def _tier_changes(done: Done) -> list[Report]:
    base, found = _base(done), dict[tuple[str, str], int]()
    for key, members in done.sums.tier_changes.items():
        was, now = (each or base for each in key.split(" "))
        if was != now:
            found[was, now] = found.get((was, now), 0) + members
    order = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return [{"from_tier": was, "to_tier": now, "members": members} for (was, now), members in order]


def _differences(sums: Sums) -> Report:
    better = sum(members for place, members in sums.differences.items() if place > 0)
    worse = sum(members for place, members in sums.differences.items() if place < 0)
    return {
        "better": better,
        "worse": worse,
        "same": sums.differences.get(0, 0),
        "gained": sums.gained,
        "lost": sums.lost,
        "distribution": [_bin(place, members) for place, members in sorted(sums.differences.items())],
        "winners": [_extreme(each) for each in sums.winners],
        "losers": [_extreme(each) for each in sums.losers],
    }


def _bin(place: int, members: int) -> Report:
    """A bin with its bounds, both inclusive; the last is open."""
    least = EDGES[abs(place) - 1] if place else 0
    most = EDGES[abs(place)] - 1 if place and abs(place) < len(EDGES) else least
    bounds = (least, most) if place >= 0 else (-most, -least)
    return {"from_points": bounds[0], "to_points": bounds[1], "members": members}


def _extreme(each: Difference) -> Report:
    return {"member": each.member, "was": each.was, "now": each.now, "difference": each.points}


def _paid(side: Side, rule: str) -> Report:
    paid = side.rules.get(rule, Paid())
    return {"purchases": paid.purchases, "wanted": paid.wanted, "granted": paid.granted}


def _months(sums: Sums) -> list[Report]:
    """What moved in the main wallet by the month in which it counts, and what was outstanding after it."""
    found: list[Report] = []
    outstanding = {"was": 0, "now": 0}
    for month in _names(sums, "months", None):
        told: Report = {"month": month}
        for heading in ("issued", "redeemed", "expired"):
            sign = -1 if heading in NEGATIVE else 1
            of = {name: side.months.get(month, {}).get(heading, 0) for name, side in _sides(sums)}
            told[heading] = {name: sign * points for name, points in of.items()}
        for name, side in _sides(sums):
            outstanding[name] += sum(side.months.get(month, {}).values())
        found.append(told | {"outstanding": dict(outstanding)})
    return found


def _assumptions(sums: Sums) -> list[Report]:
    """What nobody can know, and how often it mattered."""
    refused = sum(each.times for each in sums.refusals.values())
    unknown = sums.unknown.get("unknown", 0)
    today = sums.unknown.get("today", 0)
    told = (
        ("same_behaviour", None, "Customers bought, returned and asked for the same as they did."),
        (
            "refused_is_counted",
            refused,
            (
                "What the draft refuses is counted, not forced: nobody asks for something else instead, and a purchase "
                "whose points it does not accept was paid with money."
            ),
        ),
        ("facts_of_today", today, "Answers about a member that were not recorded come from what is known today."),
        ("facts_unknown", unknown, "Answers about a member that nobody knows count as no."),
        (
            "shared_limits",
            sums.rerun,
            (
                "Stocks and budgets that members share are followed by stretches of the history; groups of members "
                "that asked for what ran out were decided once more."
            ),
        ),
        (
            "not_yet_settled",
            sums.unsettled,
            "Members on whom time had not yet been booked: their history counts as it stood, the draft as it would be.",
        ),
    )
    return [{"code": code, "count": count, "text": text} for code, count, text in told]
