"""Scripts of `run:` steps, read as their shell reads them: which commands stand in them, at which line."""
