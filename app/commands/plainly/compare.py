"""What changes from one rulebook to another, in plain sentences: block by block, what was said and what is said now."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from app.commands.plainly.explain import explain
from app.commands.plainly.parts import Block, Said
from app.commands.plainly.phrases import CHANGES
from app.commands.plainly.voice import Voice
from app.engine.rulebook.document import Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One sentence that is new (`before` is None), gone (`after` is None), or other than it was."""

    aspect: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A rule, a level, a wallet, a reward, or a section as a whole (`id` is None), and what happened to it."""

    kind: Literal["added", "removed", "changed"]
    section: str
    id: str | None
    text: str
    details: tuple[Detail, ...]

    def lines(self, voice: Voice) -> Iterator[str]:
        """The details in sentences. What is new or gone as a whole needs no word before each of them."""
        for detail in self.details:
            was, is_now = detail.before or "", detail.after or ""
            if self.kind != "changed":
                yield was or is_now
            elif was and is_now:
                yield voice.say(CHANGES["before"], text=was)
                yield voice.say(CHANGES["after"], text=is_now)
            else:
                yield voice.say(CHANGES["gone" if was else "appeared"], text=was or is_now)


def compare(old: Rulebook, new: Rulebook, voice: Voice) -> tuple[Change, ...]:
    """Every difference that means something, in the order of the new document, then what is gone."""
    before = {(block.section, block.id): block for block in explain(old, voice)}
    after = {(block.section, block.id): block for block in explain(new, voice)}
    present = [_change(before.get(key), block, voice) for key, block in after.items()]
    gone = [_change(block, None, voice) for key, block in before.items() if key not in after]
    return tuple(change for change in (*present, *gone) if change is not None)


def _change(old: Block | None, new: Block | None, voice: Voice) -> Change | None:
    block = new or old
    assert block is not None, "a block is in one of the two"
    kind: Literal["added", "removed", "changed"] = "added" if old is None else "removed" if new is None else "changed"
    details = tuple(_differences(old, new) if old and new else _all_of(block, is_new=old is None))
    if kind == "changed" and not details:
        return None
    text = voice.say(CHANGES[kind], what=block.heading)
    return Change(kind=kind, section=block.section, id=block.id, text=text, details=details)


def _all_of(block: Block, *, is_new: bool) -> Iterator[Detail]:
    for said in block.said:
        if not said.is_silent:
            before, after = (None, said.text) if is_new else (said.text, None)
            yield Detail(aspect=said.aspect, before=before, after=after)


def _differences(old: Block, new: Block) -> Iterator[Detail]:
    before = {said.aspect: said for said in old.said}
    after = {said.aspect: said for said in new.said}
    for aspect in (*after, *(aspect for aspect in before if aspect not in after)):
        was, is_now = before.get(aspect), after.get(aspect)
        if was is None or is_now is None or was.of != is_now.of:
            yield Detail(aspect=aspect, before=_text(was), after=_text(is_now))


def _text(said: Said | None) -> str | None:
    return None if said is None else said.text
