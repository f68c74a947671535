"""Which metadata version the releases of a build back end write, and from which release on a tool reads one."""

WRITES: dict[str, dict[str, str]] = {"hatchling": {"2.1": "1.18.0", "2.3": "1.22.5", "2.4": "1.27.0", "2.5": "1.32.0"}}
READS: dict[str, dict[str, str]] = {
    "action": {"2.3": "1.8.13", "2.4": "1.12.3", "2.5": "1.14.2"},
    "twine": {"2.4": "6.0.1", "2.5": "6.1.0"},
}
