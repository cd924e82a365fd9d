"""The condition that somebody must meet: to become a member, to sell, to attend.

A threshold is an expression that travels as JSON:

    null, {"all": []}                                   open to everybody
    {"claim": "real_name", "level": 1}                  a certified claim of at least this level
    {"claim": "industry", "level": 1, "code": "outdoors"}
    {"invitation": true}                                an invitation
    {"tag": "interest", "value": "fishing"}             a tag of this kind
    {"member": "5f0c..."}                               membership of a group, by its id
    {"all": [...]}   {"any": [...]}   {"not": ...}      these combined

``parse`` reads it, ``evaluate`` holds it against the evidence of one person and says exactly what
is missing. Groups, the mall and whoever else lets people in use this one evaluator.
"""

from .evidence import Claim, Evidence
from .expression import (
    CLAIM_KINDS,
    OPEN,
    AllOf,
    AnyOf,
    ClaimNeeded,
    InvitationNeeded,
    MembershipNeeded,
    Not,
    TagNeeded,
    Threshold,
    to_data,
)
from .parsing import DEPTH_LIMIT, NODE_LIMIT, MalformedThreshold, parse
from .verdict import Verdict, evaluate

__all__ = [
    "CLAIM_KINDS", "DEPTH_LIMIT", "NODE_LIMIT", "OPEN", "AllOf", "AnyOf", "Claim", "ClaimNeeded", "Evidence",
    "InvitationNeeded", "MalformedThreshold", "MembershipNeeded", "Not", "TagNeeded", "Threshold", "Verdict",
    "evaluate", "parse", "to_data",
]  # fmt: skip
