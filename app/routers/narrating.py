"""What a journal row did, in sentences: one function over the outcomes, one over what time did on the way."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from app.engine import outcomes as facts
from app.engine import vouchers
from app.engine.change import Change
from app.engine.commands import Command, TransferIn, TransferOut
from app.engine.context import Edition, Timeline
from app.engine.corrected import Corrected
from app.engine.movements import Notice, TierMove
from app.engine.outcomes import Outcome
from app.engine.played import Acted, ActivityCancelled
from app.routers.causes import Titles
from app.routers.languages import pick, text
from app.routers.phrases import ENTRIES, MESSAGES, OUTCOMES, TIMES
from app.routers.wallets import matured, moved, reversals

DAY_US: Final = 86_400_000_000
# A sentence, its values, and the wallet whose points the first of them are.
Told = tuple[str, dict[str, int | str], str]
# What moves points within a wallet, without an entry.
ASIDE: Final = (facts.Held, facts.Released, facts.Confirmed)
# What is told in one way, whatever its numbers.
ALIKE: Final[Mapping[type[Outcome], str]] = {
    facts.TimePassed: "time",
    ActivityCancelled: "activity_undone",
    facts.HeldLonger: "held_longer",
    vouchers.VoucherUsed: "voucher_used",
    vouchers.VoucherRestored: "voucher_restored",
    facts.AdjustmentCancelled: "correction_undone",
    facts.Extended: "extended",
    facts.Joined: "joined",
    facts.Left: "left",
    facts.MergedAway: "merged_away",
}


def outcome_told(
    change: Change, named: Titles, *, command: Command | None = None, original: Change | None = None
) -> list[str]:
    """What came of a command, without prizes. What is nothing is not told.

    `original` is the Change of the fact that the command was about: it says which wallets that had moved.
    """
    told = _told(change, named, command, original)
    return [text(named.language, phrase, **_named(values, wallet, named)) for phrase, values, wallet in told]


def _named(values: dict[str, int | str], wallet: str, named: Titles) -> dict[str, int | str]:
    if not wallet:
        return values
    first = next(iter(values))
    return values | {first: named.amount(int(values[first]), wallet)}


def standing_told(change: Change, named: Titles, *, of_time: bool) -> list[str]:
    """Where the member stands: what can be spent, what cannot yet, what is owed; in other wallets if they changed.

    Those that time alone has changed are told `of_time` only: whether a worker had been there first is no news.
    """
    after = change.after
    told = [text(named.language, MESSAGES["spendable"], points=spendable(change))]
    told += _waiting(after.pending, after.debt, "", named)
    is_aside = isinstance(change.outcome, ASIDE)
    by_itself = {entry.wallet for entry in change.entries if entry.kind != "expiry"} if change.purses else ()
    for purse in change.purses:
        if not of_time and not is_aside and purse.wallet not in by_itself:
            continue
        free = purse.balance + purse.debt - purse.pending - purse.held
        told.append(text(named.language, MESSAGES["spendable"], points=named.amount(free, purse.wallet)))
        told += _waiting(purse.pending, purse.debt, purse.wallet, named)
    return told


def _waiting(pending: int, debt: int, wallet: str, named: Titles) -> Iterator[str]:
    if pending:
        yield text(named.language, MESSAGES["pending"], points=named.amount(pending, wallet))
    if debt:
        yield text(named.language, MESSAGES["owed"], points=named.amount(debt, wallet))


def _told(change: Change, named: Titles, command: Command | None, original: Change | None) -> Iterator[Told]:
    match change.outcome:
        case facts.Purchased() as bought:
            yield from _bought(bought, named)
        case facts.Redeemed() as taken:
            yield from _redeemed(taken, named)
        case facts.Confirmed(points=points):
            for wallet, some in matured(change, points, original):
                yield OUTCOMES["matured"], {"points": some}, wallet
        case facts.Released(points=points):
            held = original.outcome if original is not None else None
            yield OUTCOMES["let_go"], {"points": points}, held.wallet if isinstance(held, facts.Held) else ""
        case Corrected(points=points, rulebook=version, given=given):
            beside = [(each.wallet, each.points) for each in given if each.wallet]
            asked = [(wallet, taken.asked) for wallet, taken in reversals(change, original) if wallet]
            main = points - sum([some for _, some in beside]) + sum([some for _, some in asked])
            yield OUTCOMES["decided_again"], {"points": main, "version": version}, ""
            yield from _beside(beside, named)
        case facts.Sent(points=points, wallet=wallet):
            is_home = isinstance(command, TransferOut) and command.reason == "household"
            yield OUTCOMES["handed_over" if is_home else "sent"], {"points": points}, wallet
        case facts.Received(points=points, wallet=wallet):
            is_home = isinstance(command, TransferIn) and command.reason == "household"
            yield OUTCOMES["taken_over" if is_home else "received"], {"points": points}, wallet
        case outcome:
            yield from _of_itself(outcome)
            yield from _of_wallets(outcome, change, named)
    yield from _reversed(change, original)
    yield from _returned(change)


def _bought(bought: facts.Purchased, named: Titles) -> Iterator[Told]:
    yield OUTCOMES["earned"], {"points": earned(bought)}, ""
    yield from _beside(_granted(bought), named)
    yield from _unless_nothing("referred", bought.referral_points, bought.referral_wallet)
    yield from _unless_nothing("paid", bought.paid_points)


def earned(bought: facts.Purchased) -> int:
    """All that the rules gave in the main wallet, in however many lots."""
    return bought.points + sum([grant.points for grant in bought.grants if not grant.wallet])


def beside_told(bought: facts.Purchased, named: Titles) -> list[str]:
    """What came into other wallets."""
    told = [text(named.language, phrase, **values) for phrase, values, _ in _beside(_granted(bought), named)]
    if bought.referral_points and bought.referral_wallet:
        points = named.amount(bought.referral_points, bought.referral_wallet)
        told.append(text(named.language, OUTCOMES["referred"], points=points))
    return told


def _granted(bought: facts.Purchased) -> list[tuple[str, int]]:
    return [(grant.wallet, grant.points) for grant in bought.grants]


def _beside(granted: Iterable[tuple[str, int]], named: Titles) -> Iterator[Told]:
    """What came into other wallets than the main one, once a wallet."""
    sums: dict[str, int] = {}
    for wallet, points in granted:
        if wallet:
            sums[wallet] = sums.get(wallet, 0) + points
    for wallet, points in sums.items():
        yield OUTCOMES["earned_beside"], {"wallet": named.wallet(wallet), "points": points}, ""


def _redeemed(taken: facts.Redeemed, named: Titles) -> Iterator[Told]:
    if taken.reward is None:
        yield OUTCOMES["redeemed"], {"points": taken.points}, taken.wallet
    else:
        title = named.reward(taken.reward.reward)
        yield OUTCOMES["redeemed_for"], {"points": taken.points, "title": title}, taken.wallet
    yield from _unless_nothing("let_go", taken.released, taken.wallet)


def _of_itself(outcome: Outcome) -> Iterator[Told]:
    """What is told without points."""
    match outcome:
        case facts.Enrolled(created=created):
            yield OUTCOMES["opened" if created else "open_before"], {}, ""
        case Acted(counted=False):
            yield OUTCOMES["over_limit"], {}, ""
        case facts.TierGiven(tier=tier):
            yield OUTCOMES["tier_ended" if tier is None else "tier_given"], {}, ""
        case facts.BlockSet(blocked=blocked):
            yield OUTCOMES["blocked" if blocked else "unblocked"], {}, ""
        case _ if type(outcome) in ALIKE:
            yield OUTCOMES[ALIKE[type(outcome)]], {}, ""
        case _:
            return


def _of_wallets(outcome: Outcome, change: Change, named: Titles) -> Iterator[Told]:
    """What is told with the points of a wallet."""
    match outcome:
        case facts.Rewarded(points=points, wallet=wallet):
            yield OUTCOMES["rewarded" if points else "not_rewarded"], {"points": points}, wallet
        case facts.Held(points=points, wallet=wallet):
            yield OUTCOMES["held"], {"points": points}, wallet
        case facts.Adjusted(points=points, wallet=wallet):
            is_goodwill = any(entry.kind == "goodwill" for entry in change.entries)
            yield ENTRIES["goodwill"] if is_goodwill else OUTCOMES["corrected"], {"points": points}, wallet
        case Acted(counted=True, points=points, grants=grants):
            beside = [(grant.wallet, grant.points) for grant in grants]
            yield OUTCOMES["acted"], {"points": points - sum([some for wallet, some in beside if wallet])}, ""
            yield from _beside(beside, named)
        case facts.Merged(points=points, claimed=claimed):
            phrase = OUTCOMES["claimed" if claimed else "merged"]
            yield phrase, {"points": points}, ""
            for wallet, some in moved(change, ("merge_in",)).items():
                if wallet:
                    yield phrase, {"points": some}, wallet
        case _:
            return


def _reversed(change: Change, original: Change | None) -> Iterator[Told]:
    """What was asked back, and what came of it."""
    for wallet, taken in reversals(change, original):
        if taken.asked:
            yield OUTCOMES["asked_back"], {"asked": taken.asked, "taken": taken.collected}, wallet
            yield from _unless_nothing("forgiven", taken.expired, wallet)
            yield from _unless_nothing("owed_now", taken.from_debt, wallet)
            yield from _unless_nothing("uncollected", taken.uncollected, wallet)


def _returned(change: Change) -> Iterator[Told]:
    """What came back: points that had paid, or that had been taken by hand."""
    match change.outcome:
        case facts.Refunded(returned=points):
            yield from _unless_nothing("came_back", points)
        case facts.Cancelled(returned=points):
            yield OUTCOMES["came_back"], {"points": points}, next(iter(moved(change, ("return",))), "")
        case facts.AdjustmentCancelled(returned=points) if points:
            yield MESSAGES["given_back"], {"points": points}, next(iter(moved(change, ("return",))), "")
        case _:
            return


def _unless_nothing(phrase: str, points: int, wallet: str = "") -> Iterator[Told]:
    if points:
        yield OUTCOMES[phrase], {"points": points}, wallet


def level_title(edition: Edition | None, tier: str, language: str, ladder: str = "") -> str:
    """What a tier is called, as far as the rulebook knows it."""
    found = edition.compiled.ladder(ladder) if edition is not None else None
    if found is None or tier not in found.ranks:
        return tier
    return pick(found.levels[found.rank(tier)].title, language)


def expiry_told(points: int, wallet: str, named: Titles) -> str:
    """Points that expired."""
    return text(named.language, TIMES["expiry"], points=named.amount(points, wallet))


def ripened_told(change: Change, language: str) -> list[str]:
    """What time made of credits that had waited, and of holds; what a confirmation did is its own."""
    told = []
    matured = sum(1 for move in change.lot_moves if move.matured)
    if matured and not isinstance(change.outcome, facts.Confirmed):
        told.append(text(language, TIMES["maturity"], number=matured))
    lapsed = sum(1 for move in change.hold_moves if move.ended == "lapsed")
    if lapsed:
        told.append(text(language, TIMES["lapse"], number=lapsed))
    return told


def tier_told(timeline: Timeline, move: TierMove, language: str) -> str:
    """Why a member stands in a tier."""
    sentence = TIMES.get(move.reason, TIMES["promotion"])
    edition = timeline.in_force(move.at_us)
    return text(language, sentence, level=level_title(edition, move.tier, language, move.ladder))


def notice_told(timeline: Timeline, notice: Notice, named: Titles) -> str:
    """Word that was given to a member."""
    language = named.language
    edition, days = timeline.in_force(notice.at_us), round(abs(notice.on_us - notice.at_us) / DAY_US)
    level = level_title(edition, notice.tier, language, notice.ladder)
    return text(language, TIMES[notice.kind], points=named.amount(notice.points, notice.wallet), days=days, level=level)


def spendable(change: Change) -> int:
    """Points of the main wallet that can be spent after a decision."""
    return change.after.spendable
