"""What the mall gives to take away: statements as files for people and for programs."""
