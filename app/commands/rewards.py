"""The catalogue as callers see it: what there is, why a member cannot have it, whose a voucher is."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from msgspec import Struct

from app.commands.asks import Recorded
from app.commands.reading import Quote, Reading
from app.commands.requests import Request, claim, made_before
from app.engine.commands import RewardRedemption
from app.engine.context import Edition, Stock
from app.engine.draws import prize_stock
from app.engine.odds import odds_of_wheel, stocks_of
from app.engine.outcomes import Redeemed
from app.engine.refusals import Reason, Refusal
from app.engine.rulebook.rewards import Reward
from app.engine.shared_stocks import pool_stock, reward_stock
from app.repositories import codes as repository
from app.repositories import lives, programs, stocks
from app.repositories.database import Database
from app.repositories.programs import Program

# The numbers under which the journal files the use of a voucher, and its undoing.
USE: Final = 17
RESTORATION: Final = 30


class Offer(Struct, frozen=True, kw_only=True):
    """A reward, how many of it are left, what it costs whom it was asked for, and why they cannot have it.

    `is_gift`: they were given it, so that it costs them nothing. `prizes_left`: of a wheel, how often each of its
    prizes can still be won.
    """

    reward: Reward
    left: int | None
    cost_points: int
    obstacles: tuple[Reason, ...]
    is_gift: bool = False
    prizes_left: tuple[int | None, ...] = ()


class Issued(Struct, frozen=True, kw_only=True):
    """A voucher: the redemption that issued it, and its state at this instant."""

    redemption: Recorded
    state: str


class Pool(Struct, frozen=True, kw_only=True):
    """A pool of codes after an import."""

    added: int
    size: int
    taken: int


async def catalogue(
    database: Database, reading: Reading, program: Program, rewards: Sequence[Reward], member: UUID | None
) -> list[Offer]:
    """Every reward in force. For a member each is decided like a redemption of one, and thrown away."""
    names = [reward_stock(reward.id) for reward in rewards]
    names += [pool_stock(reward.pool) for reward in rewards if reward.pool is not None]
    wheels = [odds for reward in rewards if (odds := odds_of_wheel(reward)) is not None]
    names += [name for odds in wheels for name in stocks_of(odds)]
    async with database.glancing() as reader:
        stocked = await stocks.look(reader, program.id, names)
    offers = []
    for reward in rewards:
        limits = [] if reward.stock is None else [reward.stock - stocked[reward_stock(reward.id)].taken]
        if reward.pool is not None:
            pool = stocked[pool_stock(reward.pool)]
            limits.append((pool.size or 0) - pool.taken)
        cost: int = reward.cost_points
        obstacles: tuple[Reason, ...] = ()
        is_gift = False
        if member is not None:
            cost, obstacles, is_gift = await _for_member(reading, program, reward, member)
        offers.append(
            Offer(
                reward=reward,
                left=max(0, min(limits)) if limits else None,
                cost_points=cost,
                obstacles=obstacles,
                is_gift=is_gift,
                prizes_left=_prizes_left(reward, stocked),
            )
        )
    return offers


def _prizes_left(reward: Reward, stocked: Mapping[str, Stock]) -> tuple[int | None, ...]:
    odds = odds_of_wheel(reward)
    if odds is None:
        return ()
    return tuple(
        None if chance.stock is None else max(0, chance.stock - stocked[prize_stock(odds.draw, chance.id)].taken)
        for chance in odds.prizes
    )


async def _for_member(
    reading: Reading, program: Program, reward: Reward, member: UUID
) -> tuple[int, tuple[Reason, ...], bool]:
    quoted = await reading.quote(program, member, RewardRedemption(reward=reward.id))
    if isinstance(quoted, Refusal):
        return reward.cost_points, quoted.reasons, False
    assert isinstance(quoted, Quote), "the member was looked up"
    taken = quoted.change.outcome
    assert isinstance(taken, Redeemed), "a reward was redeemed"
    return taken.points, (), taken.reward is not None and bool(taken.reward.gifts)


async def voucher(database: Database, reading: Reading, program: Program, code: str) -> Issued | None:
    """The voucher with a code, and where it stands in its life."""
    async with database.glancing() as reader:
        fact = await repository.by_code(reader, program.id, code)
    found = await reading.fact(program, fact) if fact is not None else None
    if found is None:
        return None
    taken = found.row.change.outcome
    assert isinstance(taken, Redeemed), "a reward handed out the code"
    assert taken.reward is not None, "a reward handed out the code"
    async with database.glancing() as reader:
        kinds = await lives.ended_by(reader, program.id, found.row.id)
    if kinds and kinds[-1] != RESTORATION:
        return Issued(redemption=found, state="used" if kinds[-1] == USE else "cancelled")
    standing = await reading.standing(program, found.row.member)
    expires_us = taken.reward.expires_us
    is_over = standing is not None and expires_us is not None and expires_us <= standing.now_us
    return Issued(redemption=found, state="expired" if is_over else "issued")


async def add_codes(database: Database, request: Request, program: Program, pool: str, codes: Sequence[str]) -> Pool:
    """Append codes to a pool; those that are there already are left alone. Raises KeyReused."""
    async with database.transaction() as writer:
        before = await made_before(writer, request)
        added, size = (int(before), 0) if before is not None else (0, 0)
        if before is None:
            added, size = await repository.add_codes(writer, program.id, pool, codes)
            await claim(writer, request, str(added), await programs.clock(writer))
        now = (await stocks.look(writer, program.id, [pool_stock(pool)]))[pool_stock(pool)]
    return Pool(added=added, size=now.size or size, taken=now.taken)


async def codes_of(database: Database, program: Program, fact: UUID) -> tuple[str, ...]:
    """The codes that a redemption handed out."""
    async with database.glancing() as reader:
        return await repository.codes_of(reader, program.id, fact)


async def in_force(database: Database, reading: Reading, program: Program) -> Edition | None:
    """The rulebook in force by the programme's clock."""
    async with database.glancing() as reader:
        now_us, versions = await lives.clock(reader, program.id)
    return (await reading.timeline(program, versions)).in_force(now_us)
