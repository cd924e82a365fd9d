"""What can keep tests from having their servers; each says what to do about it."""

from services.kernel.refusals import Refusal


class ServersMissing(Refusal):
    """There is no server, and no way to get one."""

    sentence = (
        "The tests need {missing}: install it, start Docker, or name a server in {setting}; "
        "as root on Debian or Ubuntu the tests install it themselves."
    )


class ProgramMissing(Refusal):
    """There is no such program, and no way to get one."""

    sentence = (
        "The tests need {missing}: install the package '{package}'; "
        "as root on Debian or Ubuntu the tests install it themselves."
    )


class ServerFailed(Refusal):
    """A program that a server needs did not start, or did not do what it was asked for."""

    sentence = "{program} failed; it said: {said}"


class NotOursToBreak(Refusal):
    """A test wants to stop a server that somebody else runs."""

    sentence = "The server that {setting} names is not ours to stop; run this test without {setting}."


class NoControl(Refusal):
    """A broker that somebody else runs, of which no control program is known."""

    sentence = (
        "AGORA_TEST_AMQP_URL names a broker, and nothing says how to control it: put the command into "
        "AGORA_TEST_RABBITMQCTL, such as 'docker exec broker rabbitmqctl'."
    )
