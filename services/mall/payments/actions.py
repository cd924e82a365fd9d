"""What a buyer has to do before a provider has the money: scan a code, confirm a card."""

from dataclasses import dataclass
from typing import Literal

ActionKind = Literal["stripe_client_secret", "wechat_code_url"]


@dataclass(frozen=True, slots=True)
class PaymentAction:
    """What the front end needs for it. It is asked for anew each time, and stored nowhere."""

    kind: ActionKind
    value: str
