"""The chapters of the story, in the order in which they are played: each a coroutine that takes the Story."""

from collections.abc import Awaitable, Callable, Sequence

from services.demo.steps.admissions import screen
from services.demo.steps.answers import answer
from services.demo.steps.books import show_books
from services.demo.steps.buying import buy
from services.demo.steps.communities import found
from services.demo.steps.door import check_in
from services.demo.steps.forgetting import forget
from services.demo.steps.gathering import gather
from services.demo.steps.goods import offer
from services.demo.steps.moderation import moderate
from services.demo.steps.partner import partner_reads
from services.demo.steps.people import register
from services.demo.steps.returns import deliver_and_return
from services.demo.steps.reviews import review
from services.demo.steps.rush import rush
from services.demo.steps.suiting import suit
from services.demo.steps.talking import talk
from services.demo.story import Story

CHAPTERS: Sequence[Callable[[Story], Awaitable[None]]] = (
    register, found, screen, offer, talk, moderate, buy, rush, gather, check_in, deliver_and_return, review, answer,
    suit, show_books, partner_reads, forget,
)  # fmt: skip
