"""What is known of people and groups from their messages: views that any service may keep, each in its own database."""
