"""The naive model: a list of the commands that were accepted. Every question replays all of them from the beginning."""

from collections.abc import Callable
from uuid import UUID

from app.engine.commands import (
    Adjustment,
    AdjustmentCancel,
    Block,
    Capture,
    Command,
    Confirm,
    Enrol,
    Extension,
    Goodwill,
    HoldExtend,
    HoldPlace,
    HoldRelease,
    HouseholdJoin,
    HouseholdLeave,
    LetTimePass,
    MergeOut,
    Move,
    Purchase,
    Redemption,
    RedemptionCancel,
    Refund,
    RewardRedemption,
    TransferOut,
    Unblock,
    Void,
)
from app.engine.context import Timeline
from app.engine.vouchers import VoucherRestore, VoucherUse
from tests.engine import naive_buying as buying
from tests.engine import naive_sharing as sharing
from tests.engine import naive_spending as spending
from tests.engine.naive_books import Books, No, Person
from tests.engine.naive_returning import Bought

EARNING_OR_SPENDING = (
    Purchase,
    Redemption,
    HoldPlace,
    Capture,
    RewardRedemption,
    VoucherUse,
    Goodwill,
    TransferOut,
)
Event = tuple[int, UUID, Command, UUID]


class NaiveWorld:
    """What was accepted: when, whom it was about, what it was, and its id."""

    def __init__(self, zone: str, timeline: Timeline) -> None:
        self.zone = zone
        self.timeline = timeline
        self.events: list[Event] = []
        # The outcome of the last replay: nobody asks twice for the same instant without need.
        self.latest = self.replayed([])

    def ask(self, now_us: int, member: UUID, command: Command, fact: UUID) -> str | None:
        """The reason for which a command is refused, or None: it has been accepted."""
        try:
            self.latest = self.replayed([*self.events, (now_us, member, command, fact)])
        except No as no:
            return str(no)
        self.events.append((now_us, member, command, fact))
        return None

    def books(self, now_us: int) -> Books:
        """Everything as it stands at an instant."""
        if self.latest.now_us != now_us:
            self.latest = self.replayed(self.events)
            self.latest.move_on(now_us)
        return self.latest

    def replayed(self, events: list[Event]) -> Books:
        books = Books(zone=self.zone, timeline=self.timeline)
        for now_us, member, command, fact in events:
            books.move_on(now_us)
            sharing.ask(books, books.person(member), command, fact, carry_out)
            books.move_on(now_us)
        return books


def carry_out(books: Books, person: Person, command: Command, fact: UUID) -> None:
    """Do what a command says, or say No."""
    if isinstance(command, LetTimePass):
        return
    if isinstance(command, Enrol):
        person.enrolled = True
        return
    if not person.enrolled:
        raise No("not_enrolled")
    if person.merged_into:
        raise No("member_merged")
    if person.blocked and isinstance(command, EARNING_OR_SPENDING):
        raise No("member_blocked")
    doing = DOING[type(command)]
    doing(books, person, command, fact)


def block(_books: Books, person: Person, _command: Block, _fact: UUID) -> None:
    person.blocked = True


def unblock(_books: Books, person: Person, _command: Unblock, _fact: UUID) -> None:
    person.blocked = False


DOING: dict[type[Command], Callable[..., None]] = {
    Purchase: buying.buy,
    Refund: buying.refund,
    Void: buying.void,
    Move: buying.move,
    Confirm: buying.confirm,
    Redemption: spending.redeem,
    RedemptionCancel: spending.cancel,
    HoldPlace: spending.place,
    HoldExtend: spending.extend,
    Capture: spending.capture,
    HoldRelease: spending.release,
    RewardRedemption: spending.take_reward,
    VoucherUse: spending.use_voucher,
    VoucherRestore: spending.restore_voucher,
    Adjustment: spending.adjust,
    Goodwill: spending.be_kind,
    AdjustmentCancel: spending.unadjust,
    Extension: spending.lengthen,
    TransferOut: sharing.transfer,
    MergeOut: sharing.merge,
    HouseholdJoin: sharing.join,
    HouseholdLeave: sharing.leave,
    Block: block,
    Unblock: unblock,
}


def living(books: Books, kind: str) -> list[UUID]:
    """The facts of a kind with which something can still be done, in the order in which they happened."""
    return [fact for fact in books.facts if is_living(books, fact, kind)]


def is_living(books: Books, fact: UUID, kind: str) -> bool:
    match books.facts[fact]:
        case Bought() as bought:
            waiting = not bought.ended and bool(buying.waiting(bought))
            found = {"purchase": not bought.ended, "waiting": waiting, "voided": bought.voided, "over": bought.ended}
        case spending.Spent() as spent:
            cancellable = not (spent.ended or spent.used)
            usable = cancellable and spent.kind == "voucher"
            found = {"redemption": cancellable, "voucher": usable, "over": not cancellable}
        case spending.Placed():
            active = any(fact in person.holds for person in books.people.values())
            found = {"hold": active, "over": not active}
        case spending.ByHand() as given:
            found = {"adjustment": not given.ended, "over": given.ended}
        case _:
            found = {}
    return found.get(kind, False)
