"""Reading: what an account is now, what a command would do, and what was recorded. Nothing is written."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from app.commands import known
from app.commands.asks import Recorded, Unknown
from app.commands.deciding import Absent, Desk, slices
from app.commands.heirs import beside, decided_on
from app.commands.looks import Looks
from app.commands.timelines import Timelines
from app.engine.change import Change
from app.engine.commands import Command, Enrol, LetTimePass, Purchase
from app.engine.context import Context, Edition, Timeline
from app.engine.ids import part
from app.engine.looking import looked
from app.engine.movements import Climb, Entry
from app.engine.naming import companions, touches
from app.engine.needs import look as look_at
from app.engine.needs import needs
from app.engine.refusals import Refusal
from app.engine.shared_stocks import stocks
from app.engine.state import Account, Ever, State
from app.engine.wanted import Needs
from app.repositories import households, journal, ledger
from app.repositories.database import Database, Reader
from app.repositories.ledger import EntryRow, Glance
from app.repositories.originals import originals
from app.repositories.programs import Program
from app.repositories.slices import load_states
from app.repositories.stocks import look

NO_FACT = UUID(int=0)
NOBODY = UUID(int=0)


class Standing(Struct, frozen=True, kw_only=True):
    """An account as it is now: settled in memory, whether or not a background job has run."""

    account: Account
    now_us: int
    edition: Edition | None


class Quote(Struct, frozen=True, kw_only=True):
    """What a command would do now, and under which rulebooks.

    `entries` are all that it would post on the account: a household brings points along and takes others.
    """

    change: Change
    timeline: Timeline
    standing: Standing
    entries: tuple[Entry, ...] = ()


class Reading:
    """The reads of a process. Looks at accounts that arrive together share one statement."""

    def __init__(self, database: Database, timelines: Timelines) -> None:
        self._database = database
        self._timelines = timelines
        self._accounts = Looks(database, ledger.glance)
        self._facts = Looks(database, _recorded)

    async def standing(self, program: Program, member: UUID) -> Standing | None:
        """The account at this instant, or None for an unknown member."""
        glance = await self._accounts.at(program.id, member)
        if glance is None:
            return None
        if glance.account.merged_into is not None:
            return await self.standing(program, glance.account.merged_into)
        now_us = max(glance.now_us, glance.account.now_us)
        timeline = await self.timeline(program, glance.rulebooks)
        wanted = needs(LetTimePass(), glance.account, now_us, program.zone, timeline)
        if wanted.due or wanted.tally_days is not None:
            quoted = await self.quote(program, member, LetTimePass())
            return quoted.standing if isinstance(quoted, Quote) else None
        return Standing(account=glance.account, now_us=now_us, edition=timeline.in_force(now_us))

    async def heights(self, program: Program, member: UUID) -> tuple[Standing, tuple[Climb, ...]] | None:
        """The account at this instant, and where it stands in every set of tiers; None for an unknown member."""
        async with self._database.reading() as reader:
            glance = (await ledger.glance(reader, program.id, [member])).get(member)
            if glance is None:
                return None
            account = glance.account
            if account.merged_into is None:
                now_us = max(glance.now_us, account.now_us)
                timeline = await self._timelines.upto(reader, program.id, glance.rulebooks)
                wanted = {member: look_at(account, now_us, program.zone, timeline)}
                states = await load_states(reader, program.id, {member: account}, wanted, now_us, originals={})
        if account.merged_into is not None:
            return await self.heights(program, account.merged_into)
        context = Context(fact=NO_FACT, now_us=now_us, currency=program.currency, zone=program.zone, timeline=timeline)
        after, climbs = looked(states[member], context)
        settled = replace(after, now_us=account.now_us)
        return Standing(account=settled, now_us=now_us, edition=timeline.in_force(now_us)), climbs

    async def spendable(self, program: Program, standing: Standing) -> int:
        """Points of the main wallet that a member can spend: their own, and those that they share."""
        shared = await self.shared(program, standing)
        return standing.account.free + (shared.account.free if shared is not None else 0)

    async def shared(self, program: Program, standing: Standing) -> Standing | None:
        """The shared wallet of the member's household, or None for who is in none."""
        household = standing.account.household
        return None if household is None else await self.standing(program, household)

    async def quote(
        self, program: Program, member: UUID, command: Command, *, at_us: int = 0
    ) -> Quote | Refusal | Unknown:
        """Decide in one snapshot and throw the Change away; now, or at a later instant."""
        async with self._database.reading() as reader:
            seen = await _glances(reader, program.id, member, command)
            if member not in seen:
                return Unknown(what="member")
            accounts = {each: glance.account for each, glance in seen.items()}
            member = decided_on(member, command, accounts)
            own = seen[member]
            context = Context(
                fact=NO_FACT,
                now_us=max(own.now_us, at_us, *(account.now_us for account in accounts.values())),
                currency=program.currency,
                zone=program.zone,
                timeline=await self._timelines.upto(reader, program.id, own.rulebooks),
            )
            desk = await _desk(reader, program, context, accounts, member, command)
        steps = desk.take(member, command, NO_FACT)
        if isinstance(steps, Refusal):
            return steps
        if isinstance(steps, Absent):
            return Unknown(what="member")
        after = replace(desk.states[member].account, now_us=own.account.now_us)
        return Quote(
            change=next(step.change for step in steps if step.fact == NO_FACT),
            timeline=context.timeline,
            standing=Standing(account=after, now_us=context.now_us, edition=context.timeline.in_force(context.now_us)),
            entries=tuple([entry for step in steps if step.member == member for entry in step.change.entries]),
        )

    async def shared_ahead(self, program: Program, household: UUID, at_us: int) -> Account | None:
        """The shared wallet at an instant to come, with what members will have brought; None where nobody shares it."""
        async with self._database.reading() as reader:
            members = await households.sharing(reader, program.id, household)
            seen = await ledger.glance(reader, program.id, [household, *members]) if members else {}
            if household not in seen:
                return None
            accounts = {each: glance.account for each, glance in seen.items()}
            context = Context(
                fact=NO_FACT,
                now_us=max(at_us, *(account.now_us for account in accounts.values())),
                currency=program.currency,
                zone=program.zone,
                timeline=await self._timelines.upto(reader, program.id, seen[household].rulebooks),
            )
            passing = [(member, LetTimePass()) for member in (*members, household)]
            wanted: dict[UUID, Needs] = {}
            for each, needed in (slice_ for ask in passing for slice_ in slices(*ask, accounts, (), context)):
                wanted[each] = wanted[each] | needed if each in wanted else needed
            states = await load_states(reader, program.id, accounts, wanted, context.now_us, originals={})
            desk = Desk(context, states, {}, {}, await known.people(reader, program.id, context, passing))
        for place, (member, command) in enumerate(passing):
            assert not isinstance(desk.take(member, command, part(NO_FACT, place)), Refusal), "time cannot be refused"
        return desk.states[household].account

    async def quote_for_nobody(self, program: Program, command: Purchase) -> Quote | Refusal:
        """What a purchase without a member would do, on an account that is opened for it and thrown away with it."""
        async with self._database.reading() as reader:
            now_us, rulebooks = await ledger.now(reader, program.id)
            context = Context(
                fact=NO_FACT,
                now_us=now_us,
                currency=program.currency,
                zone=program.zone,
                timeline=await self._timelines.upto(reader, program.id, rulebooks),
            )
            named = touches(command, NO_FACT)
            found = await originals(reader, program.id, dict.fromkeys(named), {}) if named else {}
            concerned = tuple(found[fact] for fact in named)
            shared = stocks(command, concerned, context.timeline, now_us, program.zone)
            looked_at = await look(reader, program.id, shared) if shared else {}
        desk = Desk(context, {NOBODY: State(account=Account(member=NOBODY), ever=Ever())}, found, looked_at)
        desk.take(NOBODY, Enrol(), part(NO_FACT, 1))
        steps = desk.take(NOBODY, command, NO_FACT)
        if isinstance(steps, Refusal):
            return steps
        assert not isinstance(steps, Absent), "nobody's account is here"
        account = desk.states[NOBODY].account
        standing = Standing(account=account, now_us=now_us, edition=context.timeline.in_force(now_us))
        return Quote(change=steps[-1].change, timeline=context.timeline, standing=standing)

    async def timeline(self, program: Program, versions: int) -> Timeline:
        """The rulebooks of a programme as they were when so many had been published."""
        return await self._timelines.of(self._database, program.id, versions)

    async def fact(self, program: Program, fact: UUID) -> Recorded | None:
        """A recorded fact by its id."""
        return await self._facts.at(program.id, fact)

    async def external(self, program: Program, key: UUID) -> Recorded | None:
        """A recorded fact by the caller's own id."""
        async with self._database.glancing() as reader:
            rows = await journal.externals(reader, program.id, [key])
            return next(iter((await _with_metadata(reader, program.id, rows)).values()), None)

    async def entries(
        self, program: Program, member: UUID, wallet: str, *, before: int | None, limit: int
    ) -> Sequence[EntryRow]:
        """The entries of a wallet of a member, newest first."""
        async with self._database.glancing() as reader:
            return await ledger.entries(reader, program.id, member, wallet, before=before, limit=limit)


