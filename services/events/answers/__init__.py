"""What goes out, field by field."""
