"""Answers from journal rows. One function a kind serves the first answer, a retry, a look-up and a batch alike."""

from typing import Any, Final
from uuid import UUID

from msgspec import Struct

from app.commands.asks import Recorded
from app.engine import commands, typeids
from app.engine import outcomes as facts
from app.engine.change import Change, Progress
from app.engine.context import Timeline
from app.engine.facts import RuleTrace
from app.engine.given import taken
from app.engine.rulebook.compile import Compiled, stage_of
from app.engine.state import Account
from app.repositories.journal import JournalRow
from app.repositories.ledger import EntryRow
from app.routers import models_answered as models
from app.routers.catalogue import WARNINGS
from app.routers.languages import pick, text
from app.routers.messages import messages
from app.routers.models_members import Entry, SharedWallet
from app.routers.render_games import goals_moved, prizes_reached, prizes_taken
from app.routers.render_luck import surprises
from app.routers.render_tiers import tier
from app.routers.wire import Money, instant, wallet_shown

# The prefix of a fact's id, by the number under which the journal files its command.
# A capture and a reward are redemptions.
PREFIXES: Final = {
    1: "enr",
    2: "pur",
    3: "rfd",
    4: "rdm",
    5: "rdc",
    6: "rwd",
    7: "rcb",
    8: "tim",
    9: "vod",
    10: "mov",
    11: "cnf",
    12: "hld",
    13: "hlx",
    14: "rdm",
    15: "hlr",
    16: "rdm",
    17: "vus",
    18: "adj",
    19: "gdw",
    20: "adc",
    21: "trf",
    22: "tri",
    23: "hhj",
    24: "hhl",
    25: "mrg",
    26: "mri",
    27: "blk",
    28: "ubl",
    29: "lex",
    30: "vur",
    60: "int",
    40: "tgr",
    41: "tge",
    70: "cor",
    50: "act",
    51: "acc",
    80: "bdy",
}

# What a rule did: a sentence by stage and reason. Numbers stand after a colon, so no language needs a plural.
SENTENCES: Final = {
    ("base", "applied"): "“{title}” gives: {points}.",
    ("multiply", "applied"): "“{title}” adds: {points}.",
    ("add", "applied"): "“{title}” gives on top: {points}.",
    ("base", "rounded_to_nothing"): "“{title}” applies, but gives less than one point.",
    ("base", "nothing_eligible"): "“{title}” applies, but nothing that was paid counts for it.",
    ("multiply", "added_nothing"): "“{title}” applies, but adds nothing.",
}


class Telling(Struct, frozen=True, kw_only=True):
    """To whom a row is told: in which currency and language, and by which rulebooks it was decided.

    `spoken` is the member's own language, if it is known.
    """

    currency: str
    language: str
    timeline: Timeline
    spoken: str | None = None


def purchase(recorded: Recorded, telling: Telling, claim_code: str | None) -> models.Purchase:
    """A recorded purchase, and the code of one that was recorded without a member."""
    row = recorded.row
    assert isinstance(row.command, commands.Purchase), "the caller looked for a purchase"
    return models.Purchase(
        id=typeids.encode("pur", row.id),
        claim_code=claim_code,
        external_id=row.command.external_id,
        metadata=dict(recorded.metadata),
        **awarded(row.change, row.member, telling),
    )


def awarded(change: Change, member: UUID, telling: Telling) -> dict[str, Any]:
    """What a basket earns, recorded or not."""
    bought = change.outcome
    assert isinstance(bought, facts.Purchased), "purchases are judged"
    edition = telling.timeline.editions[bought.rulebook - 1]
    return {
        **standing(change, member, telling, bought.warnings),
        "occurred_at": instant(bought.occurred_us),
        "total": Money(amount=bought.total_minor, currency=telling.currency),
        "points": bought.points,
        "lines": [models.LineAwarded(points=points) for points in bought.line_points],
        "other_points": [
            models.AwardedBeside(wallet=wallet_shown(grant.wallet), points=grant.points) for grant in bought.grants
        ],
        "referral_points": bought.referral_points,
        "paid_with_points": paid(bought.paid_points, bought.paid_minor, telling),
        "prizes": prizes_reached(change, edition, telling.timeline, telling.language),
        "progress": goals_moved(bought.played, edition, telling.language),
        "surprises": surprises(bought.surprises, edition, telling.language),
        "rulebook_version": bought.rulebook,
        "explanation": explained(edition.compiled, bought.trace, telling.language),
    }


