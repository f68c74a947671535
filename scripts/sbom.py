"""Write what a bundle is made of as CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from locked import Wheel


def render(version: str, wheels: Iterable[Wheel]) -> str:
    """Return the SBOM of this action's ``version``; no time and no serial number, so that it is the same each time."""
    root = purl("publish-gate", version)
    components = [_component(wheel) for wheel in wheels]
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": root,
                "name": "publish-gate",
                "version": version,
                "purl": root,
                "licenses": [{"license": {"id": "MIT"}}],
            }
        },
        "components": components,
        "dependencies": [
            {"ref": root, "dependsOn": [each["bom-ref"] for each in components]},
            *({"ref": each["bom-ref"]} for each in components),
        ],
    }
    return json.dumps(document, indent=2) + "\n"


def purl(name: str, version: str) -> str:
    """Return the package URL of a release on the index (https://github.com/package-url/purl-spec)."""
    return f"pkg:pypi/{name}@{version}"


def _component(wheel: Wheel) -> dict[str, object]:
    reference = purl(wheel.package.name, wheel.package.version)
    single = " " not in wheel.licence
    return {
        "type": "library",
        "bom-ref": reference,
        "name": wheel.package.name,
        "version": wheel.package.version,
        "scope": "required",
        # Of the wheel as it was locked and downloaded; only a part of it is carried.
        "hashes": [{"alg": "SHA-256", "content": wheel.digest}],
        "licenses": [{"license": {"id": wheel.licence}} if single else {"expression": wheel.licence}],
        "purl": reference,
        "properties": [{"name": "publish-gate:wheel", "value": wheel.path.name}],
    }
