"""A nameko service of anybody's that asks Agora. Who calls it brings a token, and nameko takes that along by itself."""

from nameko.exceptions import RemoteError
from nameko.rpc import ServiceRpc, rpc


class Storefront:
    name = "storefront"
    mall = ServiceRpc("mall")

    @rpc
    def order(self, order_id):
        try:
            return self.mall.order(order_id=order_id)
        except RemoteError as refused:  # exc_type "Missing", value "There is no such thing here, or ..."
            return {"refused": refused.exc_type, "because": refused.value}
