"""Reads what was built: the files of a folder, their metadata, digests, and what an index would refuse of them."""
