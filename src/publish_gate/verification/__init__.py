"""After the upload: looks whether the release is there, complete, as it was built, and nothing else."""
