"""What goes out: of commands, of single things, and figures."""
