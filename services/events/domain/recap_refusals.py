"""Every way in which writing or reading a recap says no."""

from services.kernel.domain import Conflicting, Forbidden, Missing


class NoRecap(Missing):
    """Nobody has told yet how it was."""

    sentence = "There is no recap of this gathering; its organiser writes one once it has begun."


class RecapThere(Conflicting):
    """A gathering has one recap."""

    sentence = "Gathering {gathering_id} has its recap; write a post in the group to add something."


class RecapForMembers(Forbidden):
    """A recap is read by those to whom it was told."""

    sentence = "The recap of this gathering is for the members of group {group_id}; join it to read how it was."


class RecapTakenDown(Missing):
    """The group shows the recap no longer."""

    sentence = "The recap of this gathering was taken down; ask those who moderate group {group_id} why."
