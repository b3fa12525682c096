"""The naive model of spending: redemptions, holds, the catalogue, vouchers; and of what staff give and take by hand."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from app.engine.commands import (
    Adjustment,
    AdjustmentCancel,
    Capture,
    Extension,
    Goodwill,
    HoldExtend,
    HoldPlace,
    HoldRelease,
    Redemption,
    RedemptionCancel,
    RewardRedemption,
)
from app.engine.rulebook.document import NeverExpires, Reward
from app.engine.rulebook.wallets import Wallet
from app.engine.vouchers import VoucherRestore, VoucherUse
from tests.engine.builders import SECOND_US
from tests.engine.naive_books import (
    Books,
    Draws,
    Hold,
    No,
    Person,
    Pot,
    be_active,
    credit,
    draw,
    give_back,
    let_go,
    price,
    repay,
    take_back,
)
from tests.engine.naive_buying import owned
from tests.engine.naive_calendar import begins_us, day_of

MINUTE_US = 60 * SECOND_US


@dataclass(eq=False)
class Spent:
    """A redemption, also of a reward: what it took from shared stock, and of the member's own limit."""

    owner: UUID
    drawn: Draws
    stock: str = ""
    counter: str = ""
    quantity: int = 0
    kind: str = ""
    voucher_until_us: int | None = None
    used: bool = False
    restored: bool = False
    ended: bool = False


@dataclass(eq=False)
class Placed:
    """A hold, also after its end."""

    owner: UUID
    points: int


@dataclass(eq=False)
class ByHand:
    """An adjustment or a goodwill gift."""

    owner: UUID
    pot: Pot | None
    points: int
    drawn: Draws = field(default_factory=list)
    stock: str = ""
    ended: bool = False


def in_time(books: Books, not_after_us: int | None) -> None:
    if not_after_us is not None and books.now_us > not_after_us:
        raise No("too_late")


def redeem(books: Books, person: Person, command: Redemption, fact: UUID) -> None:
    in_time(books, command.not_after_us)
    price(books.terms(command.wallet, books.now_us).redemption, command.points)
    books.facts[fact] = Spent(owner=person.member, drawn=draw(person, command.wallet, command.points))
    be_active(books, person, command.wallet, books.now_us)


def cancel(books: Books, person: Person, command: RedemptionCancel, _fact: UUID) -> None:
    spent = owned(books, person, command.redemption, Spent)
    if spent.ended:
        raise No("already_reversed")
    if spent.used:
        raise No("voucher_used")
    spent.ended = True
    give_back(person, spent.drawn)
    if spent.stock:
        # A code of a pool has been read by somebody: nobody else may have it.
        books.stocks[spent.stock] -= spent.quantity
    person.counts[spent.counter] -= spent.quantity


def place(books: Books, person: Person, command: HoldPlace, fact: UUID) -> None:
    in_time(books, command.not_after_us)
    rules = books.rules(books.now_us)
    price(books.terms(command.wallet, books.now_us).redemption, command.points)
    drawn = draw(person, command.wallet, command.points)
    for pot, points in drawn:
        pot.left += points
    life_us = books.now_us + rules.holds.life_minutes_max * MINUTE_US
    until_us = books.now_us + (command.minutes or rules.holds.minutes) * MINUTE_US
    if until_us > life_us:
        raise No("hold_life_exceeded")
    person.holds[fact] = Hold(
        fact=fact,
        wallet=command.wallet,
        until_us=until_us,
        life_until_us=life_us,
        rulebook=rules,
        draws=drawn,
    )
    books.facts[fact] = Placed(owner=person.member, points=command.points)
    be_active(books, person, command.wallet, books.now_us)


def active_hold(person: Person, fact: UUID) -> Hold:
    if fact not in person.holds:
        raise No("hold_ended")
    return person.holds[fact]


def extend(books: Books, person: Person, command: HoldExtend, _fact: UUID) -> None:
    hold = active_hold(person, command.hold)
    until_us = books.now_us + command.minutes * MINUTE_US
    if until_us > hold.life_until_us:
        raise No("hold_life_exceeded")
    hold.until_us = max(hold.until_us, until_us)


def capture(books: Books, person: Person, command: Capture, fact: UUID) -> None:
    hold = active_hold(person, command.hold)
    points = sum(points for _, points in hold.draws)
    wanted = points if command.points is None else command.points
    if not 1 <= wanted <= points:
        raise No("exceeds_hold")
    terms = hold.rulebook.redemption if not hold.wallet else named(hold).redemption
    assert terms is not None
    if wanted % terms.step_points:
        raise No("not_a_step")
    taken: Draws = []
    for pot, held in hold.draws:
        share = min(held, wanted)
        wanted -= share
        if share:
            taken.append((pot, share))
            pot.left -= share
    spent = dict(taken)
    hold.draws = [(pot, held - spent.get(pot, 0)) for pot, held in hold.draws]
    let_go(person, hold)
    books.facts[fact] = Spent(owner=person.member, drawn=taken)
    be_active(books, person, hold.wallet, books.now_us)


def named(hold: Hold) -> Wallet:
    return next(wallet for wallet in hold.rulebook.wallets if wallet.id == hold.wallet)


def release(_books: Books, person: Person, command: HoldRelease, _fact: UUID) -> None:
    let_go(person, active_hold(person, command.hold))


