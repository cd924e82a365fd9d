"""Where facts are kept: the recorder, group commit, live aggregates, keys for erasable fields."""
