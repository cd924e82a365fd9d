"""What goes out, field by field: one file a topic."""
