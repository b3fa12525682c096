"""Tiers lived through day by day: one morning after the other, every window summed from scratch, one page.

Written from docs/semantics.md, points 22 and 23. It adds up days, one at a time, and keeps no sum.
"""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any

Json = dict[str, Any]
PERIODS = {"year": 12, "half_year": 6, "quarter": 3, "month": 1}
ONE = timedelta(days=1)


@cache  # A life asks for the same few thousand days half a million times.
def months_on(day: date, months: int) -> date:
    """The same day of another month, or the last one that it has."""
    count = day.year * 12 + day.month - 1 + months
    year, month = count // 12, count % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


@dataclass
class Bought:
    """A purchase: what it counts, on which day, and whether it has gone back."""

    day: date
    counts: dict[str, int]
    is_back: bool = False


@dataclass
class NaiveSet:
    """A member in one set of tiers."""

    rules: Json
    enrolled: date
    bought: list[Bought]
    rank: int = 0
    review: date | None = None
    # The gift: which rank, and the first day on which it is over; whether it alone keeps the member here.
    gift: tuple[int, date | None] | None = None
    by_gift: bool = False
    # What the member had come to without gifts: the rank, and when it is looked at.
    promised: tuple[int, date | None] = (0, None)
    grace_since: date | None = None
    safe: int = 0
    since: dict[int, date] = field(default_factory=dict)
    log: list[tuple[date, int, str]] = field(default_factory=list)

    def window_key(self, day: date) -> int:
        """The number of the period in which a day lies: windows other than rolling ones are made of whole periods."""
        window = self.rules["window"]
        if window["kind"] == "calendar":
            return (day.year * 12 + day.month - 1) // PERIODS[window["period"]]
        if window["kind"] == "anniversary":
            years = 0
            while months_on(self.enrolled, 12 * (years + 1)) <= day:
                years += 1
            return years if day >= self.enrolled else -1
        return 0

    def amounts(self, past: date, asked: date, *, closed: bool) -> dict[str, int]:
        """What the days before `past` come to in the window that is asked about on a day.

        A review is `closed`: its own day is out, so the window is the one that ended with the day before.
        """
        window = self.rules["window"]
        total = {"points": 0, "spend": 0, "visits": 0}
        day = min([each.day for each in self.bought], default=past)
        while day < past:
            if window["kind"] == "rolling":
                is_in = day >= months_on(asked, -window["months"])
            else:
                is_in = self.window_key(day) >= self.window_key(asked - ONE if closed else asked)
            for each in self.bought if is_in else ():
                if each.day == day and (not each.is_back or self.rules["after_refund"] == "never"):
                    for counter, number in each.counts.items():
                        total[counter] += number
            day += ONE
        return total

    def reached(self, amounts: dict[str, int]) -> int:
        found = 0
        for rank, level in enumerate(self.rules["levels"]):
            if rank and meets(level, amounts):
                found = rank
        return found

    def reached_today(self, today: date) -> int:
        return self.reached(self.amounts(today + ONE, today, closed=False))

    def looked_at_after(self, day: date) -> date:
        """The first day on which a level that was reached or kept on `day` is looked at."""
        window = self.rules["window"]
        if window["kind"] in ("rolling", "lifetime"):
            return months_on(day, self.rules["review_months"]) + ONE
        keep = window.get("keep_periods", window.get("keep_years", 1))
        key, first = self.window_key(day), day
        while self.window_key(first) <= key + keep:
            first += ONE
        return first

    def for_life(self, today: date) -> int:
        """The highest rank that is never lost any more."""
        found = self.safe
        ever = sum(each.counts["points"] for each in self.bought if not each.is_back or self.keeps_points)
        for rank, level in enumerate(self.rules["levels"]):
            after = level.get("lifetime_after") or {}
            since = self.since.get(rank)
            if since is None or not self.log:
                continue
            if "years" in after and months_on(since, 12 * after["years"]) <= today:
                found = max(found, rank)
            if "points" in after and ever >= after["points"]:
                found = max(found, rank)
        return found

    keeps_points: bool = False

    def move(self, today: date, rank: int, reason: str, review: date | None, safe: int) -> None:
        self.rank, self.safe = rank, max(self.safe, safe)
        self.review = review if rank else None
        self.since = {each: day for each, day in self.since.items() if each <= rank}
        for each in range(1, rank + 1):
            self.since.setdefault(each, today)
        self.by_gift = reason in ("granted", "review_granted")
        if reason not in ("granted", "review_granted", "floor_set", "floor_ended"):
            self.promised = (rank, self.review)
        self.grace_since = today if reason == "grace" else None
        self.log.append((today, rank, reason))

    def morning(self, today: date) -> None:
        if self.review == today:
            self.look(today)

    def look(self, today: date) -> None:
        """The review: the window up to today, exclusive; in grace it goes on from where its review stood."""
        asked = self.grace_since or today
        qualified = self.reached(self.amounts(today, asked, closed=True))
        usual = self.looked_at_after(asked - ONE)
        if usual <= today:
            usual = self.looked_at_after(today - ONE)
        before, safe = self.rank, self.for_life(today)
        if self.by_gift:
            rank, review = self.without_gift(today, qualified, usual)
            reason = "grant_over" if rank < before else "review_kept"
        else:
            rank, review = qualified, usual
            if qualified < before:
                rank = {"never": before, "one_step": before - 1, "to_qualified": qualified}[self.rules["demotion"]]
            reason = "review_demotion" if rank < before else "review_kept"
        if rank <= safe:
            rank, review = safe, None
            reason = "review_kept" if rank >= before else reason
        gift, until = self.given(today)
        if rank < gift:
            rank, review, reason = gift, until, "review_granted"
        grace = self.rules.get("grace_days")
        if reason == "review_demotion" and grace and self.grace_since is None:
            rank, review, reason = before, today + timedelta(days=grace), "grace"
        self.move(today, rank, reason, review, safe)

    def given(self, today: date) -> tuple[int, date | None]:
        if self.gift is None or (self.gift[1] is not None and self.gift[1] <= today):
            return 0, None
        return self.gift

    def without_gift(self, today: date, qualified: int, usual: date) -> tuple[int, date | None]:
        rank, review = self.promised
        if review is not None and review > today and rank >= qualified:
            return rank, review
        return (qualified, usual) if qualified else (0, None)

    def rise(self, today: date) -> None:
        reached = self.reached_today(today)
        if reached > self.rank:
            levels = self.rules["levels"]
            safe = max((rank for rank in range(reached + 1) if levels[rank].get("forever")), default=0)
            is_safe = levels[reached].get("forever")
            self.move(today, reached, "promotion", None if is_safe else self.looked_at_after(today), safe)

    def sink(self, today: date, before: int) -> None:
        """After a refund, where it is felt at once."""
        after = self.reached_today(today)
        if self.rules["after_refund"] != "immediate" or not after < self.rank <= before:
            return
        safe, (gift, until) = self.for_life(today), self.given(today)
        rank = max(after, safe, gift)
        if rank < self.rank:
            if gift == rank > max(after, safe):
                self.move(today, rank, "review_granted", until, safe)
            else:
                self.move(today, rank, "refund", None if rank <= safe else self.review, safe)

    def give(self, today: date, rank: int, until: date | None) -> None:
        """A gift in the place of the one before; of rank 0, none."""
        safe, own = self.for_life(today), (self.rank, self.review)
        if self.by_gift:
            own = self.without_gift(today, self.reached_today(today), self.looked_at_after(today))
            own = own if own[0] > safe else (safe, None)
        self.gift = (rank, until)
        if rank > own[0]:
            self.move(today, rank, "granted", until, safe)
        elif own[0] < self.rank:
            self.move(today, own[0], "grant_over", own[1], safe)
        else:
            self.move(today, own[0], "floor_set" if rank else "floor_ended", own[1], safe)


def meets(level: Json, amounts: dict[str, int]) -> bool:
    if "needs" not in level:
        return bool(amounts["points"] >= level["from_points"])
    return is_met(level["needs"], amounts)


def is_met(need: Json, amounts: dict[str, int]) -> bool:
    if need["kind"] == "enough":
        return bool(amounts[need["counter"]] >= need["at_least"])
    met = [is_met(each, amounts) for each in need["needs"]]
    return all(met) if need["kind"] == "all" else any(met)
