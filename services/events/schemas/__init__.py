"""What comes in, field by field."""
