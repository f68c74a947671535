"""Help like a manual page, and completion for shells."""
