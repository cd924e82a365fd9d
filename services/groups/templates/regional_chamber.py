"""A chamber of commerce of one region."""

from .form import Template, Words

REGIONAL_CHAMBER = Template(
    name="regional_chamber",
    version=1,
    title=Words("Regional chamber", "地区商会"),
    purpose=Words(
        "Those who do business in a region know each other and speak for it.",
        "同一地区的经营者彼此相识，共同发声。",
    ),
    rules=Words(
        "1. One person speaks for one business.\n2. Votes follow the statutes.\n3. Offers are labelled as adverts.",
        "1. 一人代表一家企业。\n2. 表决依章程进行。\n3. 供需信息须标明广告。",
    ),
    threshold={
        "all": [
            {"claim": "real_name", "level": 2},
            {"any": [{"claim": "position", "level": 1}, {"invitation": True}]},
        ]
    },
    tags=("business", "region"),
    questions=(
        (Words("Which business do you speak for?", "您代表哪家企业？"), True),
        (Words("Who of the members knows you?", "哪位会员认识您？"), False),
    ),
    sections=(
        ("talk", Words("Notices", "通知")),
        ("library", Words("Documents", "资料")),
        ("jobs", Words("Jobs", "招聘")),
        ("shop", Words("Offers", "供需")),
    ),
    reviewers_needed=2,
)
