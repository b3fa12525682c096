"""Rows of the journal as a draft would have them: what they would earn, and what refunds would leave of it."""

from typing import Final

from msgspec.structs import replace

from app.commands.known import People, on_record
from app.engine.activity import Activity
from app.engine.commands import Purchase
from app.engine.context import Context
from app.engine.corrected import Corrected
from app.engine.decisions import anew
from app.engine.decisions.acting import weigh
from app.engine.decisions.anew import Left
from app.engine.decisions.credits import by_wallet
from app.engine.decisions.judging import judge
from app.engine.decisions.resting import NOTHING
from app.engine.facts import Award
from app.engine.ledger.draft import Draft
from app.engine.outcomes import Purchased, Refunded
from app.engine.played import Acted
from app.engine.refusals import Refusal
from app.engine.remains import Rest
from app.engine.rulebook.compile import Compiled
from app.engine.state import State
from app.repositories.journal import JournalRow
from app.repositories.shadows import ACTIVITY, PURCHASE, Difference, Why

NOTHING_LEFT: Final = Left(wallets={}, trace=())


class Sides:
    """The rulebook in force and a draft, of which the timeline has the draft as its last version."""

    def __init__(self, context: Context, people: People) -> None:
        self.context = context
        self._people = people
        self._draft = context.timeline.editions[-1]

    def bought(self, row: JournalRow, state: State | None) -> Difference:
        """A purchase under both. It is unknown where there is no state of just before it, or the draft refuses it."""
        was, command = row.change.outcome, row.command
        assert isinstance(was, Purchased), "a purchase"
        assert isinstance(command, Purchase), "a purchase"
        if state is None:
            return unknown(row, PURCHASE)
        draft, at = self._draft_of(row, state, was.paid_points, was.tier)
        judged = judge(replace(command, occurred_us=was.occurred_us, any_age=True), draft, at)
        if isinstance(judged, Refusal):
            return unknown(row, PURCHASE)
        granted = {"": was.points}
        for grant in was.grants:
            granted[grant.wallet] = granted.get(grant.wallet, 0) + grant.points
        found = _difference(row, Left(wallets=granted, trace=was.trace), _awarded(judged.award), *self._rules(was))
        return replace(found, seen=anew.seen_by(judged))

    def is_as_recorded(self, row: JournalRow, found: Difference) -> bool:
        """Whether what the draft saw of a purchase follows from what was recorded of it."""
        was = row.change.outcome
        return isinstance(was, Purchased) and self._as_recorded(was) == found.seen

    def undone(self, bought: JournalRow, by: JournalRow, was: Difference | None) -> Difference:
        """A purchase after a refund or a correction of it; `was` is what is kept of it, None where both agreed."""
        outcome, command = bought.change.outcome, bought.command
        assert isinstance(outcome, Purchased), "only purchases are refunded"
        assert isinstance(command, Purchase), "only purchases are refunded"
        rest = _rest(outcome, len(command.basket.lines), by)
        live = anew.left_of(outcome, command.basket, rest, self.context)
        seen = self._as_recorded(outcome) if was is None else was.seen
        if seen is None:
            # Nobody knows what the draft would have given; or both agreed, as they do now.
            return was or _difference(bought, live, live, *self._rules(outcome))
        asked = (self._draft.version, seen, outcome, command.basket, rest, self.context)
        seen = anew.refunded(*asked)
        left = anew.left_under(self._draft.version, seen, *asked[2:])
        return replace(_difference(bought, live, left, *self._rules(outcome, rest.under)), seen=seen)

    def acted(self, row: JournalRow, state: State | None) -> Difference:
        """Another activity under both. One that the draft does not accept gets nothing of it."""
        was, command = row.change.outcome, row.command
        assert isinstance(was, Acted), "an activity"
        assert isinstance(command, Activity), "an activity"
        if state is None:
            return unknown(row, ACTIVITY)
        draft, at = self._draft_of(row, state, 0, was.tier)
        weighed = weigh(replace(command, occurred_us=was.occurred_us, any_age=True), draft, at)
        award = None if isinstance(weighed, Refusal) else weighed.award
        granted: dict[str, int] = {}
        for grant in was.grants:
            granted[grant.wallet] = granted.get(grant.wallet, 0) + grant.points
        live = self.context.timeline.edition(was.rulebook).compiled.activities[command.kind]
        drafted = self._draft.compiled.activities.get(command.kind, live)
        left = NOTHING_LEFT if award is None else _awarded(award)
        return _difference(row, Left(wallets=granted, trace=was.trace), left, live, drafted)

    def _draft_of(self, row: JournalRow, state: State, points: int, tier: str | None) -> tuple[Draft, Context]:
        """A member of the tier of then who has so many points, and the draft at the row's own time."""
        account = replace(
            state.account,
            balance=points,
            debt=0,
            pending=0,
            held=0,
            tier=tier,
            tier_since_us=0,
            now_us=min(state.account.now_us, row.decided_us),
        )
        at = replace(self.context, fact=row.id, now_us=row.decided_us)
        at = replace(at, known=self._known(row, at))
        return Draft(replace(state, account=account), at), at

    def _known(self, row: JournalRow, at: Context) -> tuple[str, ...]:
        """The personal questions that hold: as they were answered at the time, else by what is known now."""
        held = on_record(row.command, row.change.outcome, at.timeline)
        now = self._people.known(row.member, row.command, at)
        return tuple(question for question in at.timeline.questions if held.get(question, question in now))

    def _as_recorded(self, was: Purchased) -> anew.Seen | None:
        judged = self.context.timeline.edition(was.rulebook).compiled
        return anew.as_recorded(was, self._draft.compiled, judged)

    def _rules(self, was: Purchased, under: int = 0) -> tuple[Compiled, Compiled]:
        """The rulebook that judged a purchase, or to which it was corrected, and the draft."""
        return self.context.timeline.edition(under or was.rulebook).compiled, self._draft.compiled


