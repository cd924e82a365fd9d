"""What members write in a group: one row an operation."""

from services.groups.answers import content as answers
from services.groups.answers.people import GroupAnswer
from services.groups.application import Groups
from services.groups.operations.policies import LEADER, MEMBER, REVIEWER
from services.groups.queries import GroupsQueries
from services.groups.schemas import content as schemas
from services.kernel.doors.operation import OPERATOR, PUBLIC, Operation, command, only, query

READER = only("a member of the group, or anybody where it lets everybody read")
AUTHOR = only("the author of the post")
MODERATOR = only("an owner, a leader or a reviewer of the group")

_places: list[Operation] = [
    query("sections", "/groups/{group_id}/sections", GroupsQueries.sections, policy=PUBLIC, gives=answers.SectionsSeen,
          summary="The sections of a group, who may read there, and what may be shared elsewhere."),
    command("open_section", "/groups/{group_id}/sections", Groups.open_section, policy=LEADER, status=201,
            takes=schemas.OpenSection, gives=answers.SectionAnswer, summary="Open a section, of five at most."),
    command("change_section", "/groups/{group_id}/sections/{section_id}", Groups.change_section, policy=LEADER,
            takes=schemas.ChangeSection, gives=answers.SectionAnswer,
            summary="Give a section another name, or say whether its posts may go elsewhere."),
    command("retire_section", "/groups/{group_id}/sections/{section_id}/retire", Groups.retire_section, policy=LEADER,
            gives=answers.SectionAnswer, summary="Take nothing new in a section; it counts no longer."),
    command("restore_section", "/groups/{group_id}/sections/{section_id}/restore", Groups.restore_section,
            policy=LEADER, gives=answers.SectionAnswer, summary="Open a retired section again; it counts again."),
    command("set_openness", "/groups/{group_id}/openness", Groups.set_openness, policy=LEADER, takes=schemas.Openness,
            gives=GroupAnswer, summary="Say who reads the posts, and whether they may be shared elsewhere."),
    query("adverts", "/groups/{group_id}/adverts", GroupsQueries.adverts, policy=MEMBER, gives=answers.AdvertsSeen,
          summary="How many adverts the group takes, and when your next one is possible."),
    command("set_quota", "/groups/{group_id}/adverts", Groups.set_quota, policy=LEADER, takes=schemas.Quota,
            gives=GroupAnswer, summary="Say how many adverts the group takes."),
]  # fmt: skip

_posts: list[Operation] = [
    command("publish_post", "/groups/{group_id}/posts", Groups.publish_post, policy=MEMBER, status=201,
            takes=schemas.PublishPost, gives=answers.PublishedAnswer,
            summary="Write a post or ask a question; with goods it is an advert."),
    query("posts", "/groups/{group_id}/posts", GroupsQueries.posts, policy=READER, takes=schemas.PostsWanted,
          gives=answers.PostPage, summary="What stands in a group: pinned first, then the newest."),
    query("post", "/posts/{post_id}", GroupsQueries.post, policy=READER, gives=answers.PostSeen, summary="One post."),
    command("edit_post", "/posts/{post_id}/edit", Groups.edit_post, policy=AUTHOR, takes=schemas.EditPost,
            gives=answers.PostAnswer, summary="Let it read otherwise; what it read before stays on record."),
    command("delete_post", "/posts/{post_id}/delete", Groups.delete_post, policy=AUTHOR, gives=answers.PostAnswer,
            summary="Show it no longer."),
    command("pin_post", "/posts/{post_id}/pin", Groups.pin_post, policy=LEADER, gives=answers.PostAnswer,
            summary="Let a post of the leaders' lane stand above the others."),
    command("unpin_post", "/posts/{post_id}/unpin", Groups.unpin_post, policy=LEADER, gives=answers.PostAnswer,
            summary="Let it stand where its time puts it."),
    command("answer_question", "/posts/{post_id}/answers", Groups.answer_question, policy=MEMBER, status=201,
            takes=schemas.AnswerQuestion, gives=answers.PublishedAnswer, summary="Answer a question."),
    query("answers", "/posts/{post_id}/answers", GroupsQueries.answers, policy=READER, takes=schemas.PostsPaging,
          gives=answers.AnswerPage, summary="The answers to a question, the oldest first."),
    command("accept_answer", "/posts/{post_id}/accepted", Groups.accept_answer, policy=AUTHOR,
            takes=schemas.AcceptAnswer, gives=answers.AcceptedAnswer, summary="Say which answer helped."),
]  # fmt: skip

_moderation: list[Operation] = [
    command("report_post", "/posts/{post_id}/reports", Groups.report_post, policy=READER, takes=schemas.ReportPost,
            gives=answers.PostAnswer, summary="Say what is wrong with a post; its author is not told who did."),
    query("reports", "/groups/{group_id}/reports", GroupsQueries.reports, policy=REVIEWER, takes=schemas.WaitingPaging,
          gives=answers.WaitingPage, summary="Reported posts and appeals that wait, the oldest first."),
    command("dismiss_reports", "/posts/{post_id}/reports/dismiss", Groups.dismiss_reports, policy=MODERATOR,
            gives=answers.PostAnswer, summary="Nothing is wrong with it."),
    command("remove_post", "/posts/{post_id}/remove", Groups.remove_post, policy=MODERATOR, takes=schemas.RemovePost,
            gives=answers.PostAnswer, summary="Take it away, and tell its author why."),
    command("appeal", "/posts/{post_id}/appeal", Groups.appeal, policy=AUTHOR, takes=schemas.Appeal,
            gives=answers.PostAnswer, summary="Ask for a second look at a removal, once, within 14 days."),
    command("decide_appeal", "/posts/{post_id}/appeal/decision", Groups.decide_appeal, takes=schemas.DecideAppeal,
            policy=only("an owner, a leader or a reviewer of the group who did not remove it, or an operator where "
                        "there is none"),
            gives=answers.PostAnswer, summary="Show it again with all that it had, or leave it removed."),
    query("appeals", "/appeals", GroupsQueries.appeals, policy=OPERATOR, takes=schemas.WaitingPaging,
          gives=answers.WaitingPage, summary="Appeals that nobody in their group can decide."),
    query("case", "/posts/{post_id}/case", GroupsQueries.case, gives=answers.CaseSeen,
          policy=only("the author of the post, or an owner, a leader or a reviewer of the group"),
          summary="All that happened to a post: versions, reports, decisions."),
]  # fmt: skip

_sharing: list[Operation] = [
    command("share_post", "/posts/{post_id}/shares", Groups.share_post, policy=only("a member of both groups"),
            status=201, takes=schemas.SharePost, gives=answers.PublishedAnswer,
            summary="Show a post in another group, with whose it is and where it comes from."),
    query("shares", "/posts/{post_id}/shares", GroupsQueries.shares, policy=READER, takes=schemas.PostsPaging,
          gives=answers.SharePage, summary="Into which groups a post was shared, and by whom."),
    command("withdraw_sharing", "/posts/{post_id}/shares/withdraw", Groups.withdraw_sharing, policy=AUTHOR,
            gives=answers.PostAnswer, summary="Let no other group show it."),
    query("shared", "/groups/{group_id}/shares", GroupsQueries.shared, policy=READER, takes=schemas.SharedWanted,
          gives=answers.SharePage, summary="What was shared out of a group, or into it."),
]  # fmt: skip

operations: list[Operation] = [*_places, *_posts, *_moderation, *_sharing]
