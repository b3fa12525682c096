"""Every body that a request may have, for the API's description."""

from typing import Final

from pydantic import BaseModel

from app.routers.models_activities import ActivityAsked
from app.routers.models_adjustments import AdjustmentAsked, ExtensionAsked, GoodwillAsked
from app.routers.models_asked import PurchaseAsked, RedemptionAsked
from app.routers.models_backtests import BacktestAsked
from app.routers.models_batch import BatchAsked
from app.routers.models_boards import NicknameAsked
from app.routers.models_claims import ClaimAsked, OwnClaimAsked
from app.routers.models_configuration import ClockAsked, KeyAsked, ProgramAsked, RulebookAsked
from app.routers.models_correcting import CorrectionAsked
from app.routers.models_corrections import CancellationAsked, MoveAsked, RefundAsked
from app.routers.models_drafts import DraftAsked, PublishAsked
from app.routers.models_holds import CaptureAsked, HoldAsked, HoldExtensionAsked, OwnHoldAsked
from app.routers.models_members import MemberAsked, MemberEdit, TokenAsked
from app.routers.models_people import (
    BlockAsked,
    CardBlockAsked,
    CardReplaceAsked,
    CardUnblockAsked,
    ConsentsAsked,
    LookupAsked,
    MergeAsked,
)
from app.routers.models_referrals import OwnReferralCodeAsked, ReferralCodeAsked, ReferrerAsked
from app.routers.models_rewards import CodesAsked, RewardTakingAsked, VoucherUseAsked
from app.routers.models_simulations import SimulationAsked
from app.routers.models_tiers import TierGrantAsked, TierGrantEndAsked
from app.routers.models_totals import ValuationAsked
from app.routers.models_transfers import HouseholdMemberAsked, TransferAsked

REQUESTS: Final[tuple[type[BaseModel], ...]] = (
    ReferrerAsked,
    ReferralCodeAsked,
    OwnReferralCodeAsked,
    ActivityAsked,
    NicknameAsked,
    BatchAsked,
    BlockAsked,
    CardBlockAsked,
    CardReplaceAsked,
    CardUnblockAsked,
    ClockAsked,
    ConsentsAsked,
    KeyAsked,
    LookupAsked,
    MergeAsked,
    MemberAsked,
    MemberEdit,
    ProgramAsked,
    PurchaseAsked,
    ClaimAsked,
    OwnClaimAsked,
    RedemptionAsked,
    RefundAsked,
    RulebookAsked,
    TokenAsked,
    ValuationAsked,
    AdjustmentAsked,
    GoodwillAsked,
    ExtensionAsked,
    TierGrantAsked,
    TierGrantEndAsked,
    HoldAsked,
    HoldExtensionAsked,
    CaptureAsked,
    OwnHoldAsked,
    RewardTakingAsked,
    VoucherUseAsked,
    CodesAsked,
    TransferAsked,
    HouseholdMemberAsked,
    MoveAsked,
    CancellationAsked,
    DraftAsked,
    PublishAsked,
    SimulationAsked,
    CorrectionAsked,
    BacktestAsked,
)
