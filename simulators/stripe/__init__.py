"""A stand-in for Stripe that moves no money: a part of its published API over HTTP, signed webhooks, misbehaviour."""
