"""Fees and commissions as rules: announced before they hold, readable for ever."""

from services.kernel.doors.operation import OPERATOR, PUBLIC, Operation, command, only, query
from services.mall.answers import tariffs as answers
from services.mall.application import Mall
from services.mall.queries import MallQueries
from services.mall.schemas import tariffs

operations: list[Operation] = [
    command("announce_fee", "/tariffs/fees", Mall.announce_fee, policy=OPERATOR, status=201,
            takes=tariffs.AnnounceFee, gives=answers.RuleAnnounced,
            summary="Announce what the mall takes of a listing, a seller, a community, a category, or all."),
    command("announce_commission", "/tariffs/commissions", Mall.announce_commission, policy=OPERATOR, status=201,
            takes=tariffs.AnnounceCommission, gives=answers.RuleAnnounced,
            summary="Announce within which bounds commissions keep."),
    command("end_rule", "/tariffs/rules/{rule_id}/end", Mall.end_rule, policy=OPERATOR, takes=tariffs.EndRule,
            gives=answers.RuleEnded, summary="Announce that a rule holds no longer."),
    query("tariff_rules", "/tariffs/rules", MallQueries.tariff_rules, policy=PUBLIC, takes=tariffs.RulesAsked,
          gives=answers.RulesSeen, summary="The rules of fees and commissions: in force, to come, and all there were."),
    query("quote", "/listings/{listing_id}/quote", MallQueries.quote, takes=tariffs.QuoteAsked, gives=answers.Quote,
          policy=only("the seller of the listing, or an operator"),
          summary="Fee, pool and shares of a sale of the listing, by the rules of a moment."),
]  # fmt: skip
