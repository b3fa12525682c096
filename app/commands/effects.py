"""Effects on accounts that were not known before: who is asked what, and under which key."""

from typing import Final, assert_never
from uuid import UUID

from app.commands.asks import Ask
from app.engine.commands import ReferralClawback, ReferralReward
from app.engine.ids import fact_id
from app.engine.movements import ClawBackReferrer, Effect, RewardReferrer

# Whatever the service asks of itself.
SYSTEM_SOURCE: Final = 0
# The commands that carry an effect; nobody outside sends them.
CARRYING: Final = (ReferralReward, ReferralClawback)


def carried(secret: bytes, fact: UUID, effect: Effect) -> Ask:
    """What carries an effect of this fact over.

    The keys follow from the purchase alone, so that a claw-back can name a reward still on its way.
    """
    match effect:
        case RewardReferrer(referrer=referrer) as word:
            return Ask(
                member=referrer,
                command=ReferralReward(
                    purchase=fact,
                    points=word.points,
                    rulebook=word.rulebook,
                    level=word.level,
                    occurred_us=word.occurred_us,
                ),
                key=f"referral-reward:{fact}",
            )
        case ClawBackReferrer(referrer=referrer, purchase=purchase):
            reward = fact_id(secret, SYSTEM_SOURCE, f"referral-reward:{purchase}")
            return Ask(
                member=referrer,
                command=ReferralClawback(reward=reward),
                key=f"referral-clawback:{purchase}",
            )
        case _:
            assert_never(effect)
