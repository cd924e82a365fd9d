"""Mechanism without meaning: how facts are decided, stored, spread and served. No domain word lives here."""
