"""Run the command line as ``python -m publish_gate``."""

from publish_gate.cli import run

if __name__ == "__main__":
    run()
