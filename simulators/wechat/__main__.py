"""A stand-in for WeChat Pay over HTTP: prints one line of JSON when ready, ends on SIGTERM with exit code 0."""

from starlette.applications import Starlette

from simulators.payments.script import Script
from simulators.serving import kept_in_file, options, run
from simulators.wechat.app import Wechat
from simulators.wechat.callbacks import WechatCourier
from simulators.wechat.signing import Merchant

VARIABLES = {
    "PAYMENT_SIMULATOR_MERCHANT": "mchid, appid, serial and the id of the public key, with spaces between them",
    "PAYMENT_SIMULATOR_SECRET": "the APIv3 key of the merchant, 32 characters",
    "PAYMENT_SIMULATOR_MERCHANT_KEY": "the public key of the merchant, as PEM",
    "PAYMENT_SIMULATOR_PLATFORM_KEY": "the private key that WeChat Pay signs with, as PEM",
}


def main() -> None:
    """Runs the program."""
    parser = options("simulators.wechat", __doc__)
    given = parser.parse_args()
    told = [kept_in_file(name) or parser.error(f"set {name}: {what}.") for name, what in VARIABLES.items()]
    merchant = Merchant.read(*told)

    def app() -> Starlette:
        script = Script()
        return Wechat(merchant, WechatCourier(merchant, script), script, given.settle_ms / 1000).app()

    run(app, given)


if __name__ == "__main__":
    main()
