"""Mail to people: what is written, and the port through which it leaves; to a server, or into files."""
