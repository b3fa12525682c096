"""Wallets and rewards in plain sentences."""

from collections.abc import Iterator

from app.commands.plainly.chance import wheel
from app.commands.plainly.parts import Block, Said, Teller, named
from app.commands.plainly.phrases import CATALOGUE, HEADINGS
from app.commands.plainly.phrases_members import MEMBERS
from app.commands.plainly.phrases_tiers import TIERS
from app.commands.plainly.points import terms
from app.commands.plainly.rules import dates
from app.commands.plainly.voice import Voice
from app.engine.rulebook.document import MAIN_WALLET, Reward, Rulebook


def wallets(document: Rulebook, voice: Voice) -> Iterator[Block]:
    """The main wallet, then the others."""
    heading = voice.say(HEADINGS["points"])
    yield Block(section="points", id=None, heading=heading, said=tuple(terms(document, voice)))
    for wallet in sorted(document.wallets, key=lambda wallet: wallet.id):
        yield Block(
            section="wallets",
            id=wallet.id,
            heading=voice.say(HEADINGS["wallet"], title=voice.title(wallet.title), id=wallet.id),
            said=(*named(voice, "title", wallet.title), *terms(wallet, voice)),
        )


def rewards(document: Rulebook, teller: Teller) -> Iterator[Block]:
    """Reward by reward."""
    voice = teller.voice
    for reward in sorted(document.rewards, key=lambda reward: (reward.cost_points, reward.id)):
        yield Block(
            section="rewards",
            id=reward.id,
            heading=voice.say(HEADINGS["reward"], title=voice.title(reward.title), id=reward.id),
            said=(
                *named(voice, "title", reward.title),
                *named(voice, "description", reward.description),
                *named(voice, "cause", reward.cause),
                *_reward(reward, teller),
            ),
        )


def _for_whom(reward: Reward, teller: Teller) -> Iterator[Said]:
    voice = teller.voice
    if reward.segments:
        names = [title for segment, title in teller.segments.items() if segment in reward.segments]
        text = voice.say(MEMBERS["only_segments"], any=voice.quoted(names, "standard"))
        yield Said(aspect="segments", text=text, of=frozenset(reward.segments))
    if reward.tiers:
        levels = voice.quoted([title for level, title in teller.levels.items() if level in reward.tiers], "standard")
        yield Said(aspect="tiers", text=voice.say(CATALOGUE["only_tiers"], any=levels), of=frozenset(reward.tiers))


def _reward(reward: Reward, teller: Teller) -> Iterator[Said]:
    voice = teller.voice
    yield from _costs(reward, teller)
    yield Said(aspect="kind", text=voice.say(CATALOGUE[reward.kind]), of=reward.kind)
    if reward.odds:
        yield from wheel(reward.odds, teller)
    if reward.pool:
        yield Said(aspect="pool", text=voice.say(CATALOGUE["pool"], pool=reward.pool), of=reward.pool)
    # What these two say is a name, so a change of it is told with the names, language by language.
    if reward.cause:
        yield Said(aspect="cause", text=voice.say(CATALOGUE["good_cause"], cause=voice.title(reward.cause)), of=None)
    if reward.description:
        yield Said(aspect="about", text=voice.say(CATALOGUE["about"], text=voice.title(reward.description)), of=None)
    if reward.value_minor:
        text = voice.say(CATALOGUE["value"], money=voice.money(reward.value_minor))
        yield Said(aspect="value", text=text, of=reward.value_minor)
    for aspect, pieces in (("stock", reward.stock), ("per_member", reward.per_member)):
        if pieces is not None:
            yield Said(aspect=aspect, text=voice.say(CATALOGUE[aspect], number=voice.number(pieces)), of=pieces)
    yield from _for_whom(reward, teller)
    yield from dates(reward.valid_from, reward.valid_until, voice)
    yield from _early(reward, teller)
    if reward.voucher_days:
        text = voice.say(CATALOGUE["voucher_days"], days=voice.count("day", reward.voucher_days))
        yield Said(aspect="voucher_days", text=text, of=reward.voucher_days)


def _early(reward: Reward, teller: Teller) -> Iterator[Said]:
    """Who can have it before its first day."""
    voice = teller.voice
    for level, days in reward.early_access.items():
        text = voice.say(TIERS["early_access"], tier=teller.levels[level], days=voice.count("day", days))
        yield Said(aspect=f"early_access.{level}", text=text, of=days)


def _costs(reward: Reward, teller: Teller) -> Iterator[Said]:
    voice = teller.voice
    cost = voice.points(reward.cost_points)
    yield Said(aspect="cost", text=voice.say(CATALOGUE["costs"], points=cost), of=reward.cost_points)
    for level, points in reward.tier_costs.items():
        text = voice.say(CATALOGUE["level_costs"], tier=teller.levels[level], points=voice.points(points))
        yield Said(aspect=f"cost.{level}", text=text, of=points)
    if reward.wallet != MAIN_WALLET:
        text = voice.say(CATALOGUE["paid_from"], wallet=teller.wallets[reward.wallet])
        yield Said(aspect="wallet", text=text, of=reward.wallet)
    else:
        text = voice.say(CATALOGUE["paid_from_main"])
        yield Said(aspect="wallet", text=text, of=reward.wallet, is_silent=not teller.wallets)
