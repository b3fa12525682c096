"""Of which wallets a row took points, or let them mature: its own Change says it only of those that moved."""

from collections.abc import Iterable, Sequence
from typing import Final

from app.engine import outcomes as facts
from app.engine.change import Change
from app.engine.corrected import Corrected
from app.engine.played import Acted, ActivityCancelled
from app.engine.remains import Rest, Reversed

# The entries of what is taken back, besides those of prizes; a correction takes by hand.
BACK: Final = frozenset({"reversal", "referral_reversal", "adjustment"})


def moved(change: Change, kinds: Iterable[str]) -> dict[str, int]:
    """The points of the entries of these kinds, by wallet; the main one is nameless."""
    sums: dict[str, int] = {}
    for entry in change.entries:
        if entry.kind in kinds:
            sums[entry.wallet] = sums.get(entry.wallet, 0) + entry.points
    return sums


def reversals(change: Change, original: Change | None) -> list[tuple[str, Reversed]]:
    """What was asked back and what came of it, once a wallet; a referral's reward by itself, last.

    `original` is the fact that was taken back. Without it, the entries say which wallets they are of.
    """
    match change.outcome:
        case facts.Refunded(award=award, grants=grants, referral=referral, rest=rest):
            parts = _summed(_wallets(change, original, rest, (award, *grants)), (award, *grants))
            return [*parts, (_referral_wallet(original), referral)]
        case Corrected(taken=taken, rest=rest):
            return _summed(_wallets(change, original, rest, taken), taken)
        case ActivityCancelled(grants=grants):
            return _summed(_wallets(change, original, None, grants), grants)
        case facts.AdjustmentCancelled(reversed=undone) | facts.ClawedBack(reward=undone):
            return _summed(_wallets(change, original, None, (undone,)), (undone,))
        case facts.Merged(referral=undone):
            return [("", undone)]
        case _:
            return []


def _wallets(change: Change, original: Change | None, rest: Rest | None, parts: Sequence[Reversed]) -> list[str]:
    """The wallets of what was taken back, part by part."""
    added = [each.wallet for each in rest.added] if rest is not None else []
    match original.outcome if original is not None else None:
        case facts.Purchased(grants=grants):
            return ["", *(grant.wallet for grant in grants), *added]
        case Acted(grants=given):
            return [grant.wallet for grant in given]
        case facts.Adjusted(wallet=wallet) | facts.Rewarded(wallet=wallet):
            return [wallet]
        case _:
            found = [entry.wallet for entry in change.entries if entry.kind in BACK and entry.points < 0]
            collected = sum(1 for part in parts if part.collected)
            entries = iter(found[len(found) - collected :])
            return [next(entries) if part.collected else "" for part in parts]


def _referral_wallet(original: Change | None) -> str:
    bought = original.outcome if original is not None else None
    return bought.referral_wallet if isinstance(bought, facts.Purchased) else ""


def _summed(wallets: Sequence[str], parts: Sequence[Reversed]) -> list[tuple[str, Reversed]]:
    sums: dict[str, Reversed] = {}
    for wallet, part in zip(wallets, parts, strict=False):
        sums[wallet] = _both(sums[wallet], part) if wallet in sums else part
    return list(sums.items())


def _both(one: Reversed, other: Reversed) -> Reversed:
    return Reversed(**{name: getattr(one, name) + getattr(other, name) for name in Reversed.__struct_fields__})


def matured(change: Change, points: int, original: Change | None) -> list[tuple[str, int]]:
    """Points that could be spent from then on, by wallet; all in one where a part of them had gone before."""
    bought = original.outcome if original is not None else None
    if not isinstance(bought, facts.Purchased):
        return [("", points)]
    lots = {bought.lot: ("", bought.points)} | {each.lot: (each.wallet, each.points) for each in bought.grants}
    sums: dict[str, int] = {}
    for move in change.lot_moves:
        if move.matured and move.number in lots:
            wallet, granted = lots[move.number]
            sums[wallet] = sums.get(wallet, 0) + granted
    return list(sums.items()) if sum(sums.values()) == points else [("", points)]
