"""The surface of identity: one row an operation."""

from services.identity import answers, schemas
from services.identity.application import Identity
from services.identity.moving import move_clock
from services.identity.queries import IdentityQueries
from services.identity.sessions import jwks, sign_in, with_password_hash
from services.kernel.doors.operation import OPERATOR, PUBLIC, SIGNED_IN, Operation, command, only, query, raw

CERTIFIER = only("a certifier")

operations: list[Operation] = [
    command("register", "/people", Identity.register_person, policy=PUBLIC, status=201, rate="30/minute",
            summary="Become a person on this platform.", takes=schemas.Register, gives=answers.PersonAnswer,
            prepare=with_password_hash, secrets=frozenset({"password"})),
    raw("sign_in", "POST", "/sessions", sign_in, policy=PUBLIC, rate="20/minute",
        summary="Mail and password for an access token of ten minutes.", takes=schemas.SignIn, gives=answers.Session,
        secrets=frozenset({"password"})),
    raw("jwks", "GET", "/jwks", jwks, policy=PUBLIC, gives=answers.Keys,
        summary="The public keys by which access tokens are checked."),
    query("me", "/people/me", IdentityQueries.me, policy=SIGNED_IN, gives=answers.Me,
          summary="Everything that is known of you here."),
    query("person_by_mail", "/people/find", IdentityQueries.person_by_mail, policy=OPERATOR, method="POST",
          summary="Who is registered with a mail address.", takes=schemas.ByMail, gives=answers.Found),
    query("person", "/people/{person_id}", IdentityQueries.person, policy=SIGNED_IN, gives=answers.Card,
          summary="A person's name, and what is certified of her."),
    command("rename", "/people/me/name", Identity.rename_person, policy=SIGNED_IN,
            summary="Take another name.", takes=schemas.Rename, gives=answers.PersonAnswer),
    command("add_tag", "/people/me/tags", Identity.add_tag, policy=SIGNED_IN,
            summary="Carry one more tag.", takes=schemas.Tag, gives=answers.PersonAnswer),
    command("remove_tag", "/people/me/tags/remove", Identity.remove_tag, policy=SIGNED_IN,
            summary="Drop a tag.", takes=schemas.Tag, gives=answers.PersonAnswer),
    command("submit_claim", "/claims", Identity.submit_claim, policy=SIGNED_IN, status=201,
            summary="Say something of yourself, to have it certified.", takes=schemas.SubmitClaim,
            gives=answers.ClaimAnswer),
    query("open_claims", "/claims", IdentityQueries.open_claims, policy=CERTIFIER,
          summary="Claims in a state, the oldest first.", takes=schemas.OpenClaims, gives=answers.ClaimPage),
    query("claim", "/claims/{claim_id}", IdentityQueries.claim, policy=only("the person of the claim, or a certifier"),
          summary="A claim in full.", gives=answers.Claim),
    command("certify", "/claims/{claim_id}/certify", Identity.certify_claim, policy=CERTIFIER,
            summary="Confirm what somebody else claims.", takes=schemas.Certify, gives=answers.ClaimAnswer),
    command("refuse", "/claims/{claim_id}/refuse", Identity.refuse_claim, policy=CERTIFIER,
            summary="Do not confirm it, and say why.", takes=schemas.Refuse, gives=answers.ClaimAnswer),
    command("withdraw", "/claims/{claim_id}/withdraw", Identity.withdraw_claim,
            policy=only("the person of the claim, its issuer, or a certifier"),
            summary="Take a certified claim back.", takes=schemas.Withdraw, gives=answers.ClaimAnswer),
    command("grant_role", "/people/{person_id}/roles", Identity.grant_role, policy=OPERATOR,
            summary="Make somebody an operator or a certifier.", takes=schemas.Role, gives=answers.PersonAnswer),
    command("withdraw_role", "/people/{person_id}/roles/withdraw", Identity.withdraw_role, policy=OPERATOR,
            summary="Take a role from somebody.", takes=schemas.Role, gives=answers.PersonAnswer),
    command("record_person", "/records/people", Identity.record_person, policy=OPERATOR, records=True, status=201,
            summary="Record somebody known elsewhere.", takes=schemas.RecordPerson, gives=answers.PersonAnswer),
    command("record_claim", "/records/claims", Identity.record_claim, policy=OPERATOR, records=True, status=201,
            summary="Record a claim certified elsewhere.", takes=schemas.RecordClaim, gives=answers.ClaimAnswer),
    query("clock", "/clock", IdentityQueries.clock, policy=PUBLIC, gives=answers.Time,
          summary="What time it is on this platform."),
    raw("move_clock", "POST", "/clock", move_clock, policy=OPERATOR, takes=schemas.MoveClock, gives=answers.Time,
        summary="Let time pass, on a sandbox."),
]  # fmt: skip