def redemption(row: JournalRow, telling: Telling) -> models.Redemption:
    """A recorded redemption."""
    taken = row.change.outcome
    assert isinstance(taken, facts.Redeemed), "the caller looked for a redemption"
    return models.Redemption(
        id=typeids.encode("rdm", row.id),
        hold=typeids.encode("hld", taken.hold) if taken.hold is not None else None,
        released=taken.released,
        **redeemed(row.change, row.member, telling),
    )


def redeemed(change: Change, member: UUID, telling: Telling) -> dict[str, Any]:
    """What points take off, recorded or not."""
    taken = change.outcome
    assert isinstance(taken, facts.Redeemed), "the caller looked for a redemption"
    return {
        **standing(change, member, telling),
        "points": taken.points,
        "wallet": wallet_shown(taken.wallet),
        "value": Money(amount=taken.value_minor, currency=telling.currency),
        "rulebook_version": taken.rulebook,
    }


def cancellation(row: JournalRow, telling: Telling) -> models.RedemptionCancellation:
    """A recorded cancellation of a redemption."""
    undone, command = row.change.outcome, row.command
    assert isinstance(undone, facts.Cancelled), "the caller looked for a cancellation"
    assert isinstance(command, commands.RedemptionCancel), "the caller looked for a cancellation"
    return models.RedemptionCancellation(
        id=typeids.encode("rdc", row.id),
        redemption=typeids.encode("rdm", command.redemption),
        points=undone.returned,
        value=Money(amount=undone.value_minor, currency=telling.currency),
        prizes_taken=prizes_taken(taken(row.change, telling.timeline)),
        **standing(row.change, row.member, telling),
    )


def standing(change: Change, member: UUID, telling: Telling, warnings: tuple[str, ...] = ()) -> dict[str, Any]:
    """What every fact answers: where the member stands after it."""
    edition = telling.timeline.in_force(change.now_us)
    return {
        "member": typeids.encode("mbr", member),
        "decided_at": instant(change.now_us),
        "balance": balance(change.after),
        "tier": tier(change.after, edition, telling.language, change.climbs),
        "warnings": [warned(code, telling.language) for code in warnings],
        "messages": messages(change, edition, telling.spoken or telling.language),
    }


def standing_of(row: JournalRow, telling: Telling) -> dict[str, Any]:
    """The same of a recorded fact."""
    return standing(row.change, row.member, telling)


def balance(progress: Progress) -> models.Balance:
    """Points to spend, or points owed: a balance below zero is debt, and is not shown twice."""
    return models.Balance(
        points=progress.spendable,
        debt=progress.debt,
        pending=progress.pending,
        held=progress.held,
    )


def shared_then(household: UUID | None, points: int) -> SharedWallet | None:
    """The wallet that a member shares, at any instant: how many points of it can be spent."""
    if household is None:
        return None
    return SharedWallet(household=typeids.encode("mbr", household), points=points, expiring_soon=None, lapses=None)


def progress(account: Account) -> Progress:
    """Where an account stands, in the words of a Change."""
    return Progress(
        balance=account.balance,
        debt=account.debt,
        tier=account.tier,
        review_us=account.review_us,
        window_points=account.window_points,
        pending=account.pending,
        held=account.held,
        lapses_us=account.lapses_us,
    )


def explained(compiled: Compiled, trace: tuple[RuleTrace, ...], language: str) -> list[models.Reason]:
    """Every rule that applied, in a sentence each."""
    reasons = []
    for step in trace:
        rule = compiled.rules[step.rule]
        stage = stage_of(rule.effect)
        title = pick(rule.title, language) if rule.title else rule.id
        sentence = SENTENCES.get((stage, step.reason), SENTENCES[stage, "applied"])
        reasons.append(
            models.Reason(
                rule=rule.id,
                title=title,
                stage=stage,
                reason=step.reason,
                wanted=step.wanted,
                granted=step.granted,
                text=text(language, sentence, title=title, points=step.granted),
            )
        )
    return reasons


def entry(row: EntryRow) -> Entry:
    """Points that moved."""
    return Entry(
        number=row.number,
        kind=row.kind,
        points=row.points,
        balance_after=row.balance_after,
        fact=typeids.encode(PREFIXES[row.fact_kind], row.fact),
        effective_at=instant(row.effective_us),
        booked_at=instant(row.booked_us),
    )


def warned(code: str, language: str) -> models.Warned:
    """A warning in words."""
    return models.Warned(code=code, detail=text(language, WARNINGS.get(code, code)))


def paid(points: int, value_minor: int, telling: Telling) -> models.PaidWithPoints:
    """Points and the money that they stood for."""
    return models.PaidWithPoints(points=points, value=Money(amount=value_minor, currency=telling.currency))
