"""A person: a name, a mail address, tags, roles. What is certified about her is a Claim."""

from collections.abc import Sequence
from typing import ClassVar, Self
from uuid import UUID

from services.identity.domain.forgetting_refusals import HoldsRole, NoReasonToForget
from services.identity.domain.refusals import MailMalformed, NoSuchTag, RoleNotHeld, TagMalformed, TooManyTags
from services.identity.domain.roles import ensure_known
from services.identity.domain.values import is_tag_kind, normalised_mail, normalised_name, normalised_text
from services.identity.domain.visibility import Visibility, ensure_visibility
from services.kernel.domain import AggregateRoot, Begun, Fact, event

TAG_VALUE_LIMIT = 100
TAGS_LIMIT = 100
ASKED, RESTORED = "asked", "restored"
REASONS = (ASKED, "minor", "deceased", "law", RESTORED)
"""Why somebody is forgotten: she asked for it, is too young, has died, a court or an authority says so; or she had been
forgotten, and an older backup did not know it."""


class Person(AggregateRoot):
    """One natural person; everything personal is sealed under her own key."""

    TOPIC = "identity:Person"

    class Registered(Begun):
        TOPIC = "identity:Person.Registered"
        personal: ClassVar[dict[str, str]] = {"name": "originator_id", "mail": "originator_id"}
        person_id: UUID
        name: str | None
        mail: str | None

    class Renamed(Fact):
        TOPIC = "identity:Person.Renamed"
        personal: ClassVar[dict[str, str]] = {"name": "originator_id"}
        name: str

    class TagAdded(Fact):
        TOPIC = "identity:Person.TagAdded"
        personal: ClassVar[dict[str, str]] = {"value": "originator_id"}
        kind: str
        value: str

    class TagRemoved(Fact):
        TOPIC = "identity:Person.TagRemoved"
        personal: ClassVar[dict[str, str]] = {"value": "originator_id"}
        kind: str
        value: str

    class FieldVisibilitySet(Fact):
        """Who may see a field of her profile; ``group_ids`` says where when the audience is groups."""

        TOPIC = "identity:Person.FieldVisibilitySet"
        field: str
        audience: str
        group_ids: list[str]

    class RoleGranted(Fact):
        TOPIC = "identity:Person.RoleGranted"
        role: str
        granted_by: UUID

    class RoleWithdrawn(Fact):
        TOPIC = "identity:Person.RoleWithdrawn"
        role: str

    class Forgotten(Fact):
        """She is forgotten; ``reason`` is a code. Her key is destroyed next, and with it all that is sealed here."""

        TOPIC = "identity:Person.Forgotten"
        reason: str

    @classmethod
    def register(cls, person_id: UUID, name: str | None, mail: str | None, *, recorded: bool = False) -> Self:
        """A new person. Only one recorded from elsewhere may be without name or mail (None).

        Raises NameMalformed, MailMalformed. That the mail is nobody else's is the application's to know.
        """
        if mail is None and not recorded:
            raise MailMalformed()
        kept = None if mail is None else normalised_mail(mail)
        shown = None if name is None and recorded else normalised_name(name or "")
        return cls(person_id=person_id, name=shown, mail=kept)

    @event(Registered)
    def __init__(self, person_id: UUID, name: str | None, mail: str | None) -> None:
        self.name = name
        self.mail = mail
        self.tags: dict[str, list[str]] = {}
        self.roles: list[str] = []
        self.visibility: dict[str, Visibility] = {}
        self.is_forgotten = False

    @staticmethod
    def create_id(person_id: UUID) -> UUID:
        """The application derives or draws it, because the person's key exists before her first fact."""
        return person_id

    def rename(self, name: str) -> None:
        """Takes another name; the same one changes nothing. Raises NameMalformed."""
        kept = normalised_name(name)
        if kept != self.name:
            self._renamed(name=kept)

    @event(Renamed)
    def _renamed(self, name: str) -> None:
        self.name = name

    def add_tag(self, kind: str, value: str) -> None:
        """Carries one more tag; one she has changes nothing. Raises TagMalformed, TooManyTags."""
        kept = _tag_value(kind, value)
        if kept in self.tags.get(kind, []):
            return
        if sum(map(len, self.tags.values())) >= TAGS_LIMIT:
            raise TooManyTags(limit=TAGS_LIMIT)
        self._tag_added(kind=kind, value=kept)

    @event(TagAdded)
    def _tag_added(self, kind: str, value: str) -> None:
        self.tags[kind] = [*self.tags.get(kind, []), value]

    def remove_tag(self, kind: str, value: str) -> None:
        """Drops a tag. Raises TagMalformed, NoSuchTag."""
        kept = _tag_value(kind, value)
        if kept not in self.tags.get(kind, []):
            raise NoSuchTag()
        self._tag_removed(kind=kind, value=kept)

    @event(TagRemoved)
    def _tag_removed(self, kind: str, value: str) -> None:
        # Filtered, not removed: once the person is forgotten all her values read alike.
        self.tags[kind] = [other for other in self.tags.get(kind, []) if other != value]

    def set_visibility(self, field: str, audience: str, group_ids: Sequence[str] = ()) -> None:
        """Says who may see a field; the same again changes nothing. Raises what ensure_visibility raises."""
        ensure_visibility(field, audience, group_ids)
        wanted = Visibility(audience, tuple(sorted(set(group_ids))))
        if wanted != self.visibility_of(field):
            self._field_visibility_set(field=field, audience=audience, group_ids=list(wanted.group_ids))

    def visibility_of(self, field: str) -> Visibility:
        """Who may see a field."""
        return self.visibility.get(field, Visibility())

    @event(FieldVisibilitySet)
    def _field_visibility_set(self, field: str, audience: str, group_ids: list[str]) -> None:
        self.visibility[field] = Visibility(audience, tuple(group_ids))

    def grant_role(self, role: str, granted_by: UUID) -> None:
        """Gives her a role of the platform; one she has changes nothing. Raises UnknownRole."""
        ensure_known(role)
        if role not in self.roles:
            self._role_granted(role=role, granted_by=granted_by)

    @event(RoleGranted)
    def _role_granted(self, role: str, granted_by: UUID) -> None:
        self.roles = [*self.roles, role]

    def withdraw_role(self, role: str) -> None:
        """Takes a role from her. Raises UnknownRole, RoleNotHeld."""
        ensure_known(role)
        if role not in self.roles:
            raise RoleNotHeld(role=role)
        self._role_withdrawn(role=role)

    @event(RoleWithdrawn)
    def _role_withdrawn(self, role: str) -> None:
        self.roles = [other for other in self.roles if other != role]

    def forget(self, reason: str) -> None:
        """Nothing of her can be read again; once forgotten, it changes nothing. Raises NoReasonToForget, HoldsRole."""
        if self.is_forgotten:
            return
        if reason not in REASONS:
            raise NoReasonToForget(known=", ".join(REASONS))
        if self.roles:
            raise HoldsRole(roles=", ".join(self.roles))
        self._forgotten(reason=reason)

    @event(Forgotten)
    def _forgotten(self, reason: str) -> None:
        self.is_forgotten = True
        self.name, self.mail, self.tags, self.visibility = None, None, {}, {}


def _tag_value(kind: str, value: str) -> str:
    kept = normalised_text(value)
    if not is_tag_kind(kind) or not kept or len(kept) > TAG_VALUE_LIMIT:
        raise TagMalformed(limit=TAG_VALUE_LIMIT)
    return kept
