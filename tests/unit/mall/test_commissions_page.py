"""Every row of the tables in docs/commissions.md is what the mall works out."""

import pytest

from services.mall.domain.attribution import Attributed, Way
from services.mall.domain.charges import charge
from services.mall.domain.shares import shares_of_line
from tests.architecture.sources import PROJECT
from tests.support.scenario import NOON

from .samples import GROUP
from .tariffs import SOLD, a_commission

SPLITS = {"community": {"community": 10_000}, "half": {"community": 5_000, "member": 5_000}, "nobody": {}}


def rows(begins: str) -> list[list[str]]:
    """The rows of the table whose head begins so."""
    lines = (PROJECT / "docs/commissions.md").read_text().splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith(begins)) + 2
    found = []
    for line in lines[first:]:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


@pytest.mark.parametrize("row", rows("| price |"))
def test_the_shares_are_those_of_the_page(row: list[str]) -> None:
    price, fee_bps, fee_least, fee_most, pool_bps, pool_least, pool_most, split, *shares = row
    limits = {"platform_fee": limits_of(fee_least, fee_most), "commission": limits_of(pool_least, pool_most)}
    found = shares_of_line(
        int(price), 0, int(pool_bps) if split != "nobody" else 0, int(fee_bps), SPLITS[split], limits
    )  # fmt: skip
    told = dict(zip(("seller", "community", "member", "platform"), shares, strict=True))
    assert found == {party: int(share) for party, share in told.items() if share}


@pytest.mark.parametrize("row", rows("| offered |"))
def test_the_pool_is_that_of_the_page(row: list[str]) -> None:
    offered, least, most, pool = (int(cell) for cell in row)
    tariff = a_commission(least_bps=least, most_bps=most)
    attributed = Attributed(Way(group_id=GROUP), offered, SPLITS["community"] if offered else {}, None, None)
    charged = charge({"commission": tariff}, SOLD, 10_000, 500, attributed, NOON)
    assert charged.attributed.commission_bps == pool


def limits_of(least: str, most: str) -> tuple[int | None, int | None]:
    return int(least) if least else None, int(most) if most else None
