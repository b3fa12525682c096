"""Explanations: everything that a decision did and why, for every row of the journal."""

from typing import Annotated

from msgspec import Meta

from app.routers.models_answered import ID, Reason
from app.routers.models_games import PrizeGiven, PrizeTakenBack
from app.routers.wire import Answer, Instant, Int32, Int64, Money


class Reckoned(Answer, frozen=True, kw_only=True):
    """What a base rule gives before multipliers."""

    eligible: Annotated[Money, Meta(description="The part of the price that earns.")]
    points_per: Annotated[Int64, Meta(description="So many points …", examples=[1])]
    per: Annotated[Money, Meta(description="… for so much.")]
    exact: Annotated[str, Meta(description="The exact points, as a fraction.", examples=["145600/1000"])]
    rounding_mode: Annotated[str, Meta(description="down, half_up, half_even or up.", examples=["down"])]
    rounding_scope: Annotated[str, Meta(description="basket: once; line: each line by itself.", examples=["basket"])]
    points: Annotated[Int64, Meta(description="The whole points.", examples=[145])]
    text: Annotated[
        str, Meta(description="The same as a sentence.", examples=["“Base” before rounding: 145.6; after it: 145."])
    ]


class Applied(Reason, frozen=True, kw_only=True):
    """A rule that applied."""

    bound: Annotated[
        str | None,
        Meta(
            description="The limit that made it give less: rule_cap, member_limit, budget, transaction_cap or "
            "earning_limit; null: none.",
            examples=[None],
        ),
    ]
    reckoned: Annotated[Reckoned | None, Meta(description="How a base rule came to its points; null: another stage.")]


class Missed(Answer, frozen=True, kw_only=True):
    """A rule that did not apply."""

    rule: Annotated[str, Meta(description="The rule's id in the rulebook.", examples=["double-tuesday"])]
    title: Annotated[str, Meta(description="Its title in the language asked for.", examples=["Double Tuesday"])]
    reason: Annotated[str, Meta(description="What it asks about and was answered no.", examples=["weekday"])]
    text: Annotated[
        str,
        Meta(
            description="The same as a sentence.",
            examples=["“Double Tuesday” does not apply on this day of the week."],
        ),
    ]


class LotTouched(Answer, frozen=True, kw_only=True):
    """What a decision did to one lot; what came back to it is negative."""

    lot: Annotated[Int32, Meta(description="The number of the lot.", examples=[7])]
    granted: Annotated[Int64, Meta(description="What it opened with; 0: it was there before.", examples=[290])]
    used: Annotated[Int64, Meta(description="Spent, or repaid a debt.", examples=[0])]
    expired: Annotated[Int64, Meta(description="Expired.", examples=[0])]
    reversed: Annotated[Int64, Meta(description="Taken back.", examples=[0])]
    moved: Annotated[Int64, Meta(description="Gone to another member.", examples=[0])]
    held: Annotated[Int64, Meta(description="Set aside.", examples=[0])]
    uncollected: Annotated[Int64, Meta(description="Asked back in vain.", examples=[0])]
    matured: Annotated[bool, Meta(description="True if it can be spent from now on.", examples=[False])]


class Posted(Answer, frozen=True, kw_only=True):
    """Points that moved."""

    wallet: Annotated[str, Meta(description="The wallet; `points` is the main one.", examples=["points"])]
    number: Annotated[Int32, Meta(description="The number of the entry.", examples=[12])]
    kind: Annotated[str, Meta(description="The kind of entry.", examples=["accrual"])]
    points: Annotated[Int64, Meta(description="Signed.", examples=[290])]
    balance_after: Annotated[Int64, Meta(description="Below zero while points are owed.", examples=[320])]
    effective_at: Annotated[Instant, Meta(description="When it counts.")]
    lot: Annotated[Int32 | None, Meta(description="The lot, if it is about one.", examples=[7])]
    text: Annotated[str, Meta(description="Why, in a sentence.", examples=["Points earned: 290."])]


class TimeEffect(Answer, frozen=True, kw_only=True):
    """What time had done by then, settled together with the command."""

    kind: Annotated[
        str, Meta(description="expiry, promotion, review_kept, review_demotion, or more.", examples=["expiry"])
    ]
    at: Annotated[Instant, Meta(description="When it happened.")]
    points: Annotated[Int64 | None, Meta(description="The points; null: it is not about points.", examples=[40])]
    tier: Annotated[str | None, Meta(description="The tier; null: it is not about one.", examples=[None])]
    text: Annotated[str, Meta(description="The same as a sentence.", examples=["Points that expired: 40."])]


class Corrects(Answer, frozen=True, kw_only=True):
    """What a booking of a correction is about."""

    purchase: Annotated[str, Meta(description="The purchase that was decided again.", examples=[f"pur_{ID}"])]
    correction: Annotated[str, Meta(description="The correction that it belongs to.", examples=[f"crn_{ID}"])]


class Explanation(Answer, frozen=True, kw_only=True):
    """A row of the journal, explained. The same for ever."""

    fact: Annotated[str, Meta(description="The fact.", examples=[f"pur_{ID}"])]
    kind: Annotated[str, Meta(description="What was asked for; more may be added.", examples=["purchase"])]
    member: Annotated[str, Meta(description="Whose account.", examples=[f"mbr_{ID}"])]
    journal_number: Annotated[Int64, Meta(description="The row's number in the journal.", examples=[4711])]
    happened_at: Annotated[Instant, Meta(description="When it happened.")]
    decided_at: Annotated[Instant, Meta(description="When it was decided.")]
    engine_release: Annotated[Int32, Meta(description="The release of the engine that decided.", examples=[1])]
    rulebook_version: Annotated[
        Int32 | None, Meta(description="The version that judged it; null: it asks no rulebook.", examples=[3])
    ]
    tier: Annotated[
        str | None, Meta(description="The tier at which it was judged; null: the base level.", examples=["bac"])
    ]
    corrects: Annotated[Corrects | None, Meta(description="Where it corrects a purchase: which, and why; else null.")]
    applied: Annotated[list[Applied], Meta(description="Every rule that applied, in the order of evaluation.")]
    not_applied: Annotated[list[Missed], Meta(description="Every rule that did not, and why.")]
    prizes: Annotated[list[PrizeGiven], Meta(description="What draws, challenges, streaks, levels and referrals gave.")]
    prizes_taken: Annotated[list[PrizeTakenBack], Meta(description="What was taken back of such.")]
    lots: Annotated[list[LotTouched], Meta(description="Every lot that it touched.")]
    entries: Annotated[list[Posted], Meta(description="Every point that moved.")]
    time: Annotated[list[TimeEffect], Meta(description="What had fallen due by then.")]
    sentences: Annotated[
        list[str], Meta(description="All of it in words.", examples=[["Points earned: 290.", "Points to spend: 320."]])
    ]
