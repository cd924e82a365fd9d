"""Who is there, how a community does, what is near it: one row an operation."""

from services.groups.answers import audience as answers
from services.groups.queries import GroupsQueries
from services.groups.schemas import audience as schemas
from services.kernel.doors.operation import PUBLIC, Operation, only, query

WHO_ASKS = only("an owner or a leader of the group, or an operator")

operations: list[Operation] = [
    query("audience", "/groups/{group_id}/audience", GroupsQueries.audience, policy=WHO_ASKS,
          takes=schemas.AudienceAsked,
          summary="Who is there, by certified claims and by tags, in numbers of five and more; or how many were, then.",
          gives=answers.Audience),
    query("health", "/groups/{group_id}/health", GroupsQueries.health, policy=WHO_ASKS,
          summary="Who came, went and wrote in the last days.", gives=answers.Health),
    query("neighbours", "/groups/{group_id}/neighbours", GroupsQueries.neighbours, policy=PUBLIC,
          summary="Which communities are about the same things, with the reasons.", takes=schemas.NeighboursAsked,
          gives=answers.Neighbours),
]  # fmt: skip
