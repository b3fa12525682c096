"""One share of the history, decided again group by group. Memory: one group, and what is added up."""

import gc
from collections.abc import Callable, Mapping, Sequence
from typing import Final
from uuid import UUID

from msgspec import Struct, field

from app.commands.again import Again, Asked
from app.commands.backtest.answers import Answers
from app.commands.backtest.counting import PURCHASE, Counting, Earned, Told, told
from app.commands.backtest.jobs import Job, published, timeline_of
from app.commands.backtest.shelf import Shelf
from app.commands.backtest.sums import Sums
from app.commands.effects import CARRYING
from app.commands.known import on_record
from app.engine import typeids
from app.engine.codec import decode_change, decode_command
from app.engine.commands import Command, Extension, Move
from app.engine.context import Timeline
from app.engine.ids import part
from app.engine.state import Account
from app.repositories import backtesting, details, programs
from app.repositories.backtesting import HistoricRow
from app.repositories.database import Database
from app.repositories.details import Details
from app.repositories.programs import Program

_EXTENSION: Final = Extension.__struct_config__.tag
_CARRYING: Final = frozenset(kind.__struct_config__.tag for kind in CARRYING)
GROUPS_A_COLLECTION: Final = 2_000


class Task(Struct, frozen=True, kw_only=True):
    """What one process decides: share number `share` of `shares` of the rows up to a number."""

    url: str
    job: Job
    rows: int
    rulebooks: int
    now_us: int
    linked: list[tuple[UUID, UUID]]
    share: int
    shares: int
    only: list[UUID] | None = None
    levels: dict[str, list[int]] | None = None


class Share(Struct, kw_only=True):
    """What it came to. `limited` are the sums of the groups that asked for something that members share."""

    sums: Sums = field(default_factory=Sums)
    limited: Sums = field(default_factory=Sums)
    groups: list[UUID] = field(default_factory=list)
    taken: dict[str, dict[int, int]] = field(default_factory=dict)


async def decide_share(task: Task, progress: Callable[[int], None]) -> Share:
    """Decide a share in one snapshot that nobody can write through. `progress` hears of rows."""
    database = Database(task.url, connections=1)
    try:
        async with database.snapshot() as snapshot:
            await backtesting.prepare(snapshot)
            listed = await programs.by_id(snapshot, task.job.program_id)
            assert listed is not None, "programmes are never removed"
            live = await published(snapshot, task.job.program_id, task.rulebooks)
            sizes = await backtesting.pools(snapshot, task.job.program_id)
            deciding = Deciding(task, listed.program, live, sizes)
            waiting: list[HistoricRow] = []
            asks = deciding.asks_about_people
            async for rows in backtesting.by_group(
                snapshot,
                task.job.program_id,
                task.rows,
                linked=task.linked,
                share=task.share,
                shares=task.shares,
                only=task.only,
            ):
                if asks:
                    members = sorted({row.member for row in rows})
                    deciding.learn(await details.of(snapshot, task.job.program_id, members))
                for row in rows:
                    if waiting and waiting[0].group != row.group:
                        deciding.group(waiting)
                        waiting = []
                    waiting.append(row)
                progress(len(rows))
            if waiting:
                deciding.group(waiting)
    finally:
        await database.close()
    return deciding.finished()


