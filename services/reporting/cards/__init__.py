"""The cards of a report, one a question: what was asked, the figures, what they mean."""
