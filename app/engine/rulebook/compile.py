"""A checked document made ready for evaluation: rules in order of evaluation, and indexes of what they match."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from app.engine.facts import Facts
from app.engine.rulebook.asking import Asking, asking_of
from app.engine.rulebook.boarding import Boards, boards_of
from app.engine.rulebook.document import Expiry, Level, Rule, Rulebook
from app.engine.rulebook.games import Games, games_of
from app.engine.rulebook.gates import Gate, gates_of
from app.engine.rulebook.gifts import gifts_of
from app.engine.rulebook.judging import tests_of
from app.engine.rulebook.ladders import Ladder, ladders_of
from app.engine.rulebook.level_rules import level_rules
from app.engine.rulebook.matching import LineIndex, PurchaseIndex, index_lines, index_purchases
from app.engine.rulebook.measures import PURCHASES
from app.engine.rulebook.rooms import Room, rooms_of
from app.engine.rulebook.stages import (
    STAGES,
    BaseRate,
    Destination,
    Stage,
    Stages,
    UnitRate,
    destination_of,
    stage_of,
    stages_of,
    told,
)
from app.engine.rulebook.surprising import Surprising, surprising
from app.engine.rulebook.wallets import MAIN_WALLET, Wallet

__all__ = [
    "STAGES",
    "BaseRate",
    "Compiled",
    "Destination",
    "Stage",
    "UnitRate",
    "compile_rulebook",
    "destination_of",
    "stage_of",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled(Stages):
    """A rulebook ready for evaluation. The position of a rule in `rules` is its index in every trace.

    `wallets` are the terms of each wallet by name, "" the main one. `rooms` are the limits of the rules, `gates` what
    rewards ask of members; `is_settled`: not all rules whose conditions hold do their work. `cap` is the most of all
    rules in one purchase, `level_expiries` by rank what levels say of the life of points of the main wallet.
    `is_plain`: there is one destination and no limit, as in most rulebooks. `questions` are what conditions ask about
    the person, `draws` says that something is left to chance, `gives_word` that members hear of tiers at risk or of
    visits that are overdue.

    `activities` are the rules about each kind of activity that is no purchase, `games` the challenges and streaks,
    `boards` the leaderboards by kind of activity, `gifts` the rewards that anything gives at no cost.
    """

    document: Rulebook
    wallets: Mapping[str, Wallet]
    rules: tuple[Rule, ...]
    ladders: tuple[Ladder, ...]
    levels: tuple[Level, ...]
    ranks: Mapping[str | None, int]
    asking: Asking
    is_gauged: bool
    rooms: tuple[Room, ...]
    gates: Mapping[str, Gate]
    is_settled: bool
    purchases: PurchaseIndex
    lines: LineIndex
    cap: int | None
    level_expiries: tuple[Expiry | None, ...]
    is_plain: bool
    questions: tuple[str, ...] = ()
    draws: bool = False
    gives_word: bool = False
    surprising: Surprising | None = None
    activities: Mapping[str, "Compiled"] = field(default_factory=dict)
    games: Games | None = None
    boards: Mapping[str, Boards] = field(default_factory=dict)
    gifts: frozenset[str] = frozenset()

    @property
    def is_measured(self) -> bool:
        """Whether the member is looked at before the rules run."""
        return bool(self.asking.gauges or self.rooms)

    def room(self, facts: Facts) -> tuple[int, ...]:
        """What was read of the limits; the gauges come before them."""
        return facts.readings[len(self.asking.gauges) :]

    @property
    def is_climbing(self) -> bool:
        """Whether there are tiers of which an account does not keep what they count."""
        return any(not ladder.is_plain for ladder in self.ladders)

    def ladder(self, name: str) -> Ladder | None:
        """A set of tiers by its id, the main one by an empty one."""
        for ladder in self.ladders:
            if ladder.id == name:
                return ladder
        return None


def compile_rulebook(document: Rulebook) -> Compiled:
    """Compile a checked document. The caller keeps the result: it costs far more than an evaluation."""
    compiled = _compiled(document, PURCHASES)
    return replace(
        compiled,
        activities={kind.id: _compiled(document, kind.id) for kind in document.activities},
        games=games_of(document, compiled.asking),
        boards=boards_of(document.leaderboards, compiled.asking),
        gifts=gifts_of(document, compiled.ladders),
    )


def _compiled(document: Rulebook, kind: str) -> Compiled:
    """Compile what a document says of purchases, or of activities of another kind."""
    rules = _in_order(document, kind)
    levels = document.tiers.levels if document.tiers else ()
    ranks: dict[str | None, int] = {level.id: rank for rank, level in enumerate(levels)}
    ranks[None] = 0
    asking = asking_of(document, ranks)
    wallets = _wallets(document)
    ladders = ladders_of(document)
    stages = stages_of(rules, wallets, document.earning.groups)
    gates = gates_of(document, ranks) if kind == PURCHASES else {}
    rooms = rooms_of(document, rules, for_all=kind == PURCHASES)
    cap = document.earning.cap.points if document.earning.cap and kind == PURCHASES else None
    return Compiled(
        **told(stages),
        document=document,
        wallets=wallets,
        rules=rules,
        ladders=ladders,
        levels=levels,
        ranks=ranks,
        asking=asking,
        is_gauged=bool(asking.places),
        questions=tuple(
            sorted({*asking.questions, *(name for gate in gates.values() for name in gate.asking.questions)})
        ),
        rooms=rooms,
        gates=gates,
        is_settled=stages.is_choosing or bool(rooms),
        purchases=index_purchases([tuple(tests_of(rule, asking)) for rule in rules], asking),
        lines=index_lines([rule.items for rule in rules]),
        cap=cap,
        level_expiries=tuple(level.expiry for level in levels) or (None,),
        is_plain=stages.has_one_destination and cap is None and not rooms,
        draws=bool(document.surprises) or any(reward.odds is not None for reward in document.rewards),
        gives_word=bool(document.visit_overdue_days) or any(ladder.tiers.notice_days for ladder in ladders),
        surprising=surprising(document.surprises, kind, asking),
    )


def _in_order(document: Rulebook, kind: str) -> tuple[Rule, ...]:
    return tuple(
        sorted(
            (rule for rule in (*document.earning.rules, *level_rules(document)) if rule.on == kind),
            key=lambda rule: (STAGES.index(stage_of(rule.effect)), rule.priority, rule.id),
        )
    )


def _wallets(document: Rulebook) -> Mapping[str, Wallet]:
    """The terms of each wallet by its id; those of the main one, whose name in the ledger is empty, stand on top."""
    main = Wallet(
        id=MAIN_WALLET,
        title={"en": MAIN_WALLET},
        rounding=document.rounding,
        expiry=document.expiry,
        pending=document.pending,
        debt=document.debt,
        redemption=document.redemption,
    )
    return {"": main} | {wallet.id: wallet for wallet in document.wallets}
