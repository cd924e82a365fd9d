"""A club of people who go outside."""

from .form import Template, Words

OUTDOOR_CLUB = Template(
    name="outdoor_club",
    version=1,
    title=Words("Outdoor club", "户外俱乐部"),
    purpose=Words(
        "We go outside together, and tell each other what is worth carrying.",
        "我们一起走到户外，也互相告诉什么值得背上路。",
    ),
    rules=Words(
        "1. Leave no trace.\n2. Say early when you cannot come.\n3. The guide decides on safety.\n"
        "4. Whoever sells something says so.",
        "1. 不留痕迹。\n2. 来不了请尽早说。\n3. 安全由领队决定。\n4. 推荐商品须标明。",
    ),
    threshold={
        "all": [
            {"claim": "real_name", "level": 1},
            {"any": [{"claim": "industry", "level": 1, "code": "outdoors"}, {"invitation": True}]},
        ]
    },
    tags=("outdoors",),
    questions=(
        (Words("Where have you been outside lately?", "最近去过哪里户外？"), True),
        (Words("What should a guide know about you?", "领队需要了解您的哪些情况？"), False),
    ),
    sections=(("trips", Words("Trips", "活动")), ("shop", Words("Gear", "装备"))),
)
