"""A licensed payment provider that moves no money: HTTP in, signed callbacks out, misbehaviour on request."""
