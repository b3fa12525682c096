"""What levels give to whoever reaches them for the first time; a refund that takes a level takes that as well."""

from app.engine.climbing import fall, promote
from app.engine.context import Context
from app.engine.decisions.prizing import give, take_another
from app.engine.ledger.draft import Draft
from app.engine.sights import reached_counter


def rise(draft: Draft, context: Context) -> None:
    """Promote, and give what the levels give that were reached by it, those that were skipped included."""
    edition = context.timeline.in_force(context.now_us)
    if edition is None:
        return
    ladders = [ladder for ladder in edition.compiled.ladders if ladder.has_prizes]
    before = {ladder.id: ladder.rank(draft.standing.rung(ladder.id).tier) for ladder in ladders}
    promote(draft, context)
    for ladder in ladders:
        now = ladder.rank(draft.standing.rung(ladder.id).tier)
        for level in ladder.levels[before[ladder.id] + 1 : now + 1]:
            name = reached_counter(ladder, level)
            if level.on_reaching is not None and not draft.counted(name):
                draft.count(name, 1)
                prized = give(level.on_reaching, name, draft, context, occurred_us=context.now_us, edition=edition)
                draft.reached.append(prized)


def sink(draft: Draft, context: Context, before: dict[str, int]) -> None:
    """Let a refund be felt at once where it is: levels are left, and with them goes what they had given.

    `before` is what `reaches` of climbing said.
    """
    edition = context.timeline.in_force(context.now_us)
    ladders = [ladder for ladder in (edition.compiled.ladders if edition is not None else ()) if ladder.has_prizes]
    stood = {ladder.id: ladder.rank(draft.standing.rung(ladder.id).tier) for ladder in ladders}
    fall(draft, context, before)
    for ladder in ladders:
        now = ladder.rank(draft.standing.rung(ladder.id).tier)
        for level in ladder.levels[now + 1 : stood[ladder.id] + 1]:
            name = reached_counter(ladder, level)
            times = draft.counted(name)
            if level.on_reaching is not None and times > 0:
                draft.count(name, -times)
                take_another(level.on_reaching, name, draft, context, times)
