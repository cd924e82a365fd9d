"""What services and partners may know of each other: messages, their envelope, and thresholds.

This is the whole of what one service learns about another. A message is public and versioned:
fields are added, never renamed, retyped or removed; what cannot be said that way becomes the next
version beside the old one. Nothing personal is ever in here: ids, codes, times and amounts only.
"""
