"""What every service shows is the same on a server as in a file: all rows, and the answers to all questions."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest

from services.embedded import Platform
from services.kernel.flow.feeding import Feeding
from services.kernel.flow.views import Views
from services.kernel.service import Service
from services.settings import Settings
from tests.integration.test_audit_rebuild import do, live_through
from tests.rooms.groups.rooms import APPLICANT, OWNER, REVIEWER, Rooms
from tests.rooms.mall.market import BORIS, CHEN, GROUP, Market
from tests.rooms.mall.questioning import buy, line
from tests.rooms.mall.stories import eventful
from tests.support.asking_all import answers
from tests.support.servers.databases import Databases
from tests.support.servers.postgres import PostgresServer
from tests.support.statements import glances_at


@pytest.fixture(scope="module")
def servers_databases(postgres_server: PostgresServer) -> Iterator[Databases]:
    made = Databases(postgres_server)
    yield made
    made.close()


@contextmanager
def on_server(databases: Databases, service: Service) -> Iterator[Views]:
    """The same views on the server, fed with what those of the service have."""
    place = databases.take(service.name)
    views = Views.on_server(place.database_of(service.name), [make() for make in service.blueprint.projections])
    try:
        sources = [intake.source for intake in service.intakes]
        Feeding(service, sources, views, 7, lambda _service, _done, _total: None).catch_up()
        yield views
    finally:
        views.close()


def assert_same(databases: Databases, service: Service) -> int:
    """Compare everything, at one moment; returns how many questions were asked."""
    now = service.clock.now()
    with on_server(databases, service) as views, patch.object(type(service.clock), "now", lambda _clock: now):
        assert views.digests() == service.views.digests()
        with glances_at(service.views) as glances:
            in_file, on_the_server = answers(service, service.views), answers(service, views)
        assert set(glances) <= {1}, "a glance sees one state for as long as it is one statement"
        different = [asked for asked, answer in in_file.items() if on_the_server.get(asked) != answer]
        assert different == []
        assert in_file.keys() == on_the_server.keys()
        return len(in_file)


def sold_as_often_on_the_shelf_as_beside_it(market: Market) -> None:
    net = market.listed(title="Net", price_minor=500)
    market.do("pick", CHEN, group_id=GROUP, listing_id=net, note="Fine.")
    market.settle()
    for group_id in (GROUP, None):
        buy(market, BORIS, line(net, 1, group_id))


def test_an_eventful_market_looks_the_same(servers_databases: Databases, tmp_path: Path) -> None:
    with Market(tmp_path) as market:
        eventful(market)
        sold_as_often_on_the_shelf_as_beside_it(market)
        assert assert_same(servers_databases, market.service) > 300


def test_a_platform_that_lived_looks_the_same(servers_databases: Databases, tmp_path: Path) -> None:
    with Platform(Settings(data=tmp_path)) as platform:
        live_through(platform)
        do(platform, "partners", "register", name="Counters", scopes=["counts"])
        for service in platform.services.values():
            assert assert_same(servers_databases, service) > 3


def test_groups_with_applications_look_the_same(servers_databases: Databases, tmp_path: Path) -> None:
    rooms = Rooms(tmp_path)
    try:
        group_id = rooms.found()
        for kind, code in (("industry", "outdoors"), ("industry", None), ("real_name", None), ("industry", "Ärger")):
            rooms.certify(APPLICANT, kind, code)
        rooms.seat(group_id, REVIEWER, "leader")
        rooms.do("apply", APPLICANT, group_id=group_id, rules_version=1)
        rooms.seat(group_id, APPLICANT)
        assert rooms.ask("roster", OWNER, group_id=group_id)["items"]
        assert assert_same(servers_databases, rooms.service) > 30
    finally:
        rooms.service.stop()