def unknown(row: JournalRow, kind: int) -> Difference:
    """Nothing under either."""
    return Difference(
        number=row.number,
        fact=row.id,
        member=row.member,
        kind=kind,
        live_points=0,
        draft_points=0,
        counts=0,
        differs=False,
        why=Why(live={}, draft={}),
    )


def granted_points(row: JournalRow) -> int:
    """The points of all wallets that the rules gave to an activity when it was decided."""
    match row.change.outcome:
        case Purchased() as bought:
            return bought.points + sum(grant.points for grant in bought.grants)
        case Acted(points=points):
            return points
        case _:
            return 0


def _rest(bought: Purchased, lines: int, by: JournalRow) -> Rest:
    """What a refund or a correction left; rows of release 1 do not say so, and left nothing."""
    outcome = by.change.outcome
    assert isinstance(outcome, Refunded | Corrected), "a refund, or a correction"
    if outcome.rest is not None:
        return outcome.rest
    granted = (bought.points, *(grant.points for grant in bought.grants))
    return Rest(lines=(NOTHING,) * lines, asked=granted, returned=0, returned_minor=0, referral_undone=True)


def _awarded(award: Award) -> Left:
    return Left(wallets=by_wallet(award.grants), trace=award.trace)


def _difference(row: JournalRow, live: Left, draft: Left, by: Compiled, drafted: Compiled) -> Difference:
    """What a member has of an activity under both, and whether any wallet has more or less."""
    wallets = live.wallets.keys() | draft.wallets.keys()
    return Difference(
        number=row.number,
        fact=row.id,
        member=row.member,
        kind=PURCHASE if isinstance(row.command, Purchase) else ACTIVITY,
        live_points=sum(live.wallets.values()),
        draft_points=sum(draft.wallets.values()),
        counts=draft.wallets.get("", 0) - live.wallets.get("", 0),
        differs=any(live.wallets.get(wallet, 0) != draft.wallets.get(wallet, 0) for wallet in wallets),
        why=Why(live=_by_rule(live, by), draft=_by_rule(draft, drafted)),
    )


def _by_rule(left: Left, compiled: Compiled) -> dict[str, int]:
    return {compiled.rules[entry.rule].id: entry.granted for entry in left.trace if entry.granted}
