"""What remains of a purchase: how much of it a refund names, and what the rest still earns."""

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from app.engine.commands import Refund, RefundLine
from app.engine.context import Context
from app.engine.corrected import Corrected
from app.engine.decisions.judging import divided, facts_of
from app.engine.facts import Basket, Facts, Line, RuleTrace
from app.engine.movements import Draw
from app.engine.outcomes import Purchased, Refunded
from app.engine.refusals import Reason, Refusal, refuse
from app.engine.remains import Rest, RestLine, is_nothing
from app.engine.rulebook.evaluate import evaluate
from app.engine.rulebook.rest import earn_rest, points_like, rest_of
from app.engine.rulebook.rounding import spread
from app.engine.rulebook.shares import level_expiry
from app.engine.state import Original

NOTHING: Final = RestLine(quantity_micro=0, amount_minor=0)


def rest_now(original: Original, basket: Basket, bought: Purchased) -> Rest | None:
    """What remains of a purchase that was not, or in part, undone; None when nothing does.

    A purchase of nothing can be undone once.
    """
    if not original.reversed_by:
        none_yet = (0,) * (1 + len(bought.grants))
        return Rest(
            lines=tuple(
                RestLine(quantity_micro=line.quantity_micro, amount_minor=line.amount_minor) for line in basket.lines
            ),
            asked=none_yet,
            returned=0,
            returned_minor=0,
            referral_undone=False,
            forgiven=none_yet,
        )
    latest = original.latest.outcome if original.latest is not None else None
    rest = latest.rest if isinstance(latest, Refunded | Corrected) else None
    return None if rest is None or rest.is_nothing else rest


def lines_after(command: Refund, rest: Rest) -> tuple[RestLine, ...] | Refusal:
    """The lines that remain of a rest after a refund, or every reason against it.

    Refuses with all that apply of lines_or_amount, unknown_line, line_repeated, quantity_or_amount and
    refunds_too_much.
    """
    if command.lines and command.amount_minor is not None:
        return refuse("lines_or_amount", "/amount")
    if command.lines:
        return _without_lines(command.lines, rest.lines)
    if command.amount_minor is not None:
        return _without_amount(command.amount_minor, rest)
    return (NOTHING,) * len(rest.lines)


def unnamed_after(command: Refund, rest: Rest, lines: tuple[RestLine, ...]) -> tuple[int, ...]:
    """What refunds of no line in particular have taken off these lines, which remain of a rest after a refund.

    Of a line that goes back in part its share goes with it: what is left was bought at the lowered price, too.
    """
    before = rest.unnamed or (0,) * len(lines)
    if command.amount_minor is not None:
        unnamed = tuple(
            so_far + was.amount_minor - left.amount_minor
            for so_far, was, left in zip(before, rest.lines, lines, strict=True)
        )
    else:
        unnamed = tuple(
            so_far * left.amount_minor // max(1, was.amount_minor)
            for so_far, was, left in zip(before, rest.lines, lines, strict=True)
        )
    return unnamed if any(unnamed) else ()


def _without_lines(named: tuple[RefundLine, ...], lines: tuple[RestLine, ...]) -> tuple[RestLine, ...] | Refusal:
    after, reasons, seen = list(lines), [], set()
    for position, part in enumerate(named):
        pointer = f"/lines/{position}"
        if not 0 <= part.line < len(lines):
            numbers = (("line", part.line), ("lines", len(lines)))
            reasons.append(Reason(code="unknown_line", pointer=f"{pointer}/line", numbers=numbers))
        elif part.line in seen:
            reasons.append(Reason(code="line_repeated", pointer=f"{pointer}/line", numbers=(("line", part.line),)))
        else:
            seen.add(part.line)
            less = _less(part, lines[part.line], pointer)
            if isinstance(less, Reason):
                reasons.append(less)
            else:
                after[part.line] = less
    return Refusal(reasons=tuple(reasons)) if reasons else tuple(after)


def _less(part: RefundLine, line: RestLine, pointer: str) -> RestLine | Reason:
    """A line without what goes back of it.

    A quantity takes its share of the money that remains, rounded down, and the last piece all of it. Money alone
    leaves the quantity, unless all of the money goes.
    """
    quantity, amount = part.quantity_micro, part.amount_minor
    if quantity is not None and amount is not None:
        return Reason(code="quantity_or_amount", pointer=pointer)
    if quantity is not None:
        if not 1 <= quantity <= line.quantity_micro:
            numbers = (("remaining_micro", line.quantity_micro), ("requested_micro", quantity))
            return Reason(code="refunds_too_much", pointer=f"{pointer}/quantity", numbers=numbers)
        money = line.amount_minor * quantity // line.quantity_micro
        return RestLine(quantity_micro=line.quantity_micro - quantity, amount_minor=line.amount_minor - money)
    if amount is not None:
        if not 1 <= amount <= line.amount_minor:
            return _too_much(f"{pointer}/amount", amount, line.amount_minor)
        return NOTHING if amount == line.amount_minor else replace(line, amount_minor=line.amount_minor - amount)
    return _too_much(f"{pointer}/line", 0, 0) if line == NOTHING else NOTHING


