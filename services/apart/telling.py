"""All figures of a worker, read whenever somebody asks for them."""

from functools import partial

from services.apart.figures import of_intake, of_readers, of_store, of_views, of_worker
from services.apart.working import Worker
from services.kernel.flow.remote_source import RemoteSource
from services.kernel.flow.rpc_client import RpcClient
from services.kernel.metrics import Metrics


def tell(metrics: Metrics, worker: Worker, client: RpcClient) -> None:
    """Everything of a worker is read whenever somebody asks for the figures."""
    service = worker.service
    metrics.read(lambda: of_store(service))
    metrics.read(lambda: of_readers(service))
    metrics.read(lambda: of_views(service))
    metrics.read(lambda: of_worker(worker))
    metrics.read(lambda: service.blueprint.figures(service))
    for intake in service.intakes:
        source = RemoteSource(intake.source.source, client)
        metrics.read(partial(of_intake, service, source))
