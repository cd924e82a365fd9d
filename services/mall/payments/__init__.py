"""How the mall deals with a payment provider: the port, its HTTP adapter, callbacks in, errands out."""
