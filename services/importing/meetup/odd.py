"""What does not fit in this set."""

from .. import findings


class Cause(findings.Cause):
    """Why something is odd."""

    CONTRARY_ROW = (
        "contrary_row",
        "one person's answers to one gathering, of the same moment, say different things",
        "not recorded: the one that stands first holds",
    )
    ANSWER_RENUMBERED = (
        "answer_renumbered",
        "one person's answers to one gathering with several ids",
        "taken as one answer that was changed",
    )
    ANSWER_SHARED = ("answer_shared", "one answer's id for several people or gatherings", "each recorded by itself")
    GUESTS_OF_NOBODY = ("guests_of_nobody", "a no with guests", "recorded as a no")
    PARTY_LARGE = (
        "party_large",
        "more seats for one person than organisers can allow",
        "recorded as it is: there is no limit of seats",
    )
    ANSWERED_LATE = ("answered_late", "answered after it had begun", "recorded as it is")
    GATHERING_UNDATED = (
        "gathering_undated",
        "a gathering without a time",
        "taken to begin at the last answer to it",
    )
    GATHERING_OTHERWISE = (
        "gathering_otherwise",
        "a gathering of which later answers say something else",
        "recorded as with its earliest answer",
    )
    VENUE_UNPLACED = (
        "venue_unplaced",
        "a venue without a latitude and a longitude, or at 0, 0 in the sea",
        "recorded with its name alone",
    )
    GROUP_OTHERWISE = (
        "group_otherwise",
        "a group of which later answers say something else",
        "recorded as with its earliest answer",
    )
    NO_TOPICS = ("no_topics", "a group that says nothing of what it is about", "recorded, with no neighbours")
    TOPIC_UNUSABLE = ("topic_unusable", "a topic that cannot be a tag", "recorded without this tag")
    TOPICS_TOO_MANY = ("topics_too_many", "more topics than a group can have tags", "the first of them recorded")
