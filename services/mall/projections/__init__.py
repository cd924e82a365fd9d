"""What can be read of the mall, and what the mall knows of others. One file a view."""
