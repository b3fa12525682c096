"""The naive model: a list of the commands that were accepted. Every question replays all of them from the beginning."""

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
    VoucherUse,
)
from app.engine.context import Timeline
from tests.engine import naive_buying as buying
from tests.engine import naive_sharing as sharing
from tests.engine import naive_spending as spending
from tests.engine.naive_books import Books, No, Person

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

    def ask(self, now_us: int, member: UUID, command: Command, fact: UUID) -> str | None:
        """The reason for which a command is refused, or None: it has been accepted."""
        try:
            self.replayed([*self.events, (now_us, member, command, fact)])
        except No as no:
            return str(no)
        self.events.append((now_us, member, command, fact))
        return None

    def books(self, now_us: int) -> Books:
        """Everything as it stands at an instant."""
        books = self.replayed(self.events)
        books.move_on(now_us)
        return books

    def replayed(self, events: list[Event]) -> Books:
        books = Books(zone=self.zone, timeline=self.timeline)
        for now_us, member, command, fact in events:
            books.move_on(now_us)
            sharing.ask(books, books.person(member), command, fact, carry_out)
            books.move_on(now_us)
        return books


def carry_out(books: Books, person: Person, command: Command, fact: UUID) -> None:
    """Do what a command says, or say No."""
    match command:
        case LetTimePass():
            return
        case Enrol():
            person.enrolled = True
            return
        case _:
            may_act(person, command)
    match command:
        case Purchase():
            buying.buy(books, person, command, fact)
        case Refund():
            buying.refund(books, person, command)
        case Void():
            buying.void(books, person, command)
        case Move():
            buying.move(books, person, command, fact)
        case Confirm():
            buying.confirm(books, person, command)
        case TransferOut():
            sharing.transfer(books, person, command, fact)
        case MergeOut():
            sharing.merge(books, person, command.into)
        case HouseholdJoin():
            sharing.join(books, person, command, fact)
        case HouseholdLeave():
            sharing.leave(person)
        case Block():
            person.blocked = True
        case Unblock():
            person.blocked = False
        case _:
            spend_or_give(books, person, command, fact)


def may_act(person: Person, command: Command) -> None:
    if not person.enrolled:
        raise No("not_enrolled")
    if person.merged_into:
        raise No("member_merged")
    if person.blocked and isinstance(command, EARNING_OR_SPENDING):
        raise No("member_blocked")


def spend_or_give(books: Books, person: Person, command: Command, fact: UUID) -> None:  # noqa: C901 - one case a command
    match command:
        case Redemption():
            spending.redeem(books, person, command, fact)
        case RedemptionCancel():
            spending.cancel(books, person, command)
        case HoldPlace():
            spending.place(books, person, command, fact)
        case HoldExtend():
            spending.extend(books, person, command)
        case Capture():
            spending.capture(books, person, command, fact)
        case HoldRelease():
            spending.release(books, person, command)
        case RewardRedemption():
            spending.take_reward(books, person, command, fact)
        case VoucherUse():
            spending.use_voucher(books, person, command)
        case Adjustment():
            spending.adjust(books, person, command, fact)
        case Goodwill():
            spending.be_kind(books, person, command, fact)
        case AdjustmentCancel():
            spending.unadjust(books, person, command)
        case Extension():
            spending.lengthen(books, person, command)
        case _:
            raise TypeError(command)
