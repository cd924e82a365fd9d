"""The sections of a group, who reads there, what may leave."""

from typing import Any
from uuid import UUID

from services.groups.application.loading import Loading
from services.groups.domain.sections import Sections


class SectionCommands(Loading):
    """Commands of owners and leaders. Each raises NoSuchGroup, and what the method of Sections that it calls raises."""

    def open_section(self, group_id: UUID, name: str, kind: str, shares_out: bool = True) -> dict[str, Any]:
        """A new section, of five at most. Raises NotLeader, SectionNameTaken, SectionsFull."""
        section_id = self.unit.new_id("section")
        group = self._group(group_id)
        self._sections(group_id).open(group, section_id, name, kind, by=self.actor_id, shares_out=shares_out)
        return {"group_id": group_id, "section_id": section_id}

    def change_section(self, group_id: UUID, section_id: UUID, name: str, shares_out: bool) -> dict[str, Any]:
        """Another name, another word on sharing. Raises NotLeader, NoSuchSection, SectionNameTaken."""
        self._sections(group_id).change(self._group(group_id), section_id, name, shares_out, by=self.actor_id)
        return {"group_id": group_id, "section_id": section_id}

    def retire_section(self, group_id: UUID, section_id: UUID) -> dict[str, Any]:
        """Nothing new is written there. Raises NotLeader, NoSuchSection."""
        self._sections(group_id).retire(self._group(group_id), section_id, by=self.actor_id)
        return {"group_id": group_id, "section_id": section_id}

    def restore_section(self, group_id: UUID, section_id: UUID) -> dict[str, Any]:
        """It counts again. Raises NotLeader, NoSuchSection, SectionNameTaken, SectionsFull."""
        self._sections(group_id).restore(self._group(group_id), section_id, by=self.actor_id)
        return {"group_id": group_id, "section_id": section_id}

    def set_openness(self, group_id: UUID, is_public: bool, shares_out: bool) -> dict[str, Any]:
        """Whether everybody reads, and whether posts may be shared into other groups. Raises NotLeader."""
        self._sections(group_id).set_openness(self._group(group_id), is_public, shares_out, by=self.actor_id)
        return {"group_id": group_id}

    def _sections(self, group_id: UUID) -> Sections:
        """Those of the group; before the first there is a place for them, which is stored with the first."""
        found = self.unit.find(Sections, Sections.create_id(group_id))
        if found is None:
            self.unit.add(found := Sections(group_id))
        return found
