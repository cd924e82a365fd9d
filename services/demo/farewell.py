"""Where to look once the story has been played."""

from collections.abc import Sequence

from rich.markup import escape

from services.demo.cast import CAST
from services.demo.playing import Stage
from services.demo.story import Story
from services.speaking import console, table

ROLES = {
    "certifier": "certifier", "owner": "owns the outdoor community", "curator": "owns the gadget community",
    "angler": "sells the rod", "lampmaker": "sells the lamp", "li": "member and reviewer, bought the rod",
    "aylin": "member, shares by links", "hanako": "member, gave her ticket back", "kwame": "came from the waitlist",
}  # fmt: skip


def say_where_to_look(stage: Stage, story: Story) -> None:
    """The address, who can sign in, and three commands to paste."""
    url = escape(stage.url)
    console.print(f"\n[bold]Look around[/bold] at {url}   (every operation: {url}/try)", soft_wrap=True)
    rows = [
        [story[part].name, story[part].mail, ROLES.get(part, "buyer")] for part in CAST if part not in story.forgotten
    ]
    if stage.mail:
        rows.insert(0, ["Operator", stage.mail, "operator"])
    table("Sign in as", ["Who", "Mail", "In the story"], rows)
    console.print(f"Their password: {story.password}")
    if stage.password:
        console.print(f"The operator's: {stage.password}")
    console.print("\nThree commands to try next, one after the other:")
    for line in commands(stage, story):
        print(line)  # unwrapped, so that it can be pasted


def commands(stage: Stage, story: Story) -> Sequence[str]:
    """What to paste: a shelf, a sign-in that keeps the token, and who bought the rod."""
    sign_in = f'{{"mail": "{story["angler"].mail}", "password": "{story.password}"}}'
    keep = """python3 -c 'import json, sys; print(json.load(sys.stdin)["token"])'"""
    return [
        f"curl -s {stage.url}/mall/shelves/{story.groups['outdoor']}",
        f"TOKEN=$(curl -s {stage.url}/identity/sessions -d '{sign_in}' | {keep})",
        f'curl -s {stage.url}/mall/listings/{story.listings["rod"]}/sales -H "Authorization: Bearer $TOKEN"',
    ]
