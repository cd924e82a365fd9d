"""The surface of partners: one row an operation. What a partner asks itself is told by its key, not by a token."""

from typing import Any
from uuid import UUID

from services.kernel.doors.operation import OPERATOR, Operation, Policy, command, query, raw
from services.kernel.service import Service
from services.partners import answers, schemas
from services.partners.application import Partners
from services.partners.keys import api_key
from services.partners.queries import PartnersQueries
from services.partners.visiting import BATCH, feed, feed_count, partner_counts

PARTNER = Policy("a partner, by its API key", signed_in=False, by_key=True)
WHERE = {
    "Agora-Cursor": "Where to go on: send it as cursor.", "Agora-Through": "The position in the journal it stands for.",
    "Agora-Digest": "A digest of the journal up to there; for keys of all feeds alone.",
    "Agora-Head": "Where the journal ends at present.",
    "Link": "The next page, as rel=next.",
}  # fmt: skip


def with_key(service: Service, answer: dict[str, Any]) -> dict[str, Any]:
    """The answer with the key, which was stored nowhere: made again when the command is repeated."""
    partner_id, number = UUID(str(answer["partner_id"])), int(answer["key_number"])
    return {**answer, "key": api_key(service.keys.blinded, partner_id, number)}


operations: list[Operation] = [
    command("register", "/partners", Partners.register_partner, policy=OPERATOR, status=201,
            summary="Let another platform know what happens here, and give it its key.", takes=schemas.Register,
            gives=answers.KeyAnswer, completes=with_key),
    query("partners", "/partners", PartnersQueries.partners, policy=OPERATOR,
          summary="All partners, the oldest first.", takes=schemas.Paging, gives=answers.PartnerPage),
    query("partner", "/partners/{partner_id}", PartnersQueries.partner, policy=OPERATOR,
          summary="A partner: what it may know, and which of its keys are good.", gives=answers.PartnerSeen),
    query("counts_for", "/partners/{partner_id}/counts", PartnersQueries.counts_for, policy=OPERATOR,
          summary="The figures that a partner is told.", takes=schemas.CountsWanted, gives=answers.Counts),
    command("change_scopes", "/partners/{partner_id}/scopes", Partners.change_scopes, policy=OPERATOR,
            summary="Let a partner know something else from now on.", takes=schemas.ChangeScopes,
            gives=answers.PartnerAnswer),
    command("issue_key", "/partners/{partner_id}/keys", Partners.issue_key, policy=OPERATOR, status=201,
            summary="Give a partner a new key; the older ones end.", takes=schemas.IssueKey,
            gives=answers.KeyAnswer, completes=with_key),
    command("suspend", "/partners/{partner_id}/suspend", Partners.suspend_partner, policy=OPERATOR,
            summary="Let a partner know nothing for a while.", takes=schemas.Why, gives=answers.PartnerAnswer),
    command("reinstate", "/partners/{partner_id}/reinstate", Partners.reinstate_partner, policy=OPERATOR,
            summary="End the suspension of a partner.", gives=answers.PartnerAnswer),
    command("close", "/partners/{partner_id}/close", Partners.close_partner, policy=OPERATOR,
            summary="End a partnership for good, with all of its keys.", takes=schemas.Why,
            gives=answers.PartnerAnswer),
    raw("feed", "GET", "/feed", feed, policy=PARTNER, takes=schemas.FeedWanted, gives=answers.FeedEvent, many=True,
        media=BATCH, headers=WHERE, rate="600/minute",
        summary="What happened, from the beginning or after a cursor, as CloudEvents."),
    raw("feed_count", "GET", "/feed/count", feed_count, policy=PARTNER, takes=schemas.CountWanted,
        gives=answers.FeedCount, rate="120/minute",
        summary="How many events there are up to a position, to check that none is missing."),
    raw("counts", "GET", "/counts", partner_counts, policy=PARTNER, takes=schemas.CountsWanted, gives=answers.Counts,
        rate="300/minute", summary="Figures: who is there, what was sold; of people never fewer than five."),
]  # fmt: skip
