"""Publish Gate: may this commit build, may it publish, and if not, why not."""

__version__ = "0.1.0"

HOME = "https://github.com/publish-gate/publish-gate"
"""Where this project lives."""
