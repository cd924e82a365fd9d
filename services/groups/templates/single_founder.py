"""The community of one person who has something to say."""

from .form import Template, Words

SINGLE_FOUNDER = Template(
    name="single_founder",
    version=1,
    title=Words("Single founder", "个人社群"),
    purpose=Words("Readers and friends of one person's work.", "一个人的读者与朋友。"),
    rules=Words(
        "1. Be kind.\n2. Stay with the subject.\n3. Whoever sells something says so.",
        "1. 友善。\n2. 围绕主题。\n3. 推荐商品须标明。",
    ),
    threshold=None,
    tags=("founder",),
    questions=((Words("What brings you here?", "您因何而来？"), False),),
    sections=(("talk", Words("Letters", "来信")),),
)
