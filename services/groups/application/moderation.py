"""Reporting a post, and what is decided about it."""

from typing import Any
from uuid import UUID

from services.groups.application.posts import PostCommands
from services.groups.domain.post import Post
from services.groups.domain.writing_refusals import NoSuchPost


class ModerationCommands(PostCommands):
    """Commands of readers, moderators and authors. A post that one may not see looks like none."""

    def report_post(self, post_id: UUID, code: str, text: str | None = None) -> dict[str, Any]:
        """Something is wrong with it. Raises NoSuchPost, and what ``Post.report`` raises."""
        self._readable(post_id).report(code, text, by=self.actor_id)
        return {"post_id": post_id}

    def dismiss_reports(self, post_id: UUID) -> dict[str, Any]:
        """Nothing is wrong with it. Raises NoSuchPost, NotReviewer, RemovalOfOneself, NothingReported."""
        post = self._readable(post_id)
        post.dismiss_reports(self._group(post.group_id), by=self.actor_id)
        return {"post_id": post_id}

    def remove_post(self, post_id: UUID, code: str, reason: str) -> dict[str, Any]:
        """Take it away. Raises NoSuchPost, and what ``Post.remove`` raises."""
        post = self._readable(post_id)
        post.remove(self._group(post.group_id), code, reason, by=self.actor_id, now=self.now)
        return {"post_id": post_id}

    def appeal(self, post_id: UUID, text: str) -> dict[str, Any]:
        """The author asks for a second look. Raises NoSuchPost, and what ``Post.appeal`` raises."""
        self._readable(post_id).appeal(text, by=self.actor_id, now=self.now)
        return {"post_id": post_id}

    def decide_appeal(self, post_id: UUID, restores: bool, reason: str) -> dict[str, Any]:
        """Show it again, or leave it removed. Raises NoSuchPost, and what ``Post.decide_appeal`` raises."""
        post = self._appealed(post_id)
        group = self._group(post.group_id)
        post.decide_appeal(group, restores, reason, by=self.actor_id, is_operator=self.has_role("operator"))
        return {"post_id": post_id}

    def _appealed(self, post_id: UUID) -> Post:
        """An operator sees a post that waits for one."""
        post = self.unit.get(Post, post_id, NoSuchPost())
        reviewers = [one for one, member in self._group(post.group_id).members.items() if member["roles"]]
        is_called = self.has_role("operator") and post.appeal_is_open and not post.judges(reviewers)
        return post if is_called else self._readable(post_id)
