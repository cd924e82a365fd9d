"""Programs that stand in for what cannot be had, over their real protocol."""
