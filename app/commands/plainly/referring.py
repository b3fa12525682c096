"""What members and the friends whom they bring get, in plain sentences."""

from collections.abc import Iterator

from app.commands.plainly.parts import Said
from app.commands.plainly.phrases import TERMS
from app.commands.plainly.phrases_people import PEOPLE
from app.commands.plainly.points import life
from app.commands.plainly.voice import Voice
from app.engine.rulebook.document import MAIN_WALLET, Referral, Rulebook
from app.engine.rulebook.prizes import Prize


def referral(document: Rulebook, voice: Voice) -> Iterator[Said]:
    """Everything about bringing friends."""
    terms = document.referral
    if terms is None:
        yield Said(aspect="referral", text=voice.say(TERMS["no_referral"]), of=None)
        return
    for aspect, points in (("referral", terms.referrer_points), ("friend", terms.friend_points)):
        yield Said(aspect=aspect, text=voice.say(TERMS[aspect], points=voice.points(points)), of=points)
    text = voice.say(TERMS["friend_minimum"], money=voice.money(terms.minimum_minor))
    yield Said(aspect="friend_minimum", text=text, of=terms.minimum_minor)
    text = voice.say(TERMS["friend_within"], number=voice.number(terms.within_days))
    yield Said(aspect="friend_within", text=text, of=terms.within_days)
    yield from _sides(terms, document, voice)
    yield from _limits(terms, voice)


def _sides(terms: Referral, document: Rulebook, voice: Voice) -> Iterator[Said]:
    """What is other than usual for either side."""
    titles = {wallet.id: voice.title(wallet.title) for wallet in document.wallets}
    for side, wallet, expiry, prize in (
        ("referrer", terms.referrer_wallet, terms.referrer_expiry, terms.referrer_prize),
        ("friend", terms.friend_wallet, terms.friend_expiry, terms.friend_prize),
    ):
        if wallet != MAIN_WALLET:
            aspect = f"{side}_wallet"
            yield Said(aspect=aspect, text=voice.say(PEOPLE[aspect], wallet=titles.get(wallet, wallet)), of=wallet)
        if expiry is not None:
            aspect = f"{side}_expiry"
            yield Said(aspect=aspect, text=voice.say(PEOPLE[aspect], life=life(expiry, voice).text), of=expiry)
        if prize is not None:
            yield from _prize(side, prize, document, voice)


def _prize(side: str, prize: Prize, document: Rulebook, voice: Voice) -> Iterator[Said]:
    named = {f"badge {badge.id}": voice.title(badge.title) for badge in document.badges}
    named |= {f"gift {reward.id}": voice.title(reward.title) for reward in document.rewards}
    for kind, what in (("badge", prize.badge), ("gift", prize.gift)):
        if what is not None:
            aspect = f"{side}_{kind}"
            text = voice.say(PEOPLE[aspect], title=named.get(f"{kind} {what}", what))
            yield Said(aspect=aspect, text=text, of=(what, prize.gift_days))


def _limits(terms: Referral, voice: Voice) -> Iterator[Said]:
    """What must be bought, how long rewards wait, for how many friends, and who else is rewarded."""
    if terms.stores is not None:
        text = voice.say(PEOPLE["stores"], any=voice.quoted(terms.stores, "or"))
        yield Said(aspect="stores", text=text, of=frozenset(terms.stores))
    if terms.categories is not None:
        text = voice.say(PEOPLE["categories"], codes=voice.quoted(terms.categories, "standard"))
        yield Said(aspect="categories", text=text, of=frozenset(terms.categories))
    if terms.hold_days:
        text = voice.say(PEOPLE["hold_days"], days=voice.count("day", terms.hold_days))
        yield Said(aspect="hold_days", text=text, of=terms.hold_days)
    for cap in sorted(terms.caps, key=lambda cap: cap.per):
        aspect = f"per_{cap.per}"
        yield Said(aspect=aspect, text=voice.say(PEOPLE[aspect], number=voice.number(cap.friends)), of=cap.friends)
    for level, points in enumerate(terms.upline_points, start=2):
        aspect = f"level_{level}"
        yield Said(aspect=aspect, text=voice.say(PEOPLE[aspect], points=voice.points(points)), of=points)
    text = voice.say(PEOPLE["afterwards" if terms.afterwards else "not_afterwards"])
    yield Said(aspect="afterwards", text=text, of=terms.afterwards, is_silent=not terms.afterwards)
