"""Writing in a group: posts, questions and answers, and what their authors and the leaders do with them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.groups.application.sections import SectionCommands
from services.groups.domain import writing
from services.groups.domain.adverts import Adverts, Goods, linked_in
from services.groups.domain.post import Post
from services.groups.domain.sections import Sections
from services.groups.domain.writing import Room, Words
from services.groups.domain.writing_refusals import NoSuchListing, NoSuchPost
from services.groups.projections.known_goods import led_to, offered


class PostCommands(SectionCommands):
    """Commands of members. A post that one may not see looks like none; see ``_readable``."""

    def publish_post(
        self, group_id: UUID, text: str, kind: str = "post", title: str | None = None, section_id: UUID | None = None,
        lane: str = "members", listing_ids: Sequence[UUID] = (),
    ) -> dict[str, Any]:  # fmt: skip
        """A post or a question. Raises NoSuchGroup, NoSuchListing, and what ``writing.publish`` raises."""
        room = self._room(group_id)
        writing.require_writer(room.group, self.actor_id)
        goods = self._goods(listing_ids, title, text)
        words = Words(text=text, title=title, kind=kind, section_id=section_id, lane=lane, goods=goods)
        post = writing.publish(room, self.unit.new_id("post"), words, by=self.actor_id, now=self.now)
        return self._taken_in(room, post)

    def answer_question(self, post_id: UUID, text: str, listing_ids: Sequence[UUID] = ()) -> dict[str, Any]:
        """An answer. Raises NoSuchPost, NoSuchListing, and what ``writing.answer`` raises."""
        question = self._readable(post_id)
        room = self._room(question.group_id)
        writing.require_writer(room.group, self.actor_id)
        words = Words(text=text, goods=self._goods(listing_ids, text))
        answer = writing.answer(room, question, self.unit.new_id("answer"), words, by=self.actor_id, now=self.now)
        return self._taken_in(room, answer)

    def accept_answer(self, post_id: UUID, answer_id: UUID) -> dict[str, Any]:
        """The answer that helped. Raises NoSuchPost, NotTheAuthor, PostIsGone, NotAQuestion, NotItsAnswer."""
        question = self._readable(post_id)
        question.require_author(self.actor_id)
        question.accept(self.unit.get(Post, answer_id, NoSuchPost()), by=self.actor_id)
        return {"post_id": post_id, "answer_id": answer_id}

    def edit_post(self, post_id: UUID, text: str, title: str | None = None) -> dict[str, Any]:
        """Other words. Raises NoSuchPost, and what ``Post.edit`` raises."""
        post = self._readable(post_id)
        post.edit(self._group(post.group_id), title, text, linked_in(title, text), by=self.actor_id)
        return {"post_id": post_id}

    def delete_post(self, post_id: UUID) -> dict[str, Any]:
        """By its author. Raises NoSuchPost, NotTheAuthor, PostIsGone."""
        self._readable(post_id).delete(by=self.actor_id)
        return {"post_id": post_id}

    def pin_post(self, post_id: UUID) -> dict[str, Any]:
        """Above the others. Raises NoSuchPost, NotLeader, PostIsGone, NotOfLeaders."""
        post = self._readable(post_id)
        post.pin(self._group(post.group_id), by=self.actor_id)
        return {"post_id": post_id}

    def unpin_post(self, post_id: UUID) -> dict[str, Any]:
        """Where its time puts it. Raises NoSuchPost, NotLeader."""
        post = self._readable(post_id)
        post.unpin(self._group(post.group_id), by=self.actor_id)
        return {"post_id": post_id}

    def set_quota(self, group_id: UUID, of_member: int, of_group: int) -> dict[str, Any]:
        """How many adverts the group takes. Raises NoSuchGroup, NotLeader."""
        adverts = self._adverts(group_id)
        adverts.set_quota(self._group(group_id), of_member, of_group, by=self.actor_id)
        self.unit.add(adverts)
        return {"group_id": group_id}

    def write_recap(self, group_id: UUID, gathering_id: UUID, author_id: UUID, listing_ids: Sequence[UUID]) -> None:
        """The recap of a gathering, told by the service events; again does nothing. Raises NoSuchGroup."""
        group = self._group(group_id)
        if self.unit.find(Post, writing.recap_id(gathering_id)) is None:
            self.unit.add(writing.recap(group, gathering_id, author_id, Goods(listing_ids)))

    def _readable(self, post_id: UUID) -> Post:
        """A post that the actor may know of: her own, one of a group that she is in, or that everybody may read."""
        post = self.unit.get(Post, post_id, NoSuchPost())
        is_open = self.actor_id == post.author_id or self._group(post.group_id).is_member(self.actor_id)
        if not is_open and not self._arranged(post.group_id).is_public:
            raise NoSuchPost()
        return post

    def _room(self, group_id: UUID) -> Room:
        return Room(self._group(group_id), self._arranged(group_id), self._adverts(group_id))

    def _taken_in(self, room: Room, post: Post) -> dict[str, Any]:
        if post.is_advert:
            self.unit.add(room.adverts)
        self.unit.add(post)
        return {"post_id": post.id, "is_advert": post.is_advert}

    def _goods(self, listing_ids: Sequence[UUID], *texts: str | None) -> Goods:
        """What is shown on purpose must be offered; words that link to something else are an advert all the same."""
        linked = linked_in(*texts)
        with self.views.reading() as connection:
            known = offered(connection, listing_ids)
            met = offered(connection, led_to(connection, linked))
        for listing_id in listing_ids:
            if listing_id not in known:
                raise NoSuchListing(listing_id=listing_id)
        return Goods(list(dict.fromkeys([*known, *met])), linked)

    def _arranged(self, group_id: UUID) -> Sections:
        """To look at: before the first section it is stored by nobody."""
        return self.unit.find(Sections, Sections.create_id(group_id)) or Sections(group_id)

    def _adverts(self, group_id: UUID) -> Adverts:
        """To count with: stored with the first advert or quota."""
        return self.unit.find(Adverts, Adverts.create_id(group_id)) or Adverts(group_id)
