"""What the mall decides, and on what: no clock, no store, no network."""
