"""A stand-in for Stripe over HTTP: prints one line of JSON when ready, ends on SIGTERM with exit code 0."""

from starlette.applications import Starlette

from simulators.payments.script import Script
from simulators.serving import kept_in_file, options, run
from simulators.stripe.app import Stripe
from simulators.stripe.webhooks import StripeCourier

SECRET_VARIABLE, KEY_VARIABLE = "PAYMENT_SIMULATOR_SECRET", "PAYMENT_SIMULATOR_KEY"


def main() -> None:
    """Runs the program."""
    parser = options("simulators.stripe", __doc__)
    parser.add_argument("--search-lag-ms", type=int, default=300, help="until a search finds what is new (%(default)s)")
    given = parser.parse_args()
    secret, key = kept_in_file(SECRET_VARIABLE), kept_in_file(KEY_VARIABLE)
    if not secret or not key:
        parser.error(f"set {SECRET_VARIABLE} to the whsec_... of the endpoint, and {KEY_VARIABLE} to the sk_... key.")

    def app() -> Starlette:
        script = Script()
        courier = StripeCourier(secret, script)
        return Stripe(courier, script, key, given.settle_ms / 1000, given.search_lag_ms / 1000).app()

    run(app, given)


if __name__ == "__main__":
    main()
