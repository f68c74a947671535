"""Rules, comparison and decision: pure functions of what was read."""
