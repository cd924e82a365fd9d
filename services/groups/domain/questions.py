"""The questions that a group asks of applicants, and whether they are answered."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from . import joining_refusals

QUESTIONS_LIMIT = 20


class Question(TypedDict):
    """One question; whoever leaves out the answer to a required one cannot apply."""

    text: str
    required: bool


def asked(questions: Sequence[Mapping[str, Any]]) -> list[Question]:
    """The questions as they are stored. Raises ``QuestionsTooMany``, ``QuestionWithoutText``."""
    if len(questions) > QUESTIONS_LIMIT:
        raise joining_refusals.QuestionsTooMany(most=QUESTIONS_LIMIT)
    if not all(question["text"].strip() for question in questions):
        raise joining_refusals.QuestionWithoutText()
    return [Question(text=question["text"].strip(), required=bool(question["required"])) for question in questions]


def answered(questions: Sequence[Question], answers: Sequence[str]) -> list[str] | None:
    """One answer for each question, in their order, empty where none was given; None when nothing was asked.

    Raises ``AnswersTooMany``, ``AnswersMissing``.
    """
    if len(answers) > len(questions):
        raise joining_refusals.AnswersTooMany(questions=len(questions))
    given = [answer.strip() for answer in answers] + [""] * (len(questions) - len(answers))
    missing = [n for n, (q, text) in enumerate(zip(questions, given, strict=True), 1) if q["required"] and not text]
    if missing:
        raise joining_refusals.AnswersMissing(missing=missing, numbers=", ".join(map(str, missing)))
    return given or None
