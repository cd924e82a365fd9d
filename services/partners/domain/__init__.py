"""What partners decide: who is one, what each may know, which of its keys are good."""

from .partner import Partner

__all__ = ["Partner"]
