"""The sections of a group: where its members write, who may read there, what may be shared into other groups."""

from typing import TypedDict
from uuid import UUID

from services.kernel.domain import AggregateRoot, Begun, Fact, derived_id, event

from . import writing_refusals as refusals
from .group import Group

MOST_SECTIONS = 5
TALK, QUESTIONS, LIBRARY, JOBS, SHOP, TRIPS = SECTION_KINDS = ("talk", "questions", "library", "jobs", "shop", "trips")


class Section(TypedDict):
    """What a group keeps of a section."""

    name: str
    kind: str
    shares_out: bool
    is_retired: bool


class Sections(AggregateRoot):
    """All sections of one group, in one stream, so that the limit holds however many open one at once."""

    TOPIC = "groups:Sections"

    class Arranged(Begun):
        """The group has a place for sections; there is none yet."""

        TOPIC = "groups:Sections.Arranged"
        group_id: UUID

    class SectionOpened(Fact):
        """Members write there from now on. ``shares_out``: whether its posts may go into other groups."""

        TOPIC = "groups:Sections.SectionOpened"
        section_id: UUID
        name: str
        kind: str
        shares_out: bool

    class SectionChanged(Fact):
        """It has another name, or another word on sharing."""

        TOPIC = "groups:Sections.SectionChanged"
        section_id: UUID
        name: str
        shares_out: bool

    class SectionRetired(Fact):
        """Nothing new is written there; what was written can be read."""

        TOPIC = "groups:Sections.SectionRetired"
        section_id: UUID

    class SectionRestored(Fact):
        """Members write there again."""

        TOPIC = "groups:Sections.SectionRestored"
        section_id: UUID

    class OpennessSet(Fact):
        """Whether everybody may read the posts of the group, and whether they may be shared into other groups."""

        TOPIC = "groups:Sections.OpennessSet"
        is_public: bool
        shares_out: bool

    @staticmethod
    def create_id(group_id: UUID, **_: object) -> UUID:
        """One for each group, known beforehand."""
        return derived_id("sections", group_id)

    @event(Arranged)
    def __init__(self, group_id: UUID) -> None:
        self.group_id = group_id
        self.sections: dict[str, Section] = {}
        self.is_public = False
        self.shares_out = True

    def open(self, group: Group, section_id: UUID, name: str, kind: str, *, by: UUID, shares_out: bool = True) -> None:
        """A new section. Raises ``NotLeader``, ``SectionKindUnknown``, ``SectionWithoutName``, ``SectionNameTaken``,
        ``SectionsFull``."""
        group.require_leader(by)
        if kind not in SECTION_KINDS:
            raise refusals.SectionKindUnknown(kind=kind, kinds=", ".join(SECTION_KINDS))
        name = self._free_name(name)
        self._require_room()
        self._section_opened(section_id=section_id, name=name, kind=kind, shares_out=shares_out)

    def change(self, group: Group, section_id: UUID, name: str, shares_out: bool, *, by: UUID) -> None:
        """Another name, another word on sharing; the same again does nothing.

        Raises ``NotLeader``, ``NoSuchSection``, ``SectionWithoutName``, ``SectionNameTaken``.
        """
        group.require_leader(by)
        section = self._section(section_id)
        name = self._free_name(name, but=section_id)
        if (name, shares_out) != (section["name"], section["shares_out"]):
            self._section_changed(section_id=section_id, name=name, shares_out=shares_out)

    def retire(self, group: Group, section_id: UUID, *, by: UUID) -> None:
        """Nothing new is written there; again does nothing. Raises ``NotLeader``, ``NoSuchSection``."""
        group.require_leader(by)
        if not self._section(section_id)["is_retired"]:
            self._section_retired(section_id=section_id)

    def restore(self, group: Group, section_id: UUID, *, by: UUID) -> None:
        """Open a retired one again, which counts again; an open one stays as it is.

        Raises ``NotLeader``, ``NoSuchSection``, ``SectionNameTaken``, ``SectionsFull``.
        """
        group.require_leader(by)
        section = self._section(section_id)
        if section["is_retired"]:
            self._free_name(section["name"], but=section_id)
            self._require_room()
            self._section_restored(section_id=section_id)

    def set_openness(self, group: Group, is_public: bool, shares_out: bool, *, by: UUID) -> None:
        """Who reads, and whether posts may leave; the same again does nothing. Raises ``NotLeader``."""
        group.require_leader(by)
        if (is_public, shares_out) != (self.is_public, self.shares_out):
            self._openness_set(is_public=is_public, shares_out=shares_out)

    def require_open(self, section_id: UUID) -> Section:
        """The section, when something can be written there. Raises ``NoSuchSection``, ``SectionIsRetired``."""
        section = self._section(section_id)
        if section["is_retired"]:
            raise refusals.SectionIsRetired(section_id=section_id)
        return section

    def lets_out(self, section_id: UUID | None) -> bool:
        """Whether what is written there may be shared into other groups."""
        return self.shares_out and (section_id is None or self._section(section_id)["shares_out"])

    def _section(self, section_id: UUID) -> Section:
        if str(section_id) not in self.sections:
            raise refusals.NoSuchSection(section_id=section_id)
        return self.sections[str(section_id)]

    def _free_name(self, name: str, but: UUID | None = None) -> str:
        wanted = name.strip()
        if not wanted:
            raise refusals.SectionWithoutName()
        others = (one for key, one in self.sections.items() if key != str(but) and not one["is_retired"])
        if any(one["name"].casefold() == wanted.casefold() for one in others):
            raise refusals.SectionNameTaken(group_id=self.group_id)
        return wanted

    def _require_room(self) -> None:
        """Raises ``SectionsFull`` when the group has as many open sections as it may have."""
        if sum(not one["is_retired"] for one in self.sections.values()) >= MOST_SECTIONS:
            raise refusals.SectionsFull(group_id=self.group_id, most=MOST_SECTIONS)

    @event(SectionOpened)
    def _section_opened(self, section_id: UUID, name: str, kind: str, shares_out: bool) -> None:
        self.sections[str(section_id)] = {"name": name, "kind": kind, "shares_out": shares_out, "is_retired": False}

    @event(SectionChanged)
    def _section_changed(self, section_id: UUID, name: str, shares_out: bool) -> None:
        section = self.sections[str(section_id)]
        section["name"], section["shares_out"] = name, shares_out

    @event(SectionRetired)
    def _section_retired(self, section_id: UUID) -> None:
        self.sections[str(section_id)]["is_retired"] = True

    @event(SectionRestored)
    def _section_restored(self, section_id: UUID) -> None:
        self.sections[str(section_id)]["is_retired"] = False

    @event(OpennessSet)
    def _openness_set(self, is_public: bool, shares_out: bool) -> None:
        self.is_public, self.shares_out = is_public, shares_out
