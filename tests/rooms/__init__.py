"""A whole service in this process, on files of its own: what its rooms do together."""
