"""Answers about what was tried: steps of a journey as if they had been recorded."""

from collections import Counter
from collections.abc import Sequence

from app.commands.deciding import Step
from app.commands.outlooks import Moves
from app.commands.reach import Reach
from app.commands.trial import Stepped
from app.engine import typeids
from app.engine.commands import Purchase
from app.engine.release import ENGINE_RELEASE
from app.engine.state import Account
from app.repositories.journal import JournalRow
from app.routers import models_simulations as models
from app.routers.languages import text
from app.routers.phrases import ASSUMED
from app.routers.problems import problem, refused
from app.routers.render import Telling
from app.routers.render_explanations import explanation
from app.routers.wire import cursor_of, instant, wallet_shown


def stepped(
    index: int, kind: str, done: Stepped, zone: str, telling: Telling, *, instance: str, request_id: str
) -> models.Stepped:
    """One step."""
    main, why = done.main, None
    if done.refusal is not None:
        why = problem(refused(done.refusal, "pur"), telling.language, instance=instance, request_id=request_id)
    return models.Stepped(
        index=index,
        kind=kind,
        at=instant(done.now_us),
        points=0 if main is None else main.change.points,
        wallets=_wallets(done.account),
        tier=done.account.tier or _base(done.now_us, telling),
        counted=[] if main is None else _counted(main),
        explanation=None if main is None else explanation(_row(main, done.now_us, telling), zone, telling),
        problem=why,
    )


def member(done: Sequence[Stepped]) -> str:
    """Whose journey it was."""
    return typeids.encode("mbr", done[-1].account.member)


def _base(at_us: int, telling: Telling) -> str | None:
    """The level in which everybody begins."""
    edition = telling.timeline.in_force(at_us)
    tiers = edition.compiled.document.tiers if edition is not None else None
    return None if tiers is None else tiers.levels[0].id


def _wallets(account: Account) -> list[models.PurseNow]:
    return [
        models.PurseNow(
            wallet=wallet_shown(purse.wallet),
            points=purse.free,
            pending=purse.pending,
            held=purse.held,
            debt=purse.debt,
        )
        for purse in (account.main, *account.purses)
    ]


def _counted(step: Step) -> list[models.CountedNow]:
    sums: Counter[str] = Counter()
    for move in step.change.counter_moves:
        sums[move.name] += move.count
    return [models.CountedNow(name=name, count=sums[name]) for name in sorted(sums) if sums[name]]


def _row(step: Step, now_us: int, telling: Telling) -> JournalRow:
    """The row that the journal would have; its number and its id are nobody's."""
    occurred_us = step.command.occurred_us if isinstance(step.command, Purchase) else None
    return JournalRow(
        number=0,
        id=step.fact,
        external_key=None,
        member=step.member,
        source=0,
        happened_us=now_us if occurred_us is None else min(occurred_us, now_us),
        decided_us=now_us,
        rulebooks_known=len(telling.timeline.editions),
        engine=ENGINE_RELEASE,
        command=step.command,
        change=step.change,
    )


def tier_moves(found: Moves) -> models.TierPreview:
    """Who would move, those first of whom there are most."""
    shown = [
        models.TierOutlook(
            set=move.set or None,
            from_tier=move.source or None,
            to_tier=move.target or None,
            when="review" if move.falls else "next_purchase",
            members=count,
            anyway=found.anyway[move],
            examples=[typeids.encode("mbr", member) for member in found.examples[move]],
        )
        for move, count in sorted(found.moves.items(), key=lambda each: (-each[1], each[0]))
    ]
    last = None if found.last is None or not found.has_more else cursor_of(typeids.encode("mbr", found.last))
    return models.TierPreview(members=found.members, moves=shown, has_more=found.has_more, next_cursor=last)


def reach(found: Reach, months: int, language: str) -> models.ReachPreview:
    """Who comes to reach what."""
    return models.ReachPreview(
        months=months,
        members=found.members,
        sample=found.sample,
        reached=[
            models.Reached(
                kind=kind,
                id=name,
                members=by_month[-1],
                share_ppm=by_month[-1] * 1_000_000 // max(1, found.sample),
                by_month=by_month,
            )
            for (kind, name), by_month in found.reached.items()
        ],
        assumes=[text(language, sentence) for sentence in ASSUMED],
    )
