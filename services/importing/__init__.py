"""Taking in what happened elsewhere: files are read and judged first, then told to the services as operations."""
