"""A small mail server that speaks real SMTP (RFC 5321, 3207, 4954) over a socket, and keeps what it is handed."""

import base64
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any, cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"


@dataclass
class MailServer:
    """What it asks for and how it behaves; ``answers`` overrules a verb: ``{"RCPT": "550 nobody here"}``."""

    user: str = ""
    password: str = ""
    tls: ssl.SSLContext | None = None
    is_tls_from_the_beginning: bool = False
    answers: dict[str, str] = field(default_factory=dict)
    taken: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    in_the_open: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        """As a setting names it."""
        scheme = "smtps" if self.is_tls_from_the_beginning else "smtp"
        signed = f"{self.user}:{self.password}@" if self.user else ""
        return f"{scheme}://{signed}{HOST}:{self.port}"


class Conversation(socketserver.StreamRequestHandler):
    """One connection: a line comes, a line goes."""

    def setup(self) -> None:
        """Take TLS first where that is the way."""
        self.house = cast("Listener", self.server).house
        self.is_secure = self.is_known = False
        if self.house.is_tls_from_the_beginning:
            self._secure()
        super().setup()

    def finish(self) -> None:
        """TLS has a socket of its own, which nobody else closes."""
        super().finish()
        self.request.close()

    def handle(self) -> None:
        """Until the other end hangs up or says goodbye."""
        self._say("220 letterbox ESMTP")
        while line := self.rfile.readline().decode().rstrip("\r\n"):
            if not self.is_secure:
                self.house.in_the_open.append(line)
            verb, _, rest = line.partition(" ")
            answer = self.house.answers.get(verb.upper()) or self._answer(verb.upper(), rest)
            if answer:
                self._say(answer)
            if verb.upper() == "QUIT":
                return

    def _answer(self, verb: str, rest: str) -> str:
        match verb:
            case "EHLO":
                return self._abilities()
            case "STARTTLS":
                return self._start_tls()
            case "AUTH":
                return self._log_in(rest)
            case "MAIL":
                return "250 go on" if self.is_known or not self.house.user else "530 sign in first"
            case "RCPT":
                self.house.recipients.append(rest.partition("<")[2].partition(">")[0])
                return "250 go on"
            case "DATA":
                return self._take()
            case "RSET" | "NOOP":
                return "250 done"
            case "QUIT":
                return "221 goodbye"
        return "502 not known here"

    def _abilities(self) -> str:
        offered = ["letterbox", "SMTPUTF8", "8BITMIME"]
        offered += ["STARTTLS"] if self.house.tls and not self.is_secure else []
        offered += ["AUTH PLAIN"] if self.house.user else []
        return "\r\n".join(f"250{'-' if one != offered[-1] else ' '}{one}" for one in offered)

    def _start_tls(self) -> str:
        self._say("220 go on")
        super().finish()
        self._secure()
        super().setup()
        return ""

    def _secure(self) -> None:
        assert self.house.tls is not None
        self.request = self.house.tls.wrap_socket(self.request, server_side=True)
        self.is_secure = True

    def _log_in(self, rest: str) -> str:
        _, user, password = base64.b64decode(rest.partition(" ")[2]).decode().split("\0")
        self.is_known = (user, password) == (self.house.user, self.house.password)
        return "235 welcome" if self.is_known else f"535 {user} is not known here"

    def _take(self) -> str:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b"."))
        self.house.taken.append(message_from_bytes(b"".join(lines), policy=policy.default))
        return "250 taken"

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class Listener(socketserver.ThreadingTCPServer):
    """Takes connections; a broken one is the other end's matter."""

    daemon_threads = True

    def __init__(self, house: MailServer) -> None:
        super().__init__((HOST, 0), cast("Callable[..., Any]", Conversation))
        self.house = house

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no finding."""


@contextmanager
def mail_server(**more: Any) -> Iterator[MailServer]:
    """It listens for as long as the block lasts."""
    house = MailServer(**more)
    with Listener(house) as listener:
        house.port = listener.server_address[1]
        working = threading.Thread(target=listener.serve_forever, args=(0.02,), daemon=True)
        working.start()
        try:
            yield house
        finally:  # a thread that goes on with a closed socket would never rest
            listener.shutdown()
            working.join()


def certified(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """How the server shows itself, and whom a client has to trust for that."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "letterbox")]), datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    named = x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))])
    certificate = made.add_extension(named, critical=False).sign(key, hashes.SHA256())
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    shown, kept = folder / "mail.crt", folder / "mail.key"
    shown.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    kept.write_bytes(key.private_bytes(*form))
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(shown, kept)
    return server, ssl.create_default_context(cafile=str(shown))
