"""Lives of what is written in a group: its sections, its adverts, its posts."""

from datetime import timedelta
from uuid import UUID

from services.groups.domain import Group, writing
from services.groups.domain.adverts import Adverts, Goods
from services.groups.domain.post import Post
from services.groups.domain.sections import Sections
from services.groups.domain.writing import Room, Words
from services.kernel.domain import AggregateRoot
from tests.support.scenario import ANNA, BORIS, CHEN, NOON

GROUP, TARGET, SECTION, LISTING = UUID(int=0x60), UUID(int=0x61), UUID(int=0x5EC), UUID(int=0x11)
POST, QUESTION, ANSWER = UUID(int=0x905), UUID(int=0x906), UUID(int=0x907)
LATER = NOON + timedelta(hours=1)


def _room(group_id: UUID = GROUP) -> Room:
    """A group of three: Anna owns it, Boris reviews it, Chen writes."""
    group = Group.found(group_id=group_id, owner_id=ANNA, name="Quiet Trails", rules="Leave no trace.", now=NOON)
    for person_id in (BORIS, CHEN):
        group.admit(person_id, by=ANNA, now=NOON, recorded=True)
    group.give_role(BORIS, "reviewer", by=ANNA)
    return Room(group, Sections(group_id), Adverts(group_id))


def _places() -> list[AggregateRoot]:
    room = _room()
    room.sections.open(room.group, SECTION, "Routes", "trips", by=ANNA)
    room.sections.change(room.group, SECTION, "Ways", shares_out=False, by=ANNA)
    room.sections.retire(room.group, SECTION, by=ANNA)
    room.sections.restore(room.group, SECTION, by=ANNA)
    room.sections.set_openness(room.group, is_public=True, shares_out=True, by=ANNA)
    room.adverts.set_quota(room.group, 3, 30, by=ANNA)
    room.adverts.count(POST, CHEN, NOON)
    return [room.sections, room.adverts]


def _advert(room: Room) -> Post:
    words = Words(
        text=f"Take it along: /listings/{LISTING}", title="竿", lane="leaders", goods=Goods([LISTING], [str(LISTING)])
    )  # fmt: skip
    return writing.publish(room, POST, words, by=ANNA, now=NOON)


def _posts() -> list[AggregateRoot]:
    room = _room()
    post = _advert(room)
    upheld, restored = (writing.publish(room, POST, Words(text="Boats."), by=CHEN, now=NOON) for _ in range(2))
    post.pin(room.group, by=ANNA)
    post.unpin(room.group, by=ANNA)
    post.edit(room.group, "竿", "Take it along, it floats.", [], by=ANNA)
    post.report("spam", "Too loud", by=CHEN)
    post.dismiss_reports(room.group, by=BORIS)
    post.withdraw_sharing(by=ANNA)
    post.delete(by=ANNA)
    for one in (upheld, restored):
        one.remove(room.group, "off_topic", "This is about boats", by=BORIS, now=NOON)
        one.appeal("It is about shores", by=CHEN, now=LATER)
    upheld.decide_appeal(room.group, False, "Boats all the same", by=ANNA)
    restored.decide_appeal(room.group, True, "So it is", by=ANNA)
    return [post, upheld, restored]


def _questions() -> list[AggregateRoot]:
    room, target = _room(), _room(TARGET)
    question = writing.publish(room, QUESTION, Words(text="Which way?", kind="question"), by=CHEN, now=NOON)
    answer = writing.answer(room, question, ANSWER, Words(text="Left."), by=BORIS, now=NOON)
    question.accept(answer, by=CHEN)
    shared = writing.share(target, room, question, Words(text="They know."), by=BORIS, now=NOON)
    return [question, answer, shared]


LIVES = [_places, _posts, _questions]
