"""Rules of what the Compose file tells each process: every setting that it knows, and secrets by files alone."""

import re

from services.composition import SERVICES
from services.settings import Settings
from tests.support.compose.file import ComposeFile, compose_file

FIXED = {
    "data": "only letters lie there while no mail server is named; what is to stay is in volumes",
    "host": "a container listens to its network; AGORA_LISTEN says who else gets in",
    "clock": "in a volume that all see",
    "trusted_proxies": "nobody but nginx reaches a process",
    "jwks_url": "the processes know one another by the names of the file",
    "processes": "the processes know one another by the names of the file",
    "simulator_url": "a container of the file",
    "simulator_secret": "made by agora secrets",
    "master_key": "made by agora secrets",
    "token_key": "made by agora secrets",
    "database_url": "made by agora secrets",
    "admin_database_url": "made by agora secrets",
    "amqp_url": "made by agora secrets",
}
"""What the file says once for all, and why nobody has to."""
LEFT_OUT = {
    "port": "each process has the one that its kind listens at, and health checks ask there",
    "keys_url": "the keys lie on the server of the facts, which needs no word",
}
"""What no process is told, and why."""
KNOWN_BY = {"payments": "mall", "payouts": "mall", "simulator": "mall", "mail": "identity", "reset": "identity"}
"""How settings begin that one service alone knows."""
PROCESSES = ("serve", "work", "rpc")
SECRET = re.compile(r"SECRET|PASSWORD|KEY|TOKEN|DATABASE_URL|AMQP_URL")
PASSWORD_IN_ADDRESS = re.compile(r"//[^/\s]*:[^/\s]*@")
EXAMPLE = re.compile(r"^(AGORA_\w+)=", re.MULTILINE)


def knowing(setting: str) -> list[str]:
    """The processes that a setting means something to."""
    only = KNOWN_BY.get(setting.partition("_")[0])
    everybody = [f"{service}-{what}" for service in SERVICES for what in PROCESSES if only in (None, service)]
    return everybody + (["entrance"] if setting == "log_level" else [])


def marked(text: str) -> ComposeFile:
    """The file where .env says every variable, each with its own name."""
    variables = [f"AGORA_{name.upper()}" for name in Settings().shown()]
    return compose_file(text, {name: name for one in variables for name in (one, f"{one}_FILE")})


def unheard(text: str) -> list[str]:
    """Settings that a process knows, that .env may say, and that do not reach it."""
    file = marked(text)
    return [
        f"{process}: {name}"
        for name in Settings().shown()
        if name not in FIXED | LEFT_OUT
        for process in knowing(name)
        if not _is_heard(file, process, f"AGORA_{name.upper()}")
    ]


def _is_heard(file: ComposeFile, process: str, variable: str) -> bool:
    told = file.containers[process].environment
    return any(told.get(name) == name for name in (variable, f"{variable}_FILE"))


def stale(text: str) -> list[str]:
    """Reasons for what is not so: fixed and not said, or said by .env; left out and said."""
    said = {name: value for one in marked(text).containers.values() for name, value in one.environment.items()}
    of_name = {name: _said(said, name) for name in FIXED | LEFT_OUT}
    wrong = [name for name in FIXED if of_name[name] is None or (of_name[name] or "").startswith("AGORA_")]
    return wrong + [name for name in LEFT_OUT if of_name[name] is not None]


def _said(told: dict[str, str], setting: str) -> str | None:
    variable = f"AGORA_{setting.upper()}"
    return told.get(variable, told.get(f"{variable}_FILE"))


def spoken_secrets(text: str) -> list[str]:
    """Secrets in a variable, where whoever may look at a container reads them; the path of a file is none."""
    return [
        f"{one.name}: {name}"
        for one in marked(text).containers.values()
        for name, value in one.environment.items()
        if (SECRET.search(name) and not name.endswith("_FILE") and not value.startswith("/"))
        or PASSWORD_IN_ADDRESS.search(value)
    ]


def misleading(text: str, page: str) -> list[str]:
    """Variables of a page's examples for .env that the file does not know."""
    return [name for name in EXAMPLE.findall(page) if f"${{{name}:-" not in text and f"${{{name}-" not in text]
