"""What people are written: in English and Chinese, plain text."""

import re

from services.identity.domain.password_reset import VALIDITY
from services.identity.mail.port import Letter

_LINK = re.compile(r"\S[.:/@]\S")
MINUTES = int(VALIDITY.total_seconds()) // 60
SUBJECTS = {"en": "A new password", "zh": "设置新密码"}
TEXTS = {
    "en": """Hello {name},

somebody, probably you, has asked for a new password on {place}.
Open this link within {minutes} minutes and choose one:

{link}

It opens once. If you did not ask for it, leave it: your password stays as it is.
""",
    "zh": """{name}，您好：

有人（很可能是您本人）请求在 {place} 设置新密码。
请在 {minutes} 分钟内打开下面的链接并设置新密码：

{link}

此链接只能使用一次。如果不是您本人的请求，请忽略此邮件，您的密码不会改变。
""",
}
NAMELESS = {"en": "there", "zh": "朋友"}


def reset_letter(key: str, to: str, name: str | None, link: str, place: str, language: str) -> Letter:
    """The letter with the link for a new password; ``place`` is how the platform is called.

    Nobody proved that the address is hers, so a name in which a reader of mail would find a link is left out: else
    whoever registers another's address could have anything sent to it.
    """
    called = NAMELESS[language] if not name or _LINK.search(name) else name
    written = TEXTS[language].format(name=called, link=link, place=place, minutes=MINUTES)
    return Letter(key, to, SUBJECTS[language], written, language)
