"""What can be listed in identity. Nothing personal stands in these views: it is read from the person's own facts."""
