"""A simulated payment provider over HTTP: prints one line of JSON when ready, ends on SIGTERM with exit code 0."""

import argparse
import sys
from pathlib import Path

from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook
from starlette.applications import Starlette

from simulators.payments.app import Provider
from simulators.payments.book import Book
from simulators.payments.callbacks import Courier
from simulators.payments.script import Script
from simulators.serving import kept_in_file, options, run

SECRET_VARIABLE = "PAYMENT_SIMULATOR_SECRET"


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = options("simulators.payments", __doc__)
    parser.add_argument(
        "--secret", default=kept_in_file(SECRET_VARIABLE),
        help=f"whsec_... in base64, which signs the callbacks; better set as {SECRET_VARIABLE}, "
        f"or {SECRET_VARIABLE}_FILE with the path of a file that holds it",
    )  # fmt: skip
    parser.add_argument("--book", type=Path, help="file that remembers everything over a restart (default: none)")
    given = parser.parse_args()
    if not _secret_holds(given.secret):
        parser.error(f"the secret is missing or is not base64; give --secret whsec_... or set {SECRET_VARIABLE}.")
    return given


def main() -> None:
    """Runs the program."""
    given = arguments()
    run(lambda: _app(given), given)


def _app(given: argparse.Namespace) -> Starlette:
    script = Script()
    courier = Courier(given.secret, script)
    try:
        book = Book(given.book)
    except (OSError, ValueError, LookupError, TypeError) as cause:
        sys.exit(f"The book {given.book} cannot be used ({cause}). Mend it, or name another with --book.")
    return Provider(book, courier, script, given.settle_ms / 1000).app()


def _secret_holds(secret: str | None) -> bool:
    try:
        return secret is not None and bool(Webhook(secret))
    except (ValueError, EmptyWebhookSecretError):
        return False


if __name__ == "__main__":
    main()
