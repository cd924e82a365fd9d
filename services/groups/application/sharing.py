"""Sharing a post into another group, and taking it back."""

from typing import Any
from uuid import UUID

from services.groups.application.moderation import ModerationCommands
from services.groups.domain import writing
from services.groups.domain.post import Post
from services.groups.domain.writing import Room, Words
from services.groups.domain.writing_refusals import AlreadyShared


class SharingCommands(ModerationCommands):
    """Commands of members of two groups, and of authors."""

    def share_post(
        self, post_id: UUID, group_id: UUID, section_id: UUID | None = None, text: str = ""
    ) -> dict[str, Any]:  # fmt: skip
        """Show it in another group, with whose it is and where it comes from.

        Raises NoSuchPost, NoSuchGroup, AlreadyShared, and what ``writing.share`` raises.
        """
        source, room = self._readable(post_id), self._room(group_id)
        writing.require_writer(room.group, self.actor_id)
        if self.unit.find(Post, writing.share_id(post_id, group_id, self.actor_id)) is not None:
            raise AlreadyShared(post_id=post_id, group_id=group_id)
        words = Words(text=text, section_id=section_id, goods=self._goods((), text))
        home: Room = self._room(source.group_id)
        return self._taken_in(room, writing.share(room, home, source, words, by=self.actor_id, now=self.now))

    def withdraw_sharing(self, post_id: UUID) -> dict[str, Any]:
        """No other group shows it. Raises NoSuchPost, NotTheAuthor."""
        self._readable(post_id).withdraw_sharing(by=self.actor_id)
        return {"post_id": post_id}
