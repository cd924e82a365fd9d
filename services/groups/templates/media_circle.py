"""A circle of people who write, film and publish."""

from .form import Template, Words

MEDIA_CIRCLE = Template(
    name="media_circle",
    version=1,
    title=Words("Media circle", "媒体圈"),
    purpose=Words(
        "People who publish meet people who have something to tell.",
        "让发布内容的人遇见有故事的人。",
    ),
    rules=Words(
        "1. Say for whom you write.\n2. What is told in confidence stays here.\n3. Paid pieces are labelled.",
        "1. 说明您为哪家媒体供稿。\n2. 私下所言不外传。\n3. 付费内容须标明。",
    ),
    threshold={
        "all": [
            {"claim": "real_name", "level": 1},
            {"any": [{"claim": "position", "level": 1}, {"claim": "industry", "level": 1, "code": "media"}]},
        ]
    },
    tags=("media",),
    questions=((Words("Where can your work be read or seen?", "在哪里可以看到您的作品？"), True),),
    sections=(("talk", Words("Newsroom", "编辑部")), ("questions", Words("Looking for", "寻求报道"))),
)
