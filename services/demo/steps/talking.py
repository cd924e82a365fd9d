"""Members write: the leaders' lane, a question that is answered, an advert with its label and its quota."""

from services.demo.story import Story

GUIDE = "We meet on Sunday at six. Bring water, and a lamp if you have one."
QUESTION, FIRST_ANSWER, BEST_ANSWER = "Which lamp lasts a night?", "Take two.", "The one with the large battery."
PRAISE = "This rod has come with me for a year, and it still bends as on its first day."
ONE_IN_SEVEN_DAYS = {"of_member": 1, "of_group": 20}


async def talk(story: Story) -> None:
    """A post of the leaders, a question with an accepted answer, and a post that carries the rod."""
    story.tell.chapter("Members write; a post that carries goods is an advert")
    await _leaders_post(story)
    await _question(story)
    await _advert(story)
    await _show(story)
    await story.heard(["mall"])


async def _leaders_post(story: Story) -> None:
    owner = story["owner"]
    posted = await owner.do(_posts(story), text=GUIDE, lane="leaders")
    story.posts["guide"] = posted["post_id"]
    await owner.do(f"/groups/posts/{posted['post_id']}/pin")
    hanako = story["hanako"]
    refused = await hanako.is_refused("groups.not_leader", _posts(story), text=GUIDE, lane="leaders")
    story.tell.say(f"{owner.name} writes in the leaders' lane and pins it. That lane is not for everybody:")
    story.tell.refusal(hanako.name, refused.sentence)


async def _question(story: Story) -> None:
    asked = await story["olena"].do(_posts(story), kind="question", title="Lamps", text=QUESTION)
    story.posts["question"] = asked["post_id"]
    path = f"/groups/posts/{asked['post_id']}"
    await story["hanako"].do(f"{path}/answers", text=FIRST_ANSWER)
    best = await story["li"].do(f"{path}/answers", text=BEST_ANSWER)
    await story["olena"].do(f"{path}/accepted", answer_id=best["post_id"])
    seen = await story["hanako"].ask(path)
    wanted = {"kind": "question", "text": QUESTION, "answers": 2, "accepted_answer_id": best["post_id"]}
    story.checks.every("the question of Olena", wanted, seen)
    story.tell.say(f"{story['olena'].name} asks: “{QUESTION}” Two answer; she accepts: “{BEST_ANSWER}”")


async def _advert(story: Story) -> None:
    """The owner takes one advert of a member in seven days; the second is refused, and says when."""
    aylin, rod = story["aylin"], [story.listings["rod"]]
    quota = f"/groups/groups/{story.groups['outdoor']}/adverts"
    await story["owner"].do(quota, **ONE_IN_SEVEN_DAYS)
    posted = await aylin.do(_posts(story), text=PRAISE, listing_ids=rod)
    story.posts["rod"] = posted["post_id"]
    story.checks.same("the post with the rod is an advert", True, posted["is_advert"])
    story.tell.say(f"{aylin.name} writes about the rod and shows it: labelled as an advert, and counted.")
    refused = await aylin.is_refused("groups.adverts_of_member", _posts(story), text="Once more!", listing_ids=rod)
    story.tell.refusal(aylin.name, refused.sentence)
    seen = await aylin.ask(quota)
    story.checks.every("adverts of Aylin", {"counted": 1, **ONE_IN_SEVEN_DAYS}, seen)
    said = seen["next_at"] is not None and seen["next_at"][:16] in refused.sentence
    story.checks.same("the refusal says when the next is possible", True, said)


async def _show(story: Story) -> None:
    seen = await story["li"].ask(_posts(story))
    expected = [story.posts[name] for name in ("guide", "rod", "question")]
    story.checks.same("posts, pinned first", expected, [post["post_id"] for post in seen["items"]])
    labels = [post["post_id"] for post in seen["items"] if post["is_advert"]]
    story.checks.same("labelled as adverts", [story.posts["rod"]], labels)
    rows = [
        [story.name(post["author_id"]), post["lane"], "advert" if post["is_advert"] else post["kind"], post["text"]]
        for post in seen["items"]
    ]
    story.tell.table("In the outdoor community", ["Who", "Lane", "What", "Words"], rows)


def _posts(story: Story) -> str:
    return f"/groups/groups/{story.groups['outdoor']}/posts"
