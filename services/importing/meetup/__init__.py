"""The answers of a meetup platform: groups with topics and place, gatherings with venues, who said yes and who no."""
