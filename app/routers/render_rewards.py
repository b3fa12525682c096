"""Answers about rewards and vouchers."""

from typing import Any
from uuid import UUID

from app.commands.rewards import Issued, Offer
from app.engine import outcomes as facts
from app.engine import typeids, vouchers
from app.engine.change import Change
from app.engine.odds import odds_of_wheel
from app.engine.refusals import Reason
from app.repositories.journal import JournalRow
from app.routers import models_rewards as models
from app.routers.catalogue import KINDS
from app.routers.languages import pick, text
from app.routers.render import Telling, standing
from app.routers.render_luck import wheel, wheel_odds
from app.routers.wire import Money, instant_or_none, wallet_shown


def offer(found: Offer, currency: str, language: str) -> models.Reward:
    """A reward of the catalogue."""
    reward = found.reward
    odds = odds_of_wheel(reward)
    return models.Reward(
        id=reward.id,
        title=pick(reward.title, language),
        description=pick(reward.description, language) if reward.description else None,
        kind=reward.kind,
        wallet=reward.wallet,
        cost_points=found.cost_points,
        is_gift=found.is_gift,
        value=None if reward.value_minor is None else Money(amount=reward.value_minor, currency=currency),
        left=found.left,
        cause=pick(reward.cause, language) if reward.cause else None,
        odds=None if odds is None else wheel_odds(odds, found.prizes_left, language),
        obstacles=[_obstacle(reason, language) for reason in found.obstacles],
    )


def _obstacle(reason: Reason, language: str) -> models.Obstacle:
    values = dict(reason.numbers)
    return models.Obstacle(
        code=reason.code,
        detail=text(language, KINDS[reason.code].detail, **values),
        numbers={name: value for name, value in values.items() if isinstance(value, int)},
    )


def taken(row: JournalRow, codes: tuple[str, ...], telling: Telling) -> models.RewardTaken:
    """A reward that was taken, with its code."""
    return models.RewardTaken(
        id=typeids.encode("rdm", row.id),
        code=codes[0] if codes else None,
        **took(row.change, row.member, telling),
    )


def took(change: Change, member: UUID, telling: Telling) -> dict[str, Any]:
    """What taking a reward costs and gives, recorded or not."""
    redeemed = change.outcome
    assert isinstance(redeemed, facts.Redeemed), "a reward is redeemed"
    assert redeemed.reward is not None, "a reward is redeemed"
    return {
        **standing(change, member, telling),
        "reward": redeemed.reward.reward,
        "kind": redeemed.reward.kind,
        "quantity": redeemed.reward.quantity,
        "wallet": wallet_shown(redeemed.wallet),
        "points": redeemed.points,
        "value": Money(amount=redeemed.value_minor, currency=telling.currency),
        "expires_at": instant_or_none(redeemed.reward.expires_us),
        "wheel": wheel(
            redeemed.drawn, telling.timeline.edition(redeemed.rulebook), redeemed.reward.reward, telling.language
        ),
        "rulebook_version": redeemed.rulebook,
    }


def voucher(code: str, issued: Issued, telling: Telling) -> models.Voucher:
    """A voucher and where it stands."""
    row = issued.redemption.row
    redeemed = row.change.outcome
    assert isinstance(redeemed, facts.Redeemed), "a reward handed out the code"
    assert redeemed.reward is not None, "a reward handed out the code"
    rewards = telling.timeline.editions[redeemed.rulebook - 1].compiled.document.rewards
    title = next(reward.title for reward in rewards if reward.id == redeemed.reward.reward)
    return models.Voucher(
        code=code,
        state=issued.state,
        member=typeids.encode("mbr", row.member),
        redemption=typeids.encode("rdm", row.id),
        reward=redeemed.reward.reward,
        title=pick(title, telling.language),
        value=Money(amount=redeemed.value_minor, currency=telling.currency),
        expires_at=instant_or_none(redeemed.reward.expires_us),
    )


def use(row: JournalRow, issued: Issued, telling: Telling) -> models.VoucherUse:
    """A voucher that did its work."""
    command, redeemed = row.command, issued.redemption.row.change.outcome
    assert isinstance(command, vouchers.VoucherUse), "the caller used a voucher"
    assert isinstance(redeemed, facts.Redeemed), "a redemption issued it"
    assert redeemed.reward is not None, "a redemption issued it"
    return models.VoucherUse(
        id=typeids.encode("vus", row.id),
        redemption=typeids.encode("rdm", command.voucher),
        reward=redeemed.reward.reward,
        value=Money(amount=redeemed.value_minor, currency=telling.currency),
        **standing(row.change, row.member, telling),
    )
