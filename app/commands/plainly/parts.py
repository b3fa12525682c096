"""What a rulebook is told in: blocks of sentences, each sentence with what it is about and what it was made of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from app.commands.plainly.phrases import CHANGES
from app.commands.plainly.voice import Voice

Section = Literal[
    "title",
    "earning",
    "segments",
    "tiers",
    "tier_sets",
    "points",
    "wallets",
    "rewards",
    "attributes",
    "activities",
    "badges",
    "challenges",
    "streaks",
    "surprises",
    "leaderboards",
    "holds",
    "transfers",
    "adjustments",
    "goodwill",
    "referral",
    "late",
    "notices",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One sentence. Two versions say the same if it is made `of` the same, whatever it mentions by name."""

    aspect: str
    text: str
    of: object
    # What goes without saying until it changes: a name in every language, the only wallet there is.
    is_silent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A rule, a level, a wallet, a reward, or a section as a whole (`id` is None)."""

    section: Section
    id: str | None
    heading: str
    said: tuple[Said, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """What an explanation has of it."""
        return tuple(said.text for said in self.said if not said.is_silent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """The voice, and what levels, wallets, segments, attributes and the like are called."""

    voice: Voice
    levels: Mapping[str, str]
    sets: Mapping[str, tuple[str, Mapping[str, str]]]
    wallets: Mapping[str, str]
    segments: Mapping[str, str]
    attributes: Mapping[str, str]
    groups: Mapping[str, str]
    badges: Mapping[str, str]
    rewards: Mapping[str, str]
    activities: Mapping[str, str]


def named(voice: Voice, aspect: str, titles: Mapping[str, str] | None) -> Iterator[Said]:
    """A text for people, language by language. Headings have it in one language."""
    for language, text in sorted((titles or {}).items()):
        told = voice.say(CHANGES[aspect], language=language, text=text)
        yield Said(aspect=f"{aspect}.{language}", text=told, of=text, is_silent=True)