def _without_amount(amount: int, rest: Rest) -> tuple[RestLine, ...] | Refusal:
    """Money goes back in proportion to the lines; when all that remains goes, everything does.

    In proportion to what they were before any money went back like this, and with all of it together: otherwise the
    remainders of many small refunds would always fall to the same lines.
    """
    lines = rest.lines
    if not 1 <= amount <= rest.amount_minor:
        return Refusal(reasons=(_too_much("/amount", amount, rest.amount_minor),))
    if amount == rest.amount_minor:
        return (NOTHING,) * len(lines)
    shares = _fallen_due(amount, [line.amount_minor for line in lines], rest.unnamed or (0,) * len(lines))
    return tuple(
        replace(line, amount_minor=line.amount_minor - share) for line, share in zip(lines, shares, strict=True)
    )


def _fallen_due(amount: int, left: Sequence[int], before: Sequence[int]) -> list[int]:
    """What each line adds so that all that was taken of it, with what was `before`, is its share of all that was taken.

    A line that has given more than its share gives nothing, and the others share what is still wanted of them.
    """
    shares = [0] * len(left)
    lines = list(range(len(left)))
    while True:
        wanted = spread(
            amount + sum(before[place] for place in lines), [left[place] + before[place] for place in lines]
        )
        behind = [place for place, share in zip(lines, wanted, strict=True) if share >= before[place]]
        if len(behind) == len(lines):
            break
        lines = behind
    for place, share in zip(lines, wanted, strict=True):
        shares[place] = share - before[place]
    return shares


def _too_much(pointer: str, requested: int, remaining: int) -> Reason:
    numbers = (("remaining", remaining), ("requested", requested))
    return Reason(code="refunds_too_much", pointer=pointer, numbers=numbers)


def tender_after(bought: Purchased, lines: tuple[RestLine, ...]) -> tuple[int, int]:
    """Of the points that paid for the purchase, how many have to be back when these lines remain, and their value.

    Their share of the money that went back, rounded down; all of them with the last of it.
    """
    gone = bought.total_minor - sum(line.amount_minor for line in lines)
    total = max(1, bought.total_minor)
    return bought.paid_points * gone // total, bought.paid_minor * gone // total


def last_drawn_first(draws: tuple[Draw, ...], before: int, after: int) -> tuple[Draw, ...]:
    """The part of what a purchase drew that comes back when `before` points are back already and `after` should be."""
    found, passed = [], 0
    for drawn in reversed(draws):
        points = min(after, passed + drawn.points) - max(before, passed)
        if points > 0:
            found.append(Draw(lot=drawn.lot, points=points))
        passed += drawn.points
    return tuple(found)


def asked_back(granted: int, left: int, so_far: int) -> int:
    """What has to be asked back in all of a credit of which the rest earns `left`: never less than was so far."""
    return min(max(granted - left, so_far), granted)


def still_earned(
    bought: Purchased, basket: Basket, lines: tuple[RestLine, ...], paid_minor: int, context: Context
) -> tuple[int, ...]:
    """The points that the rest earns in the first lot and in each grant, by the recorded version and tier.

    `paid_minor` of the rest is still paid with points. Nothing earns nothing.
    """
    if is_nothing(lines):
        return (0,) * (1 + len(bought.grants))
    compiled = context.timeline.edition(bought.rulebook).compiled
    facts = facts_then(bought, basket, context)
    left = earn_rest(compiled, facts, facts_left(bought, basket, lines, paid_minor, context), bought.trace)
    usual = level_expiry(compiled, facts)
    first, _ = divided(left, usual)
    # The same rulebook finds the same destinations again.
    others = divided(evaluate(compiled, facts), usual)[1] if bought.grants else ()
    return (first.points if first is not None else 0, *points_like(left, others))


def still_granted(
    bought: Purchased, basket: Basket, lines: tuple[RestLine, ...], paid_minor: int, context: Context
) -> Sequence[RuleTrace]:
    """What each rule grants to the rest, by the recorded version."""
    if is_nothing(lines):
        return ()
    compiled = context.timeline.edition(bought.rulebook).compiled
    facts = facts_then(bought, basket, context)
    return earn_rest(compiled, facts, facts_left(bought, basket, lines, paid_minor, context), bought.trace).trace


def facts_then(bought: Purchased, basket: Basket, context: Context) -> Facts:
    """What the rules saw of a purchase when it was judged."""
    return facts_of(basket, bought.occurred_us, context.zone, bought.tier, bought.paid_minor, bought.readings)


def facts_left(
    bought: Purchased, basket: Basket, lines: tuple[RestLine, ...], paid_minor: int, context: Context
) -> Facts:
    """What they would have seen if only the rest had been bought, of which points still pay `paid_minor`."""
    return rest_of(facts_then(bought, basket, context), _shrunk(basket, lines), paid_minor)


def _shrunk(basket: Basket, lines: tuple[RestLine, ...]) -> tuple[Line, ...]:
    """The lines of the basket with what remains of them; those that went back are not there any more."""
    rest = []
    for line, left in zip(basket.lines, lines, strict=True):
        if left == RestLine(quantity_micro=line.quantity_micro, amount_minor=line.amount_minor):
            rest.append(line)
            continue
        if left == NOTHING:
            continue
        part, whole = (
            (left.amount_minor, line.amount_minor)
            if line.amount_minor
            else (left.quantity_micro, max(1, line.quantity_micro))
        )
        rest.append(
            replace(
                line,
                quantity_micro=left.quantity_micro,
                amount_minor=left.amount_minor,
                discount_minor=line.discount_minor * part // whole,
                tax_minor=line.tax_minor * part // whole,
            )
        )
    return tuple(rest)
