"""How a post begins: written, asked, answered, told after a gathering, shared from another group."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.kernel.domain import derived_id

from . import writing_refusals as refusals
from .adverts import NOTHING, Adverts, Goods
from .group import Group
from .post import Post
from .roster import LEADER, OWNER
from .sections import QUESTIONS, Sections
from .written import ANSWER, LEADERS, MEMBERS, QUESTION, RECAP, SHARE


@dataclass(frozen=True, slots=True)
class Room:
    """Where something is written: the group, its sections, its adverts."""

    group: Group
    sections: Sections
    adverts: Adverts


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What somebody writes, and where in the group. ``goods`` are those it carries and those that it links to."""

    text: str
    title: str | None = None
    kind: str = "post"
    section_id: UUID | None = None
    lane: str = MEMBERS
    goods: Goods = NOTHING


def publish(room: Room, post_id: UUID, words: Words, *, by: UUID, now: datetime) -> Post:
    """A post or a question. Raises what ``_begin`` raises, and ``PostWithoutText``."""
    _require_text(words.text)
    return _begin(room, post_id, words, by=by, now=now)


def answer(room: Room, question: Post, post_id: UUID, words: Words, *, by: UUID, now: datetime) -> Post:
    """An answer, in the section of its question. Raises what ``_begin`` raises, ``NotAQuestion``, ``PostIsGone``,
    ``PostWithoutText``."""
    _require_text(words.text)
    require_writer(room.group, by)
    question.require_question()
    question.require_shown()
    placed = Words(text=words.text, kind=ANSWER, section_id=question.section_id, goods=words.goods)
    return _begin(room, post_id, placed, by=by, now=now, question_id=question.id)


def share(room: Room, home: Room, source: Post, words: Words, *, by: UUID, now: datetime) -> Post:
    """A post of one group, shown in another one with whose it is and where it comes from.

    Whoever shares is a member of both. Raises what ``_begin`` raises, ``ShareOfAShare``, ``SharedAtHome``,
    ``PostIsGone``, ``SharingEnded``, ``NotSharedOut``.
    """
    require_writer(room.group, by)
    home.group.require_member(by)
    if source.source_post_id is not None:
        raise refusals.ShareOfAShare(post_id=source.id, source_post_id=source.source_post_id)
    if room.group.id == source.group_id:
        raise refusals.SharedAtHome(post_id=source.id)
    source.require_shown()
    if not source.is_shareable:
        raise refusals.SharingEnded(post_id=source.id)
    if not home.sections.lets_out(source.section_id):
        raise refusals.NotSharedOut(group_id=source.group_id, post_id=source.id)
    shown = Goods(
        [*dict.fromkeys([*map(UUID, source.listing_ids), *words.goods.listing_ids])],
        [*dict.fromkeys([*source.links, *words.goods.links])],
    )
    placed = Words(text=words.text, kind=SHARE, section_id=words.section_id, goods=shown)
    return _begin(room, share_id(source.id, room.group.id, by), placed, by=by, now=now, source=source)


def share_id(source_post_id: UUID, group_id: UUID, person_id: UUID) -> UUID:
    """A person shares a post into a group once."""
    return derived_id("share", source_post_id, group_id, person_id)


def recap(group: Group, gathering_id: UUID, author_id: UUID, goods: Goods) -> Post:
    """The organiser's report, whose words stand with the gathering. It is labelled, and not counted: nobody writes it
    here, and one gathering has one."""
    leads = {OWNER, LEADER}.intersection(group.roles_of(author_id))
    return Post(
        post_id=recap_id(gathering_id), group_id=group.id, author_id=author_id, kind=RECAP, section_id=None,
        lane=LEADERS if leads else MEMBERS, title=None, text=None, listing_ids=[*map(str, goods.listing_ids)],
        links=[], is_advert=goods.is_advert, gathering_id=gathering_id, question_id=None, source_post_id=None,
        source_group_id=None, source_author_id=None, rules_version=0,
    )  # fmt: skip


def recap_id(gathering_id: UUID) -> UUID:
    """One for each gathering."""
    return derived_id("recap", gathering_id)


def require_writer(group: Group, by: UUID) -> None:
    """Raises ``WritingForMembers``, ``RulesToAccept``."""
    if not group.is_member(by):
        raise refusals.WritingForMembers(group_id=group.id)
    group.require_current_rules(by)


def _begin(
    room: Room, post_id: UUID, words: Words, *, by: UUID, now: datetime, question_id: UUID | None = None,
    source: Post | None = None,
) -> Post:  # fmt: skip
    """Raises ``WritingForMembers``, ``RulesToAccept``, ``NotLeader``, ``NoSuchSection``, ``SectionIsRetired``,
    ``SectionTakesQuestions``, and for an advert what ``Adverts.count`` raises."""
    require_writer(room.group, by)
    if words.lane == LEADERS:
        room.group.require_leader(by)
    _require_place(room, words, is_answer=question_id is not None)
    if words.goods.is_advert:
        room.adverts.count(post_id, by, now)
    return Post(
        post_id=post_id, group_id=room.group.id, author_id=by, kind=words.kind, section_id=words.section_id,
        lane=words.lane, title=words.title, text=words.text, listing_ids=[*map(str, words.goods.listing_ids)],
        links=[*words.goods.links], is_advert=words.goods.is_advert, gathering_id=None,
        question_id=question_id, source_post_id=None if source is None else source.id,
        source_group_id=None if source is None else source.group_id,
        source_author_id=None if source is None else source.author_id, rules_version=room.group.rules_version,
    )  # fmt: skip


def _require_place(room: Room, words: Words, *, is_answer: bool) -> None:
    """A question in a section that was retired since can still be answered."""
    if words.section_id is None or is_answer:
        return
    section = room.sections.require_open(words.section_id)
    if section["kind"] == QUESTIONS and words.kind != QUESTION:
        raise refusals.SectionTakesQuestions(section_id=words.section_id)


def _require_text(text: str) -> None:
    if not text.strip():
        raise refusals.PostWithoutText()
