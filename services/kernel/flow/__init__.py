"""How a fact reaches everybody who needs it. Each part is a loop over a ``step()``, so that anything can drive it."""
