"""The services as processes of their own: databases and a broker between them, no directory that they share."""