def take_reward(books: Books, person: Person, command: RewardRedemption, fact: UUID) -> None:
    in_time(books, command.not_after_us)
    found = [reward for reward in books.rules(books.now_us).rewards if reward.id == command.reward]
    if not found:
        raise No("unknown_reward")
    reward, today = found[0], day_of(books.now_us, books.zone)
    may_have(reward, today)
    if command.quantity > (1 if reward.kind == "voucher" else 100):
        raise No("quantity_out_of_range")
    stock, counter = f"reward/{reward.id}", f"reward/{reward.id}"
    if reward.stock is not None and books.stocks[stock] + command.quantity > reward.stock:
        raise No("out_of_stock")
    if reward.per_member is not None and person.counts[counter] + command.quantity > reward.per_member:
        raise No("reward_limit")
    wallet = "" if reward.wallet == "points" else reward.wallet
    drawn = draw(person, wallet, reward.cost_points * command.quantity)
    books.stocks[stock] += command.quantity
    person.counts[counter] += command.quantity
    until_us = None
    if reward.kind == "voucher" and reward.voucher_days is not None:
        until_us = begins_us(today + reward.voucher_days + 1, books.zone)
    books.facts[fact] = Spent(
        owner=person.member,
        drawn=drawn,
        stock=stock,
        counter=counter,
        quantity=command.quantity,
        kind=reward.kind,
        voucher_until_us=until_us,
    )
    be_active(books, person, wallet, books.now_us)


def may_have(reward: Reward, today: int) -> None:
    day = date.fromordinal(today)
    if reward.valid_from is not None and day < reward.valid_from:
        raise No("not_yet_available")
    if reward.valid_until is not None and day > reward.valid_until:
        raise No("no_longer_available")


def use_voucher(books: Books, person: Person, command: VoucherUse, _fact: UUID) -> None:
    spent = owned(books, person, command.voucher, Spent)
    if spent.kind != "voucher":
        raise No("wrong_kind")
    if spent.ended:
        raise No("voucher_cancelled")
    if spent.used:
        raise No("voucher_used")
    if spent.voucher_until_us is not None and books.now_us >= spent.voucher_until_us:
        raise No("voucher_expired")
    spent.used = True


def restore_voucher(books: Books, person: Person, command: VoucherRestore, _fact: UUID) -> None:
    spent = owned(books, person, command.voucher, Spent)
    if spent.kind != "voucher":
        raise No("wrong_kind")
    if spent.ended:
        raise No("already_reversed")
    if not spent.used:
        raise No("already_reversed" if spent.restored else "wrong_kind")
    spent.used, spent.restored = False, True


def adjust(books: Books, person: Person, command: Adjustment, fact: UUID) -> None:
    if not command.points:
        raise No("nothing_to_adjust")
    limit = books.rules(books.now_us).adjustments.approval_over_points
    if limit is not None and abs(command.points) > limit and command.approver is None:
        raise No("approval_needed")
    if command.points < 0:
        drawn = draw(person, command.wallet, -command.points)
        books.facts[fact] = ByHand(owner=person.member, pot=None, points=command.points, drawn=drawn)
        return
    expiry = NeverExpires(kind="never") if command.never_expires or command.expires_us is not None else None
    if command.expires_us is not None and command.expires_us <= books.now_us:
        raise No("expires_too_soon")
    pot = credit(books, person, fact, command.wallet, command.points, books.now_us, expiry, may_wait=False)
    assert pot is not None
    if command.expires_us is not None:
        pot.expires_us = command.expires_us
    books.facts[fact] = ByHand(owner=person.member, pot=pot, points=command.points)


def be_kind(books: Books, person: Person, command: Goodwill, fact: UUID) -> None:
    terms = books.rules(books.now_us).goodwill
    stock = f"goodwill/{day_of(books.now_us, books.zone)}/{command.staff}"
    if terms is None:
        raise No("goodwill_off")
    if command.points > terms.points_max:
        raise No("goodwill_too_large")
    if books.stocks[stock] + command.points > terms.points_per_staff_and_day:
        raise No("goodwill_used_up")
    books.stocks[stock] += command.points
    pot = credit(books, person, fact, "", command.points, books.now_us, may_wait=False)
    books.facts[fact] = ByHand(owner=person.member, pot=pot, points=command.points, stock=stock)


def unadjust(books: Books, person: Person, command: AdjustmentCancel, _fact: UUID) -> None:
    done = owned(books, person, command.adjustment, ByHand)
    if done.ended:
        raise No("already_reversed")
    done.ended = True
    give_back(person, done.drawn)
    if done.pot:
        take_back(books, person, done.pot, done.points)
    if done.stock:
        books.stocks[done.stock] -= done.points


def lengthen(books: Books, person: Person, command: Extension, _fact: UUID) -> None:
    found = [pot for pot in person.pots if pot.number == command.lot]
    if not found:
        raise No("unknown_lot")
    pot = found[0]
    if not pot.left:
        raise No("lot_closed")
    if pot.expires_us is None:
        raise No("lot_without_date")
    if command.expires_us <= max(pot.expires_us, books.now_us):
        raise No("not_longer")
    pot.expires_us = command.expires_us
    repay(person, pot.wallet)
