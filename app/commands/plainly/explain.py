"""A whole rulebook in plain sentences."""

from app.commands.plainly.catalogue import rewards, wallets
from app.commands.plainly.chance import leaderboards, surprises
from app.commands.plainly.games import games
from app.commands.plainly.ladders import tiers
from app.commands.plainly.parts import Block, Teller, named
from app.commands.plainly.people import attributes
from app.commands.plainly.phrases import HEADINGS
from app.commands.plainly.rules import earning
from app.commands.plainly.segments import segments
from app.commands.plainly.terms import sections
from app.commands.plainly.voice import Voice
from app.engine.rulebook.document import Rulebook


def explain(document: Rulebook, voice: Voice) -> tuple[Block, ...]:
    """Everything that a checked document says, block by block. The order of its lists means nothing here either."""
    levels = document.tiers.levels if document.tiers else ()
    teller = Teller(
        voice=voice,
        levels={level.id: voice.title(level.title) for level in levels},
        sets={
            each.id: (voice.title(each.title), {level.id: voice.title(level.title) for level in each.levels})
            for each in document.tier_sets
        },
        wallets={wallet.id: voice.title(wallet.title) for wallet in document.wallets},
        segments={segment.id: voice.title(segment.title) for segment in document.segments},
        groups={group.id: voice.title(group.title) if group.title else group.id for group in document.earning.groups},
        attributes={attribute.id: voice.title(attribute.title) for attribute in document.attributes},
        badges={badge.id: voice.title(badge.title) for badge in document.badges},
        rewards={reward.id: voice.title(reward.title) for reward in document.rewards},
        activities={kind.id: voice.title(kind.title) for kind in document.activities},
    )
    heading = voice.say(HEADINGS["rulebook"], title=voice.title(document.title))
    title = Block(section="title", id=None, heading=heading, said=tuple(named(voice, "title", document.title)))
    return (
        title,
        *earning(document, teller),
        *segments(document, teller),
        *tiers(document, teller),
        *wallets(document, voice),
        *rewards(document, teller),
        *attributes(document, voice),
        *games(document, teller),
        *surprises(document, teller),
        *leaderboards(document, teller),
        *sections(document, voice),
    )
