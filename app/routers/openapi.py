"""The OpenAPI file: what the framework derives from the routes, and what it cannot know."""

import json
from collections.abc import Sequence
from typing import Any, Final

from fastapi.openapi.utils import get_openapi
from msgspec.json import schema_components
from pydantic.json_schema import models_json_schema
from starlette.routing import BaseRoute

from app.routers import (
    models_activities,
    models_adjustments,
    models_answered,
    models_backtests,
    models_batch,
    models_boards,
    models_claims,
    models_configuration,
    models_correcting,
    models_corrections,
    models_drafts,
    models_draws,
    models_events,
    models_explanations,
    models_health,
    models_holds,
    models_lots,
    models_members,
    models_progress,
    models_referrals,
    models_rewards,
    models_shadows,
    models_simulations,
    models_statements,
    models_tiers,
    models_totals,
    models_transfers,
)
from app.routers.bodies import REQUESTS
from app.routers.models_people import Blocking, CardList, ConsentList, Erasure, Export, Merge
from app.routers.operations import KEY, OPERATOR, PHONE, REF
from app.routers.problems import Problem
from app.routers.wire import Answer

TITLE: Final = "Rung"
VERSION: Final = "0.1.0"
DESCRIPTION: Final = (
    "Loyalty points that are never lost, never minted by mistake, and always explained.\n\n"
    "Every write takes an `Idempotency-Key`: the same key with the same body gets the first answer again. "
    "Amounts are integers in minor units, points are integers, times are RFC 3339 in UTC. "
    "Errors are problem+json (RFC 9457) with a stable `code`; sentences follow `Accept-Language` (vi, kk, ru, en).\n\n"
    "Answers may gain fields, and strings such as codes and kinds may gain values: ignore what you do not know. "
    "Requests are strict: unknown fields are refused."
)
ANSWERS: Final[tuple[type[Answer], ...]] = (
    models_activities.Activity,
    models_activities.ActivityCancellation,
    models_activities.ActivityQuote,
    models_boards.LeaderboardShown,
    models_boards.OwnNickname,
    models_draws.CommitmentList,
    models_draws.DayOfDraws,
    models_draws.DrawProof,
    models_progress.Progress,
    models_referrals.Introduction,
    models_referrals.MemberReferrals,
    models_referrals.ReferralCode,
    models_referrals.ReferralReport,
    Blocking,
    CardList,
    ConsentList,
    Erasure,
    Export,
    Merge,
    models_answered.Purchase,
    models_answered.PurchaseQuote,
    models_answered.Redemption,
    models_answered.RedemptionCancellation,
    models_answered.RedemptionQuote,
    models_corrections.Refund,
    models_batch.BatchAnswer,
    models_claims.Claim,
    models_configuration.Clock,
    models_configuration.Key,
    models_configuration.KeyList,
    models_configuration.NewKey,
    models_configuration.Program,
    models_configuration.ProgramList,
    models_configuration.RulebookDiff,
    models_configuration.RulebookList,
    models_configuration.RulebookPublished,
    models_configuration.RulebookNow,
    models_drafts.Draft,
    models_drafts.DraftChecked,
    models_drafts.DraftDiff,
    models_drafts.DraftList,
    models_correcting.Correction,
    models_correcting.CorrectionLineList,
    models_correcting.CorrectionList,
    models_simulations.ReachPreview,
    models_simulations.Simulation,
    models_backtests.Backtest,
    models_backtests.BacktestList,
    models_simulations.TierPreview,
    models_shadows.FactComparedList,
    models_shadows.Shadow,
    models_explanations.Explanation,
    models_health.Alive,
    models_health.KeySet,
    models_health.Ready,
    models_lots.LotList,
    models_lots.Sources,
    models_members.BalanceNow,
    models_members.Enrolment,
    models_members.EntryList,
    models_members.Me,
    models_members.Member,
    models_members.TierNow,
    models_members.Token,
    models_statements.Statement,
    models_totals.Liability,
    models_totals.Totals,
    models_totals.Valuation,
    models_totals.ValuationList,
    Problem,
    models_adjustments.Adjustment,
    models_adjustments.AdjustmentCancellation,
    models_adjustments.AdjustmentRequest,
    models_adjustments.AdjustmentRequestList,
    models_adjustments.Extension,
    models_tiers.TierGrant,
    models_adjustments.GoodwillGift,
    models_holds.Hold,
    models_holds.HoldExtension,
    models_holds.HoldNow,
    models_holds.HoldQuote,
    models_holds.HoldRelease,
    models_rewards.CodePool,
    models_rewards.RewardList,
    models_rewards.RewardQuote,
    models_rewards.RewardTaken,
    models_rewards.Voucher,
    models_rewards.VoucherUse,
    models_transfers.Household,
    models_transfers.HouseholdMembership,
    models_transfers.Transfer,
    models_transfers.TransferQuote,
    models_corrections.Cancellation,
    models_corrections.Confirmation,
    models_corrections.Move,
    models_corrections.RefundPlan,
    models_corrections.Void,
    models_corrections.WaitingRefund,
    models_events.EventList,
)
TAGS: Final = (
    ("Purchases", "Earn on real baskets."),
    ("Refunds", "Undo them."),
    ("Referrals", "Who brought whom, and what came of it."),
    ("Redemptions", "Points to money off."),
    ("Holds", "Points set aside, then redeemed or let go."),
    ("Rewards", "The catalogue, vouchers, and codes of partners."),
    ("Cancellations", "A known state after a lost answer."),
    ("Transfers", "Points from one member to another."),
    ("Households", "Members who share a wallet."),
    ("Activities", "What members do besides buying."),
    ("Adjustments", "Points given or taken by hand."),
    ("Members", "Who collects points, and what they have."),
    ("Batch", "Many commands in one request."),
    ("Phones", "What a member's phone reads."),
    ("Events", "Everything that was recorded, in order."),
    ("Explanations", "Why a fact did what it did, for ever."),
    ("Draws", "Chance that can be checked: commitments, seeds, and the proof of every draw."),
    ("Leaderboards", "Who did most in a period, by name only where members agree."),
    ("Accounting", "What was issued, spent and is owed, equal to the ledger to the point."),
    ("Rulebooks", "How points are earned, kept and spent."),
    ("Rulebook drafts", "What may come: written, checked, tried, published."),
    ("Backtests", "The real history decided again under another rulebook."),
    ("Corrections", "What was decided under a faulty rulebook, decided again."),
    ("Programmes", "Currency, zone and clock."),
    ("Keys", "Who may ask."),
    ("Health", "For machines that watch."),
)
SECURITY: Final = {
    OPERATOR: {
        "type": "http",
        "scheme": "bearer",
        "description": "The operator token of the service. It makes programmes and keys.",
    },
    KEY: {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "rung_live_…",
        "description": "An API key of a programme with the scope that the operation names (`pos` unless it says more).",
    },
    PHONE: {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A member token, minted by the shop's server with POST /v1/members/{member}/tokens.",
    },
}


