"""What the other packages of the example stand on."""

from ._version import __version__

__all__ = ["__version__"]
