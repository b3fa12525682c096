"""Segments in plain sentences."""

from collections.abc import Iterator

from app.commands.plainly.conditions import in_words
from app.commands.plainly.parts import Block, Said, Teller, named
from app.commands.plainly.phrases import HEADINGS
from app.commands.plainly.phrases_members import MEMBERS
from app.engine.rulebook.document import Rulebook


def segments(document: Rulebook, teller: Teller) -> Iterator[Block]:
    """Segment by segment, who is in it."""
    voice = teller.voice
    for segment in document.segments:
        told, made_of = in_words(segment.when, teller)
        yield Block(
            section="segments",
            id=segment.id,
            heading=voice.say(HEADINGS["segment"], title=voice.title(segment.title), id=segment.id),
            said=(
                *named(voice, "title", segment.title),
                Said(aspect="when", text=voice.say(MEMBERS["segment_is"], condition=told), of=made_of),
            ),
        )