def build(routes: Sequence[BaseRoute]) -> dict[str, Any]:
    """The whole file."""
    file = get_openapi(
        title=TITLE,
        version=VERSION,
        description=DESCRIPTION,
        routes=routes,
        tags=[{"name": name, "description": description} for name, description in TAGS],
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        servers=[{"url": "/", "description": "The service that serves this file."}],
        separate_input_output_schemas=False,
    )
    _, asked = models_json_schema([(model, "validation") for model in REQUESTS], ref_template=REF + "{model}")
    _, answered = schema_components(ANSWERS, ref_template=REF + "{name}")
    components = file.setdefault("components", {})
    schemas = components.setdefault("schemas", {}) | asked["$defs"] | answered
    # The framework adds its own errors to every route with a path parameter; ours are not of that shape.
    for framework in ("HTTPValidationError", "ValidationError"):
        schemas.pop(framework, None)
    components["schemas"] = dict(sorted(schemas.items()))
    components["securitySchemes"] = SECURITY
    for path in file["paths"].values():
        for operation in path.values():
            _tidy(operation)
    return file


def as_text(file: dict[str, Any]) -> str:
    """The file as it is committed."""
    return json.dumps(file, indent=2, ensure_ascii=False) + "\n"


def _tidy(operation: dict[str, Any]) -> None:
    """The framework answers 422 to faults in paths; ours come from the operation's own list of problems, or are 404."""
    unprocessable = operation["responses"].get("422", {})
    if "application/json" in unprocessable.get("content", {}):
        del operation["responses"]["422"]