class Deciding:
    """Mutable: adds up one group after the other."""

    def __init__(self, task: Task, program: Program, live: Timeline, sizes: dict[str, int]) -> None:
        self._task = task
        self._program = program
        self._timeline = timeline_of(live, task.job)
        self._share = Share()
        self._shelf = Shelf(task.rows, sizes, task.levels)
        self._live = live
        self._answers = Answers()
        self._asks = bool(self._timeline.questions)
        self._groups = 0
        self._linked: dict[UUID, list[UUID]] = {}
        for member, name in task.linked:
            self._linked.setdefault(name, []).append(member)

    @property
    def asks_about_people(self) -> bool:
        """Whether any rulebook asks personal questions."""
        return self._asks

    def learn(self, told: dict[UUID, Details]) -> None:
        """What members have told of themselves until today."""
        self._answers.today.update(told)

    def group(self, rows: Sequence[HistoricRow]) -> dict[UUID, Account]:
        """Decide one group, and add it up; returns its accounts as they come out."""
        self._shelf.begin()
        members = {row.member for row in rows}
        again = Again(
            self._program,
            self._timeline,
            members.union(self._linked.get(rows[0].group, ())),
            stock=self._shelf.stock,
            people=self._answers,
            comes=frozenset(row.fact for row in rows if row.kind in _CARRYING),
        )
        sums, earned = Sums(), Earned()
        counting = Counting(sums, self._live, self._timeline, self._program.zone)
        extends = any(row.kind == _EXTENSION for row in rows)
        latest: dict[UUID, Told] = {}
        for row in rows:
            change = latest[row.member] = told.decode(row.change)
            command = decode_command(row.command)
            outcome = counting.recorded(row.member, command, change, earned)
            if self._asks:
                self._answers.recorded = self._on_record(rows, row, command, outcome)
            if extends:
                again.remember(row.member, change.opened())
            self._decide(again, row, command, counting, earned)
        for taken in again.settle(self._task.now_us):
            counting.decided(taken, earned)
        accounts = {member: ledger.account for member, ledger in again.ledgers.items()}
        self._add(sums, rows, latest, accounts, earned)
        return accounts

    def finished(self) -> Share:
        """What all groups came to."""
        share = self._share
        share.sums.trim()
        share.limited.trim()
        share.taken = self._shelf.taken
        share.sums.unknown = self._answers.counts
        return share

    def _on_record(
        self, rows: Sequence[HistoricRow], row: HistoricRow, command: Command, outcome: object
    ) -> Mapping[str, bool]:
        """What the history says of the person at a row; of a move, at the purchase that followed from it."""
        if not isinstance(command, Move):
            return on_record(command, outcome, self._live)
        fact = part(row.fact, 1)
        moved = next((each for each in rows if each.fact == fact), None)
        return {} if moved is None else on_record(command, decode_change(moved.change).outcome, self._live)

    def _decide(self, again: Again, row: HistoricRow, command: Command, counting: Counting, earned: Earned) -> None:
        asked = Asked(number=row.number, fact=row.fact, member=row.member, now_us=row.decided_us, command=command)
        for taken in again.take(asked):
            counting.decided(taken, earned)
            for step in taken.steps:
                if step.change.stock_moves:
                    self._shelf.took(row.number, step.change.stock_moves)

    def _add(
        self,
        sums: Sums,
        rows: Sequence[HistoricRow],
        latest: dict[UUID, Told],
        accounts: dict[UUID, Account],
        earned: Earned,
    ) -> None:
        sums.rows = len(rows)
        sums.purchases = sum([row.kind == PURCHASE for row in rows])
        for member in accounts:
            heir = _heir(member, accounts)
            if heir != member:
                earned.was[heir] = earned.was.get(heir, 0) + earned.was.pop(member, 0)
                earned.now[heir] = earned.now.get(heir, 0) + earned.now.pop(member, 0)
        for member, account in accounts.items():
            change = latest.get(member)
            if change is None or account.merged_into is not None:
                continue
            sums.members += 1
            was, now = change.after.tier or "", account.tier or ""
            sums.was.tiers[was] = sums.was.tiers.get(was, 0) + 1
            sums.now.tiers[now] = sums.now.tiers.get(now, 0) + 1
            if was != now:
                key = f"{was} {now}"
                sums.tier_changes[key] = sums.tier_changes.get(key, 0) + 1
            sums.was.debt += change.after.debt
            sums.now.debt += account.debt
            sums.unsettled += change.due_us is not None and change.due_us <= self._task.now_us
            sums.differ(typeids.encode("mbr", member), earned.was.get(member, 0), earned.now.get(member, 0))
        share = self._share
        if self._shelf.is_touched:
            share.limited.add(sums)
            share.groups.append(rows[0].group)
        else:
            share.sums.add(sums)
        for member in accounts:
            self._answers.today.pop(member, None)
        self._groups += 1
        if self._groups % GROUPS_A_COLLECTION == 0:
            gc.collect()


def _heir(member: UUID, accounts: dict[UUID, Account]) -> UUID:
    """The account that goes on with this one."""
    while (into := accounts[member].merged_into) is not None:
        member = into
    return member
