"""What comes in: by commands, by questions, and by records of what happened elsewhere."""