async def _recorded(reader: Reader, program_id: UUID, facts: Sequence[UUID]) -> dict[UUID, Recorded]:
    return await _with_metadata(reader, program_id, await journal.facts(reader, program_id, facts))


async def _with_metadata(reader: Reader, program_id: UUID, rows: Sequence[journal.JournalRow]) -> dict[UUID, Recorded]:
    """Rows by their ids, with what the callers attached to them."""
    kept = await journal.purchase_metadata(reader, program_id, [row.id for row in rows]) if rows else {}
    return {row.id: Recorded(row=row, replayed=False, metadata=kept.get(row.id, {})) for row in rows}


async def _glances(reader: Reader, program_id: UUID, member: UUID, command: Command) -> dict[UUID, Glance]:
    """The member's account, and those of everybody else whom the command concerns."""
    seen = await ledger.glance(reader, program_id, [member])
    others = set(companions(command)) - {member}
    while others := others | beside({each: glance.account for each, glance in seen.items()}):
        found = await ledger.glance(reader, program_id, list(others))
        if not found:
            break
        seen, others = seen | found, set()
    return seen


async def _desk(
    reader: Reader,
    program: Program,
    context: Context,
    accounts: dict[UUID, Account],
    member: UUID,
    command: Command,
) -> Desk:
    """What is needed to decide one command."""
    named = touches(command, NO_FACT)
    whose = None if isinstance(command, Purchase) else member
    found = await originals(reader, program.id, dict.fromkeys(named, whose), accounts) if named else {}
    concerned = tuple(found[fact] for fact in named)
    wanted: dict[UUID, Needs] = {}
    for each, needed in slices(member, command, accounts, concerned, context):
        wanted[each] = wanted[each] | needed if each in wanted else needed
    shared = stocks(command, concerned, context.timeline, context.now_us, context.zone)
    return Desk(
        context,
        await load_states(reader, program.id, accounts, wanted, context.now_us, originals={}),
        found,
        await look(reader, program.id, shared) if shared else {},
        await known.people(reader, program.id, context, [(member, command)]),
    )
