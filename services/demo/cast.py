"""The people of the story, in several languages as in life."""

CAST = {
    "certifier": "陈静",
    "owner": "林娜",
    "curator": "Anna Keller",
    "angler": "王伟",
    "lampmaker": "José Núñez",
    "li": "李明",
    "aylin": "Aylin Yılmaz",
    "hanako": "佐藤花子",
    "olena": "Олена Шевченко",
    "jimin": "박지민",
    "kwame": "Kwame Mensah",
    "zoe": "Zoë van Dijk",
}
"""Who appears in the story -> the name."""
CITY = "杭州"
"""Where all who buy live, which they say of themselves by a tag."""
EVERYBODY_BUYS = ("aylin", "olena", "jimin", "kwame", "zoe")
"""Who wants one of the last rods, all at the same time."""


def mail_of(role: str, run: str) -> str:
    """An address that is nobody else's: ``run`` tells one run of the demo from all others."""
    return f"{role}.{run}@demo.example"
