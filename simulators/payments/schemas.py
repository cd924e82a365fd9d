"""The form of what the provider takes in."""

from typing import Any, Literal

from marshmallow import Schema, ValidationError, fields, validate
from starlette.requests import Request

from simulators.payments.destinations import behaviour_at
from simulators.payments.problems import Refused
from simulators.payments.script import Fault, behaviour_of

IDENTIFIER = validate.Regexp(r"^[A-Za-z0-9_-]{1,64}\Z", error="Take 1 to 64 letters, digits, '_' or '-'.")
AMOUNT = validate.Range(min=1, max=10**12)
CURRENCY = validate.Regexp(r"^[A-Z]{3}\Z", error="Three capital letters.")


def _known_method(method: str) -> None:
    try:
        behaviour_of(method)
    except ValueError as unknown:
        raise ValidationError(str(unknown)) from None


def _a_destination(destination: str) -> None:
    try:
        behaviour_at(destination)
    except ValueError as wrong:
        raise ValidationError(str(wrong)) from None


def _known_fault(fault: str) -> None:
    try:
        Fault.read(fault)
    except ValueError as unknown:
        raise ValidationError(str(unknown)) from None


class PaymentSchema(Schema):
    """``POST /payments``; the amount in minor units of an ISO 4217 currency; ``manual`` is captured when asked for."""

    payment_id = fields.String(required=True, validate=IDENTIFIER)
    amount_minor = fields.Integer(required=True, strict=True, validate=AMOUNT)
    currency = fields.String(required=True, validate=CURRENCY)
    method = fields.String(required=True, validate=_known_method)
    capture = fields.String(load_default="automatic", validate=validate.OneOf(("automatic", "manual")))
    callback_url = fields.Url(required=True, require_tld=False, schemes={"http", "https"})


class CaptureSchema(Schema):
    """``POST /payments/{id}/capture``; all that is authorised, or less."""

    amount_minor = fields.Integer(required=True, strict=True, validate=AMOUNT)


class RefundSchema(Schema):
    """``POST /refunds``; the currency is the payment's."""

    refund_id = fields.String(required=True, validate=IDENTIFIER)
    payment_id = fields.String(required=True, validate=IDENTIFIER)
    amount_minor = fields.Integer(required=True, strict=True, validate=AMOUNT)
    callback_url = fields.Url(required=True, require_tld=False, schemes={"http", "https"})


class TransferSchema(Schema):
    """``POST /transfers``; what is not ``acct_...`` has not the form of a destination."""

    transfer_id = fields.String(required=True, validate=IDENTIFIER)
    destination = fields.String(required=True, validate=_a_destination)
    amount_minor = fields.Integer(required=True, strict=True, validate=AMOUNT)
    currency = fields.String(required=True, validate=CURRENCY)
    callback_url = fields.Url(required=True, require_tld=False, schemes={"http", "https"})


class ScriptSchema(Schema):
    """``POST /script``: what to do wrong next, in this order."""

    faults = fields.List(fields.String(validate=_known_fault), required=True)


async def read_form(request: Request, schema: Schema) -> dict[str, Any]:
    """The body of the request in the form of the schema; Refused 400 when it has another."""
    try:
        body = await request.json()
    except (ValueError, RecursionError):
        raise Refused(400, "bad_json", "The body is not JSON.") from None
    try:
        form: dict[str, Any] = schema.load(body)
    except ValidationError as invalid:
        errors = invalid.messages_dict
        raise Refused(400, "bad_form", "The body does not have the form that is asked for.", errors) from None
    return form


def require_key(
    request: Request, form: dict[str, Any], id_field: Literal["payment_id", "refund_id", "transfer_id"]
) -> None:
    """The Idempotency-Key must be there and be the id of what is asked for; else Refused 400."""
    if request.headers.get("idempotency-key") != form[id_field]:
        raise Refused(400, "bad_idempotency_key", f"Send the {id_field} as the header 'Idempotency-Key' too.")
