"""The four laws of the engine: fold, lazy = swept, slice = whole, again."""

from collections.abc import Iterator
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import astuple, replace

from app.engine.change import Change
from app.engine.codec import decode_change, decode_command, encode
from app.engine.commands import Enrol, LetTimePass
from app.engine.context import Context
from app.engine.decide import decide
from app.engine.ledger.draft import Draft
from app.engine.ledger.evolve import evolve
from app.engine.movements import Entry, Notice
from app.engine.naming import touches
from app.engine.needs import needs
from app.engine.refusals import Refusal
from app.engine.state import Account, Ever, State
from app.engine.wanted import Needs
from tests.engine.builders import Member
from tests.engine.examples import examples
from tests.engine.journeys import Life, command_of, fact_of, lives
from tests.engine.slices import Shelf

Answer = Change | Refusal


def born(life: Life) -> Member:
    """The member at the beginning of a life: enrolled."""
    member = Member(published=life.timeline, zone=life.zone, enrolled=False)
    member.now_us = life.start_us
    member.must(Enrol(referrer=life.referrer), UUID(int=1))
    return member


def lived(life: Life, *, swept: bool = False) -> tuple[Member, list[Answer]]:
    """The member at the end of a life, and every answer on the way; `swept` lets time pass before each step."""
    member, answers = born(life), []
    for index, step in enumerate(life.steps):
        for part in (step.pause_us // 2, step.pause_us - step.pause_us // 2) if swept else (step.pause_us,):
            member.now_us += part
            if swept:
                member.ask(LetTimePass(), UUID(int=10**6 + index))
        answers.append(member.ask(command_of(life, index, member.now_us), fact_of(index)))
    return member, answers


def told(member: Member) -> list[Notice]:
    """All that the member has heard, however late somebody looked."""
    return sorted((notice for change in member.changes for notice in change.notices), key=astuple)


def without_bounds(account: Account) -> Account:
    """The account without its two lower bounds and without what a sweep alone may leave later."""
    return replace(account, due_us=None, oldest_day=0)


@examples(60)
@given(lives())
def test_fold_the_state_is_the_fold_of_its_changes(life: Life) -> None:
    member, _ = lived(life)
    folded = State(account=Account(), ever=Ever())
    for change in member.changes:
        folded = evolve(folded, decode_change(encode(change)))
    assert folded == member.state


@examples(60)
@given(lives())
def test_fold_the_state_adds_up(life: Life) -> None:
    member, _ = lived(life)
    account, lots = member.account, member.state.lots
    entries: list[Entry] = [entry for change in member.changes for entry in change.entries]
    assert [entry.number for entry in entries] == list(range(1, account.entries + 1))
    assert sum(entry.points for entry in entries) == account.balance
    assert account.balance == sum(lot.remaining for lot in lots) - account.debt
    assert sorted(lot.number for lot in lots) == list(range(1, account.lots + 1))
    for lot in lots:
        assert lot.granted == lot.remaining + lot.used + lot.expired + lot.reversed
        assert min(lot.remaining, lot.used, lot.expired, lot.reversed, lot.uncollected) >= 0
    assert account.debt == 0 or account.free == 0
    window = sum(tally.points for tally in member.state.tallies if tally.day >= account.window_day)
    assert account.window_points == window
    older = [tally for tally in member.state.tallies if account.window_day <= tally.day < account.oldest_day]
    assert older == []
    waiting = [lot.expires_us for lot in lots if lot.remaining and lot.expires_us is not None]
    waiting += [account.review_us] if account.review_us is not None else []
    assert account.due_us is None or account.due_us <= min(waiting, default=account.due_us)
    assert account.due_us is not None or not waiting


@examples(60)
@given(lives())
def test_lazy_is_swept_letting_time_pass_changes_no_answer(life: Life) -> None:
    lazy, answers = lived(life)
    swept, answers_swept = lived(life, swept=True)

    def shown(answer: Answer) -> object:
        return (answer.outcome, answer.after, answer.effects, answer.referral) if isinstance(answer, Change) else answer

    assert [shown(answer) for answer in answers_swept] == [shown(answer) for answer in answers]
    for member in (lazy, swept):
        member.ask(LetTimePass())
    assert swept.entries() == lazy.entries()
    assert told(swept) == told(lazy)
    assert without_bounds(swept.account) == without_bounds(lazy.account)
    assert replace(swept.state, account=lazy.account) == lazy.state


def batches(life: Life) -> Iterator[list[int]]:
    """Steps without a pause between them, cut where one names a fact that another of the batch is about."""
    together: list[int] = []
    seen: set[UUID] = set()
    for index, step in enumerate(life.steps):
        command, fact = command_of(life, index, 0), fact_of(index)
        own = {fact, *touches(command, fact)}
        if together and (step.pause_us or seen & own):
            yield together
            together, seen = [], set()
        together.append(index)
        seen |= own
    if together:
        yield together


def without_due(answer: Answer) -> Answer:
    """What falls due next is a bound; a slice may know less about it."""
    return replace(answer, due_us=None) if isinstance(answer, Change) else answer


def next_us(member: Member, context: Context) -> int | None:
    """When time does something next to a whole ledger; what an account says of it is a bound, and may be old."""
    account = replace(member.account, due_us=member.now_us)
    draft = Draft(replace(member.state, account=account), context)
    return min((at_us for at_us in draft.instants() if at_us > member.now_us), default=None)


def not_later(bound_us: int | None, than_us: int | None) -> bool:
    return than_us is None or (bound_us is not None and bound_us <= than_us)


@examples(60)
@given(lives(), st.integers(1, 4))
def test_slice_is_whole_deciding_on_slices_in_batches(life: Life, draw_lots_max: int) -> None:
    """The ledger as the lanes keep it: cut for a batch, evolved command by command, written back once."""
    whole = born(life)
    shelf = Shelf(draw_lots_max=draw_lots_max, account=whole.account)
    for batch in batches(life):
        whole.now_us += life.steps[batch[0]].pause_us
        asked = [(command_of(life, index, whole.now_us), fact_of(index)) for index in batch]
        originals = {fact: whole.named(command, fact) for command, fact in asked}
        wanted = Needs()
        for command, fact in asked:
            wanted |= needs(command, shelf.account, whole.now_us, life.zone, life.timeline, originals[fact])
        before = state = shelf.cut(wanted, whole.now_us)
        for command, fact in asked:
            answer = decide(command, replace(state, originals=originals[fact]), whole.context(fact))
            expected = whole.ask(command, fact)
            assert without_due(answer) == without_due(expected)
            if isinstance(answer, Change) and isinstance(expected, Change):
                exact_us = next_us(whole, whole.context(fact))
                assert not_later(answer.due_us, exact_us)
                assert not_later(expected.due_us, exact_us)
                state = evolve(state, answer)
                shelf.count(answer)
        shelf.put_back(before, state)
        assert shelf.lots == whole.lots
        assert replace(shelf.account, due_us=None) == replace(whole.account, due_us=None)


@examples(60)
@given(lives())
def test_again_the_same_arguments_give_the_same_change(life: Life) -> None:
    member = born(life)
    for index, step in enumerate(life.steps):
        member.now_us += step.pause_us
        command, fact = command_of(life, index, member.now_us), fact_of(index)
        state = replace(member.state, originals=member.named(command, fact))
        answer = member.ask(command, fact)
        read = decode_command(encode(command))
        assert read == command
        again = decide(read, state, member.context(fact))
        assert again == answer
        if isinstance(answer, Change) and isinstance(again, Change):
            assert encode(again) == encode(answer)
            assert decode_change(encode(answer)) == answer
