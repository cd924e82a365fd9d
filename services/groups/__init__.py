"""Groups: communities, what they ask for, who is a member."""
