"""Whether everything is as it must be once the platform has come to rest."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

import httpx

from services.auditing import audit_servers
from services.cli.rebuilding import hear_one_another
from services.composition import SERVICES, blueprint_of, clock_of
from services.kernel.flow.rebuild import rebuild
from services.opening import opened
from tests.support.ground_apart import State, Watched
from tests.support.onlooker import Onlooker
from tests.support.waiting import until

from .checks import Wrongs, compare
from .ground import Ground
from .journal import Journal
from .partner import SOURCES, Partner
from .shadowing import Shadow
from .stored import Store, read_stores

REST_SECONDS = 120.0
LIVED = {
    "identity:Person.Registered", "groups:Group.Founded", "mall:Shelf.Picked", "mall:Order.Paid",
    "mall:Order.Delivered", "mall:Order.LineRefunded", "mall:Checkout.PaymentRefunded", "events:Gathering.Announced",
    "partners:Partner.Registered",
}  # fmt: skip
"""What must have happened when everything was tried: goods were bought, through communities as well, and given back."""


class Verdict:
    """Looks at the stores of a platform while nobody asks it for anything."""

    def __init__(self, ground: Ground, journal: Journal, partner: Partner, shadow: Shadow) -> None:
        self._ground, self._journal, self._partner, self._shadow = ground, journal, partner, shadow

    def at_rest(self) -> Wrongs:
        """Wait until all that follows from what was asked has come about; then compare everything."""
        wrongs = Wrongs(broken=list(self._never_at_rest()))
        with closing(Onlooker(self._ground)) as onlooker:
            postgres = self._ground.servers.postgres()
            stores = read_stores(SERVICES, postgres.connect, onlooker.database)
            wrongs += compare(self._journal.asked(), stores)
            wrongs += self._shadow.missed(stores)
            wrongs += self._partner.read_on(
                lambda: {one.id for source in SOURCES for one in onlooker.spoken(source)},
            )
        wrongs.broken += [str(finding) for finding in audit_servers(self._ground.settings()).findings]
        wrongs.broken += self._money(stores["mall"])
        return wrongs

    def untried(self) -> Wrongs:
        """What nobody has done who uses the platform, so that nothing was shown of it."""
        with closing(Onlooker(self._ground)) as onlooker:
            stores = read_stores(SERVICES, self._ground.servers.postgres().connect, onlooker.database)
        done = {topic for store in stores.values() for topic in store.topics()}
        return Wrongs(broken=[f"nobody ever came as far as {topic}" for topic in sorted(LIVED - done)])

    def views(self) -> tuple[int, Wrongs]:
        """Every view once more from the first fact, as it stands now; how many tables, and which differ."""
        with opened(self._ground.settings()) as platform:
            services = list(platform.services.values())
            hear_one_another(services)
            tables = [table for service in services for table in rebuild(service).tables]
        differing = [f"the view {one.view}.{one.table} of {one.service}" for one in tables if not one.is_equal]
        return len(tables), Wrongs(broken=[f"{one} is not what a rebuilt one is" for one in differing])

    def _never_at_rest(self) -> Iterator[str]:
        """Everybody has heard everything, and nothing is due."""
        with self._watched() as watched:
            now = clock_of(self._ground.settings()).now

            def states() -> dict[str, State]:
                return {name: one.state(now()) for name, one in watched.items()}

            def behind() -> list[str]:
                found = states()
                heads = {name: state.head for name, state in found.items()}
                return [name for name, state in found.items() if watched[name].is_behind(state, heads)]

            if not until(lambda: not behind(), REST_SECONDS):
                yield f"{behind()} are behind after {REST_SECONDS:.0f} seconds: {states()}"

    def _money(self, mall: Store) -> list[str]:
        """What the books say lies at the provider, against what the provider says."""
        booked = sum(fact.cash_minor for fact in mall.facts)
        totals = httpx.get(f"{self._ground.payments_url}/statement", trust_env=False).json()["totals"]
        there = sum(map(_left_minor, totals.values()))
        return [] if booked == there else [f"the books say that {booked} lies at the provider, and {there} does"]

    @contextmanager
    def _watched(self) -> Iterator[dict[str, Watched]]:
        with ExitStack() as held, closing(Onlooker(self._ground)) as onlooker:
            found = {}
            for name in SERVICES:
                session = self._ground.servers.postgres().connect(onlooker.database(name))
                blueprint = blueprint_of(name)
                reacts_to = {kind.SERVICE for kind in blueprint.reactions}
                found[name] = Watched(blueprint, held.enter_context(session), reacts_to)
            yield found


def _left_minor(totals: dict[str, int]) -> int:
    """What lies at the provider in one currency; its fees are no matter of the books."""
    out_minor = totals["refunded_minor"] + totals["transferred_minor"] + totals["disputed_minor"]
    return totals["captured_minor"] - out_minor + totals["returned_minor"]
