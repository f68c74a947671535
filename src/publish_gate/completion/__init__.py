"""Shell completion, made from the command line's own parser."""
