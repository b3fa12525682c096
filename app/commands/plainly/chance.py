"""Prizes, surprises, wheels and leaderboards in plain sentences."""

from collections.abc import Iterator

from app.commands.plainly.conditions import about, applies_if
from app.commands.plainly.parts import Block, Said, Teller, named
from app.commands.plainly.phrases import CHANGES
from app.commands.plainly.phrases_chance import CHANCE, PRIZES
from app.commands.plainly.points import life
from app.commands.plainly.rules import dates
from app.engine.rulebook.chances import Chance, Wheel
from app.engine.rulebook.document import MAIN_WALLET, Leaderboard, Rulebook, Surprise
from app.engine.rulebook.measures import PURCHASES, CountOf, SumOf
from app.engine.rulebook.prizes import Prize


def prize(given: Prize, teller: Teller) -> str:
    """What a prize gives, in a sentence or two."""
    voice, parts = teller.voice, []
    if given.points is not None:
        points, wallet = voice.points(given.points), given.wallet
        if wallet is None or wallet == MAIN_WALLET:
            parts.append(voice.say(PRIZES["points"], points=points))
        else:
            parts.append(voice.say(PRIZES["points_into"], points=points, wallet=teller.wallets[wallet]))
    if given.badge is not None:
        parts.append(voice.say(PRIZES["badge"], title=teller.badges.get(given.badge, given.badge)))
    if given.gift is not None:
        title = teller.rewards.get(given.gift, given.gift)
        if given.gift_days is None:
            parts.append(voice.say(PRIZES["gift"], title=title))
        else:
            parts.append(voice.say(PRIZES["gift_days"], title=title, days=voice.days(given.gift_days)))
    told = voice.say(PRIZES["gives"], what=voice.listed(parts, "standard"))
    return told if given.expiry is None else f"{told} {life(given.expiry, voice).text}"


def surprises(document: Rulebook, teller: Teller) -> Iterator[Block]:
    """Surprise by surprise."""
    voice = teller.voice
    for surprise in sorted(document.surprises, key=lambda surprise: surprise.id):
        yield Block(
            section="surprises",
            id=surprise.id,
            heading=voice.say(CHANCE["surprise"], title=voice.title(surprise.title), id=surprise.id),
            said=(*named(voice, "title", surprise.title), *_surprise(surprise, teller)),
        )


def _surprise(surprise: Surprise, teller: Teller) -> Iterator[Said]:
    voice = teller.voice
    if surprise.on == PURCHASES:
        yield Said(aspect="on", text=voice.say(CHANCE["on_purchases"]), of=surprise.on)
    else:
        text = voice.say(CHANCE["on_activity"], kind=teller.activities.get(surprise.on, surprise.on))
        yield Said(aspect="on", text=text, of=surprise.on)
    if surprise.when is not None:
        yield applies_if(surprise.when, teller)
    if surprise.items is not None:
        yield from about(surprise.items, teller)
    yield from dates(surprise.valid_from, surprise.valid_until, voice)
    yield from _chances(surprise.prizes, surprise.nothing_weight, teller)
    if surprise.budget_points is not None:
        text = voice.say(CHANCE["budget"], points=voice.points(surprise.budget_points))
        yield Said(aspect="budget", text=text, of=surprise.budget_points)
    if surprise.limit is not None:
        text = voice.say(CHANCE[f"draws_{surprise.limit.per}"], number=voice.number(surprise.limit.times))
        yield Said(aspect="limit", text=text, of=surprise.limit)
    text = voice.say(CHANCE["sticky" if surprise.sticky else "not_sticky"])
    yield Said(aspect="sticky", text=text, of=surprise.sticky)


def wheel(turned: Wheel, teller: Teller) -> Iterator[Said]:
    """What a wheel stops at, and whether a turn of it can be taken back."""
    yield from _chances(turned.prizes, turned.nothing_weight, teller)
    yield Said(aspect="cancel", text=teller.voice.say(CHANCE[f"cancel_{turned.cancel}"]), of=turned.cancel)


def _chances(prizes: tuple[Chance, ...], nothing: int, teller: Teller) -> Iterator[Said]:
    voice = teller.voice
    total = sum(chance.weight for chance in prizes) + nothing
    for place, chance in enumerate(prizes):
        text = voice.say(
            CHANCE["chance"],
            title=voice.title(chance.title),
            weight=voice.number(chance.weight),
            total=voice.number(total),
            prize=prize(chance.prize, teller),
        )
        # Where a prize lies is no matter to its odds, and yet to what a draw that is made again would give.
        yield Said(aspect=f"chance.{chance.id}", text=text, of=(place, chance.weight, total, chance.prize))
        for language, title in sorted(chance.title.items()):
            told = voice.say(CHANGES["title"], language=language, text=title)
            yield Said(aspect=f"chance.{chance.id}.{language}", text=told, of=title, is_silent=True)
        if chance.stock is not None:
            text = voice.say(CHANCE["stock"], title=voice.title(chance.title), number=voice.number(chance.stock))
            yield Said(aspect=f"stock.{chance.id}", text=text, of=chance.stock)
    if nothing:
        text = voice.say(CHANCE["nothing"], weight=voice.number(nothing), total=voice.number(total))
        yield Said(aspect="nothing", text=text, of=(nothing, total))


def leaderboards(document: Rulebook, teller: Teller) -> Iterator[Block]:
    """Leaderboard by leaderboard."""
    voice = teller.voice
    for board in sorted(document.leaderboards, key=lambda board: board.id):
        yield Block(
            section="leaderboards",
            id=board.id,
            heading=voice.say(CHANCE["leaderboard"], title=voice.title(board.title), id=board.id),
            said=(*named(voice, "title", board.title), *_leaderboard(board, teller)),
        )


def _leaderboard(board: Leaderboard, teller: Teller) -> Iterator[Said]:
    voice, measure = teller.voice, board.measure
    yield Said(aspect="measure", text=_measures(measure, teller), of=_made_of(measure))
    if measure.when is not None:
        yield applies_if(measure.when, teller)
    if measure.items is not None:
        yield from about(measure.items, teller)
    attribute = {} if board.team is None else {"attribute": teller.attributes.get(board.team, board.team)}
    text = voice.say(CHANCE[f"group_{board.group}"], **attribute)
    yield Said(aspect="group", text=text, of=(board.group, board.team))
    yield Said(aspect="period", text=voice.say(CHANCE[f"period_{board.period}"]), of=board.period)
    yield Said(aspect="show", text=voice.say(CHANCE["show"], number=voice.number(board.show)), of=board.show)


def _measures(measure: CountOf | SumOf, teller: Teller) -> str:
    voice, kind = teller.voice, None if measure.of == PURCHASES else teller.activities.get(measure.of, measure.of)
    if isinstance(measure, SumOf):
        if kind is None:
            return voice.say(CHANCE[f"sum_{measure.what}"])
        return voice.say(CHANCE["sum_points_activity"], kind=kind)
    return voice.say(CHANCE["count_purchases"]) if kind is None else voice.say(CHANCE["count_activity"], kind=kind)


def _made_of(measure: CountOf | SumOf) -> object:
    return measure.kind, measure.of, measure.what if isinstance(measure, SumOf) else None
