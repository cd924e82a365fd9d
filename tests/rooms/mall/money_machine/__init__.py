"""The mall's money against a naive model: whatever happens, in whatever order, every account is what the model says.

``shop`` is the real application over SQLite in memory, ``books`` and ``goods`` are the model: a dictionary of integers
and a few plain things, written without a look at the product. ``machine`` plays both and compares. Each topic is one
class of rules in a file of its own, which ``MoneyMachine`` puts together: a new one adds its file, a class that
extends ``Base``, and its name in ``money``.
"""
