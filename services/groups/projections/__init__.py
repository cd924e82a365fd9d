"""What can be read of groups, and what groups knows of people. One file a view, without personal texts."""
