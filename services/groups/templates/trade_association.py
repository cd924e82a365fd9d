"""An association of people of one trade."""

from .form import Template, Words

TRADE_ASSOCIATION = Template(
    name="trade_association",
    version=1,
    title=Words("Trade association", "行业协会"),
    purpose=Words(
        "People of one trade help each other with work, offers and what is new.",
        "同行之间互通工作、供需与新知。",
    ),
    rules=Words(
        "1. Members appear under their real name.\n2. Offers are labelled as adverts.\n"
        "3. What is said here about prices stays lawful: no agreements that competition law forbids.",
        "1. 成员以实名出现。\n2. 供需信息须标明广告。\n3. 关于价格的讨论须合法，不得达成垄断协议。",
    ),
    threshold={"all": [{"claim": "real_name", "level": 1}, {"claim": "industry", "level": 1}]},
    tags=("trade",),
    questions=(
        (Words("What does your company do?", "贵公司从事什么业务？"), True),
        (Words("What do you look for here?", "您希望在这里获得什么？"), True),
    ),
    sections=(
        ("talk", Words("Trade talk", "行业交流")),
        ("jobs", Words("Jobs", "招聘")),
        ("shop", Words("Offers", "供需")),
    ),
    reviewers_needed=2,
)
