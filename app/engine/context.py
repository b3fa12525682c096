"""Everything besides the account that a decision may look at."""

from functools import cached_property
from uuid import UUID

from msgspec import Struct

from app.engine.calendar import local_day
from app.engine.draws import seed_of
from app.engine.rulebook.compile import Compiled
from app.engine.rulebook.ladders import Ladder


class Edition(Struct, frozen=True, kw_only=True):
    """A published version of the rulebook and the instant from which it is in force."""

    version: int
    effective_us: int
    compiled: Compiled


class Timeline(Struct, frozen=True, kw_only=True, dict=True):
    """The published versions of one programme, oldest first; each later one takes effect later.

    What all versions together may look at is worked out once: every decision asks, and there may be many versions.
    """

    editions: tuple[Edition, ...] = ()

    @cached_property
    def ladders(self) -> tuple[Ladder, ...]:
        """The sets of tiers of all versions, equal ones once."""
        found: list[Ladder] = []
        for edition in self.editions:
            found += [ladder for ladder in edition.compiled.ladders if ladder not in found]
        return tuple(found)

    @cached_property
    def climbing(self) -> tuple[Ladder, ...]:
        """Those of them that ask for more than the points of a rolling window."""
        return tuple([ladder for ladder in self.ladders if not ladder.is_plain])

    @cached_property
    def plain_months(self) -> tuple[int, int] | None:
        """The shortest and the longest rolling window of the others."""
        months = [ladder.months for ladder in self.ladders if ladder.is_plain]
        return (min(months), max(months)) if months else None

    @cached_property
    def notice_days_max(self) -> int:
        """How many days before their expiry points are told at the earliest, over all versions; 0: never."""
        return max(self.notice_days, default=0)

    @cached_property
    def notice_days(self) -> tuple[int, ...]:
        """So many days before their expiry points are told, each number once, over all versions that tell them."""
        days = {edition.compiled.document.expiry_notice_days for edition in self.editions}
        return tuple(sorted(days - {0}))

    @cached_property
    def gives_word(self) -> bool:
        """Whether any version says when a tier is at risk or a visit overdue."""
        return any(edition.compiled.gives_word for edition in self.editions)

    @cached_property
    def overdue_days_max(self) -> int:
        """How many days after the last visit it is overdue at the latest, over all versions; 0: never."""
        return max((edition.compiled.document.visit_overdue_days for edition in self.editions), default=0)

    @cached_property
    def questions(self) -> tuple[str, ...]:
        """What conditions ask about the person, over all versions; usually nothing."""
        found = {question for edition in self.editions for question in edition.compiled.questions}
        return tuple(sorted(found))

    @cached_property
    def draws(self) -> bool:
        """Whether any version leaves something to chance."""
        return any(edition.compiled.draws for edition in self.editions)

    @cached_property
    def limits(self) -> bool:
        """Whether any version limits what its rules give."""
        return any(edition.compiled.rooms for edition in self.editions)

    @cached_property
    def plays(self) -> bool:
        """Whether under any version activities count towards something, or members do more than buy."""
        return any(edition.compiled.games is not None or edition.compiled.activities for edition in self.editions)

    @cached_property
    def gifts(self) -> frozenset[str]:
        """The rewards that any version gives to members at no cost."""
        return frozenset().union(*[edition.compiled.gifts for edition in self.editions])

    def in_force(self, at_us: int) -> Edition | None:
        """The version in force at an instant, or None before the first."""
        for edition in reversed(self.editions):
            if edition.effective_us <= at_us:
                return edition
        return None

    def edition(self, version: int) -> Edition:
        """The edition of a version that a fact was decided by. Raises LookupError when it was never published."""
        for edition in self.editions:
            if edition.version == version:
                return edition
        raise LookupError(f"version {version} is not in the timeline")

    def known(self, versions: int) -> "Timeline":
        """The timeline as it was when only so many versions had been published."""
        if versions >= len(self.editions):
            return self
        return Timeline(editions=self.editions[:versions])


class Stock(Struct, frozen=True, kw_only=True):
    """Something that members share: how much of it is gone, and how much there was (None: the rulebook says)."""

    name: str
    taken: int
    size: int | None = None


class Context(Struct, frozen=True, kw_only=True):
    """What decide is given: the id of the fact to be, the instant, the programme's terms and rulebooks, shared stocks.

    The journal row records all of it: `fact` as its id, `now_us` as decided_at, the timeline as the
    number of versions known, the stocks as the moves of its Change; currency and zone of a programme never change.
    `known` are those personal questions of the rulebooks that hold for the member on the local day of the activity:
    never a birthday or the value of an attribute. What was read of them is recorded in the outcome.
    `shared` are the points in the wallet of the member's household, which are told with the answer and recorded there.
    """

    fact: UUID
    now_us: int
    currency: str
    zone: str
    timeline: Timeline
    stocks: tuple[Stock, ...] = ()
    known: tuple[str, ...] = ()
    seed: bytes | None = None
    shared: int | None = None

    def stock(self, name: str) -> Stock:
        """A stock that `stocks` of needs named. Raises LookupError when it was not loaded: a defect of it."""
        for stock in self.stocks:
            if stock.name == name:
                return stock
        raise LookupError(f"stock {name} is not in the context")


def seed_at(secret: bytes, timeline: Timeline, now_us: int, zone: str) -> bytes | None:
    """The seed by which draws are decided at an instant: that of its local day. None where nothing is ever drawn."""
    return seed_of(secret, local_day(now_us, zone)) if timeline.draws else None
