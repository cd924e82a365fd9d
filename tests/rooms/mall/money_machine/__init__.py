"""The mall's money against a naive model: whatever happens, in whatever order, every account is what the model says.

``shop`` is the real application over SQLite in memory, ``books``, ``purses`` and ``goods`` are the model: a dictionary
of integers and a few plain things, written without a look at the product. ``machine`` plays both and compares after
each step; then ``checking`` asks the audit the same. What falls due is worked off by ``passing``, row by row, and the
model says of each what is to come of it. Each topic is one class of rules in a file of its own, which ``MoneyMachine``
puts together: a new one adds its file, a class that extends ``Base``, and its name in ``money``.
"""
