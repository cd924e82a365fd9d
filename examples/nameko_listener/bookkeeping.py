"""A nameko service of anybody's: it hears whatever is paid in Agora. Nothing of Agora is installed here."""

from nameko.events import event_handler


class Bookkeeping:
    name = "bookkeeping"

    @event_handler("mall", "order_paid")
    def book(self, order):
        total = sum(line["quantity"] * line["price_minor"] + line["freight_minor"] for line in order["lines"])
        print(f"order {order['order_id']}: {total} {order['currency']} in minor units", flush=True)
