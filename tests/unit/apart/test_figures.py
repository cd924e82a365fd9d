"""What a process tells of its readers, whether it is the one that moves them or not."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from services.apart import figures
from services.apart.figures import Gauge
from tests.support.neighbours import counting_is_understood
from tests.support.scenario import NOON
from tests.support.spoken import Listener, SpokenLog, intake_of, listen

__all__ = ["counting_is_understood"]
MINUTE = timedelta(minutes=1)


def told(gauges: Iterable[Gauge]) -> dict[tuple[str, str, str], float]:
    """By name, reader and source."""
    return {(name, labels["reader"], labels["source"]): value for name, _, labels, value in gauges}


def test_how_far_every_reader_has_come_is_told(tmp_path: Path) -> None:
    log = SpokenLog()
    log.say("ann", "bo")
    with Listener().opened(tmp_path, log) as echo:
        listen(echo)
        assert told(figures.of_readers(echo)) == {
            ("agora_reader_position", "views", "echo"): 0,
            ("agora_reader_position", "intake", "tally"): 2,
        }
        while echo.pump.step():
            pass
        assert told(figures.of_readers(echo))["agora_reader_position", "views", "echo"] == echo.recorder.position()


def test_the_lag_of_an_intake_is_what_is_stored_and_not_what_one_process_remembers(tmp_path: Path) -> None:
    """The worker that stands by does not know how far the other one has come."""
    log = SpokenLog()
    log.say("ann", "bo")
    with Listener().opened(tmp_path, log) as echo:
        stands_by = intake_of(echo)
        echo.hear([log])
        listen(echo)
        assert stands_by.position == 0
        positions, seconds = (f"agora_reader_lag_{unit}" for unit in ("positions", "seconds"))
        assert told(figures.of_intake(echo, log)) == {
            (positions, "intake", "tally"): 0, (seconds, "intake", "tally"): 0.0,
        }  # fmt: skip
        log.say("cem", recorded_at=NOON - MINUTE)
        log.say("dee", recorded_at=NOON)
        assert told(figures.of_intake(echo, log)) == {
            (positions, "intake", "tally"): 2, (seconds, "intake", "tally"): 60.0,
        }  # fmt: skip
