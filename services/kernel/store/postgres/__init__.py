"""Stores on PostgreSQL: one database for the facts and views of each service, and another for its keys."""
