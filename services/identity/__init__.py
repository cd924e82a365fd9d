"""Who somebody is, and how we know: people, their certified claims, tags and roles, and signing in."""
