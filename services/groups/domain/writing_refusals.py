"""Every way in which groups says no to what is written: sections, posts, adverts, sharing."""

from services.kernel.domain import Conflicting, Forbidden, Malformed, Missing


class SectionsFull(Conflicting):
    """A group has so many open sections at most."""

    sentence = "Group {group_id} has {most} open sections, which is the most; retire one first."


class SectionNameTaken(Conflicting):
    """Another open section of the group has this name."""

    sentence = "Another open section of group {group_id} has this name; take another one, or change that section."


class SectionIsRetired(Conflicting):
    """Nothing new is written in a retired section."""

    sentence = "Section {section_id} is retired; write in an open one, or have it restored."


class SectionTakesQuestions(Conflicting):
    """A section for questions takes nothing else."""

    sentence = "Section {section_id} takes questions alone; ask one, or write in another section."


class NoSuchSection(Missing):
    """The group has no such section."""

    sentence = "The group has no section {section_id}; its list of sections has the id of each."


class SectionWithoutName(Malformed):
    """A section needs a name."""

    sentence = "A section needs a name; send one in 'name'."


class SectionKindUnknown(Malformed):
    """There is no such kind of section."""

    sentence = "There is no section of the kind '{kind}'; the kinds are {kinds}."


class WritingForMembers(Forbidden):
    """Only members write in a group."""

    sentence = "Only members write in group {group_id}; apply to become one."


class ReadingForMembers(Forbidden):
    """What is written in this group is for its members."""

    sentence = "What is written in group {group_id} is for its members; apply to become one."


class NotTheAuthor(Forbidden):
    """Only the author changes, deletes or answers for a post."""

    sentence = "Post {post_id} is somebody else's; only its author may do this."


class NoSuchPost(Missing):
    """There is no such post, or not for this person."""

    sentence = "There is no such post here, or it is not yours to see."


class NoSuchListing(Missing):
    """The mall offers no such listing, as far as groups knows."""

    sentence = "The mall offers no listing {listing_id}; check the id, or try again in a moment if it is new."


class PostWithoutText(Malformed):
    """Something is written with a text or not at all."""

    sentence = "Say something: send what you want to write in 'text'."


class PostIsGone(Conflicting):
    """The post was deleted or removed."""

    sentence = "Post {post_id} is {state}; this can be done with a post that is shown."


class WordsStandElsewhere(Conflicting):
    """The words of a recap are written with its gathering."""

    sentence = "Post {post_id} shows a recap, whose words stand with its gathering; change them there."


class EditedTooOften(Conflicting):
    """Each version of a post is kept, and there are so many at most."""

    sentence = "Post {post_id} has been written {most} times, which is the most; write a new post."


class GoodsAreFixed(Conflicting):
    """What a post shows of the mall is fixed when it is published, and counted then."""

    sentence = "An edit adds no goods to post {post_id}, which shows what it was published with; write a new post."


class AdvertsOfMember(Conflicting):
    """The member has written as many adverts in seven days as the group lets a member write."""

    sentence = "A member writes at most {most} adverts in 7 days here; your next one is possible at {next_at}."


class AdvertsOfGroup(Conflicting):
    """The group has shown as many adverts in a day as it lets itself be shown."""

    sentence = "This group takes at most {most} adverts in 24 hours; the next one is possible at {next_at}."


class NoAdverts(Conflicting):
    """The group takes no adverts."""

    sentence = "This group takes no adverts; leave goods and links to them out."


class NotOfLeaders(Conflicting):
    """Only what stands in the leaders' lane is pinned."""

    sentence = "Post {post_id} stands in the lane of the members; only posts of the leaders' lane are pinned."


class NotAQuestion(Conflicting):
    """Only a question is answered."""

    sentence = "Post {post_id} is no question; answer one that is."


class NotItsAnswer(Conflicting):
    """Only an answer to the question is accepted."""

    sentence = "Post {answer_id} is no answer to this question; accept one of its answers."


class NotSharedOut(Conflicting):
    """The group or the section lets nothing be shared into other groups."""

    sentence = "Group {group_id} does not let post {post_id} be shared into other groups; ask its leaders."


class SharingEnded(Conflicting):
    """The author does not want it shared."""

    sentence = "The author of post {post_id} has withdrawn it from sharing; write something of your own."


class AlreadyShared(Conflicting):
    """This person has shared it there before."""

    sentence = "You have shared post {post_id} into group {group_id} before; there is nothing to do."


class SharedAtHome(Conflicting):
    """A post is shared into another group than its own."""

    sentence = "Post {post_id} stands in this group; share it into another one."


class ShareOfAShare(Conflicting):
    """The source is shared, never a share of it."""

    sentence = "Post {post_id} is a share; share its source, post {source_post_id}."
