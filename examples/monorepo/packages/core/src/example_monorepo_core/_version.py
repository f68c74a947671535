"""The version of this package: the one line to change for a release."""

__version__ = "0.2.0"
