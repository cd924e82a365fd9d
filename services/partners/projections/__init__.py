"""What can be read: the partners themselves, and what is counted of the other services' messages."""
