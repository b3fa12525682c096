"""What is known of members, in plain sentences."""

from collections.abc import Iterator

from app.commands.plainly.parts import Block, Said, named
from app.commands.plainly.phrases_people import PEOPLE
from app.commands.plainly.voice import Voice
from app.engine.rulebook.document import Attribute, Rulebook


def attributes(document: Rulebook, voice: Voice) -> Iterator[Block]:
    """Every attribute that members may have."""
    for attribute in sorted(document.attributes, key=lambda attribute: attribute.id):
        yield Block(
            section="attributes",
            id=attribute.id,
            heading=voice.say(PEOPLE["attribute"], title=voice.title(attribute.title), id=attribute.id),
            said=(*named(voice, "title", attribute.title), *_attribute(attribute, voice)),
        )


def _attribute(attribute: Attribute, voice: Voice) -> Iterator[Said]:
    codes = voice.quoted(attribute.choices or (), "standard")
    told = voice.say(PEOPLE[f"attribute_{attribute.kind}"], **({"codes": codes} if attribute.choices else {}))
    yield Said(aspect="kind", text=told, of=(attribute.kind, frozenset(attribute.choices or ())))
    told = voice.say(PEOPLE["attribute_personal" if attribute.personal else "attribute_open"])
    yield Said(aspect="personal", text=told, of=attribute.personal)
