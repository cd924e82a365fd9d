"""What comes in, field by field: one file a topic."""
