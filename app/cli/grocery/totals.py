"""What came of a replay, read back through the API: every entry of every household, and where they stand."""

import time
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from app.cli.api import Api
from app.cli.errors import CommandError
from app.cli.grocery.opening import Programme, at_once
from app.commands.totals.asking import HEADINGS

PAGE: Final = "200"
SWEPT_SECONDS_MAX: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Points by what moved them, in all; and who is left with what."""

    issued: int
    redeemed: int
    expired: int
    reversed: int
    outstanding: int
    debt: int
    entries: int
    tiers: dict[str, int]


def totals(programme: Programme) -> Totals:
    """Sums over all members, once the sweeper has written down what time did to them."""
    moved: Counter[str] = Counter()
    standing: Counter[str] = Counter()
    tiers: Counter[str] = Counter()
    deadline = time.monotonic() + SWEPT_SECONDS_MAX
    for entries, balance, tier in at_once(
        lambda member: _settled(programme.api, member, deadline), programme.members.values()
    ):
        for entry in entries:
            moved[entry["kind"]] += entry["points"]
        standing["entries"] += len(entries)
        standing["points"] += balance["points"]
        standing["debt"] += balance["debt"]
        tiers[tier["tier"]["level"]] += 1
    if sum(moved.values()) != standing["points"] - standing["debt"]:
        raise CommandError(f"The entries {dict(moved)} do not add up to the balances {dict(standing)}.")
    told: Counter[str] = Counter()
    for kind, points in moved.items():
        told[HEADINGS[kind]] += points
    return Totals(
        issued=told["issued"],
        redeemed=-told["redeemed"],
        expired=-told["expired"],
        reversed=-told["reversed"],
        outstanding=standing["points"],
        debt=standing["debt"],
        entries=standing["entries"],
        tiers={level["id"]: tiers[level["id"]] for level in programme.document["tiers"]["levels"]},
    )


def entries_of(api: Api, member: str) -> list[dict[str, Any]]:
    """Every entry of a member, newest first."""
    entries: list[dict[str, Any]] = []
    parameters = {"limit": PAGE}
    while True:
        page = api.get(f"/v1/members/{member}/entries", **parameters)
        entries += page["data"]
        if not page["has_more"]:
            return entries
        parameters["cursor"] = page["next_cursor"]


def _settled(api: Api, member: str, deadline: float) -> tuple[list[dict[str, Any]], dict[str, Any], dict[str, Any]]:
    """The entries, the balance and the tier, as soon as the entries account for the balance.

    A balance is true at any instant. The entries that explain it are written by the sweeper, within seconds.
    """
    while True:
        balance = api.get(f"/v1/members/{member}/balance")
        entries = entries_of(api, member)
        if sum(entry["points"] for entry in entries) == balance["points"] - balance["debt"]:
            return entries, balance, api.get(f"/v1/members/{member}/tier")
        if time.monotonic() > deadline:
            raise CommandError(f"What expired of member {member} was not written down within {SWEPT_SECONDS_MAX} s.")
        time.sleep(0.5)
