"""The doctor's opinion as text, JSON, SARIF, and for the job summary."""
