"""No process opens more connections than the formula in docs/running.md counts with."""

from sqlalchemy import QueuePool

from services.kernel.flow import postgres_views
from services.kernel.store.postgres import key_rows, recorder
from services.kernel.store.postgres.servers import SERVING, WORKING, Servers
from tests.support.own_databases import OwnDatabases


def test_a_process_opens_twenty_at_most_and_one_that_works_fourteen() -> None:
    others = recorder.MOST_WRITERS + postgres_views._WRITERS + key_rows.MOST + 1  # and the session of who leads
    assert SERVING.facts + SERVING.views + others == 20
    assert WORKING.facts + WORKING.views + others == 14


def test_the_pools_are_as_large_as_the_process_was_told(databases: OwnDatabases) -> None:
    for stores, pools in ((Servers(databases), SERVING), (Servers(databases, WORKING), WORKING)):
        facts, views = stores.recorder("tally"), stores.views("tally", [])
        open_pools = (facts._reading._pool, views.database.reads.pool)
        sizes = [pool.size() for pool in open_pools if isinstance(pool, QueuePool)]
        assert sizes == [pools.facts, pools.views]
        views.close()
        facts.close()
