"""Small workflows of the shapes that real failures had, one for each incident that a workflow decides."""

from __future__ import annotations

from textwrap import dedent, indent

_UPLOAD = "      - uses: pypa/gh-action-pypi-publish@release/v1\n"


def publishing(  # noqa: PLR0913 - each is a part of the workflow
    on: str = "{push: {tags: ['v*']}}",
    *,
    environment: str = "",
    condition: str = "",
    permissions: str = "{id-token: write}",
    job: str = "publish",
    step: str = _UPLOAD,
    needs: str = "build",
    before: str = "",
) -> str:
    """Return a workflow that builds in one job and publishes in another."""
    keys = {
        "needs": needs,
        "if": condition,
        "environment": environment,
        "permissions": permissions,
    }
    lines = "".join(f"    {key}: {value}\n" for key, value in keys.items() if value)
    return (
        f"on: {on}\n"
        "jobs:\n"
        "  build:\n"
        "    runs-on: ubuntu-latest\n"
        "    steps:\n"
        "      - uses: actions/checkout@v4\n"
        "      - run: python -m build\n"
        f"{indent(dedent(before), '  ')}"
        f"  {job}:\n"
        "    runs-on: ubuntu-latest\n"
        f"{lines}"
        "    steps:\n"
        "      - uses: actions/download-artifact@v4\n"
        f"{step}"
    )


def calling(uses: str, on: str = "{push: {tags: ['v*']}}") -> str:
    """Return a workflow that calls another to publish."""
    return f"on: {on}\njobs:\n  publish:\n    uses: {uses}\n    permissions: {{id-token: write, contents: read}}\n"


_BY_SECRET = f"{_UPLOAD}        with: {{password: '${{{{ secrets.PYPI_TOKEN }}}}'}}\n"

# By incident: file name -> text. Where nothing stands here, the record alone has to do.
WORKFLOWS: dict[str, dict[str, str]] = {
    "meltano-7608": {"build.yml": publishing()},
    "opensearchbenchmark-1092": {"publish-release.yml": publishing()},
    "temporalmcp-env": {"release.yml": publishing()},
    "githunk-69": {"publish.yml": publishing()},
    "xloader-env": {
        "publish.yml": publishing(
            "{push: {tags: ['v*']}, workflow_dispatch: {inputs: {environment: {type: string}}}}",
            environment="'${{ github.event.inputs.environment }}'",
            step=_UPLOAD.replace("- uses", "- if: github.event.inputs.environment == 'pypi'\n        uses"),
        )
    },
    "tufup-176": {"publish.yml": publishing()},
    "psr-1082": {"cicd.yml": publishing(environment="pypi")},
    "graphragsdk-218": {"publish.yml": publishing()},
    "mcpcompressor-168": {"publish-python-package.yml": publishing()},
    "gha-166": {"test.yml": calling("octo-flows/workflows/.github/workflows/publish-pypi.yml@main")},
    "repomatic-528": {"release.yaml": calling("octo-flows/workflows/.github/workflows/publish-pypi.yml@v2.14.0")},
    "openseries-368": {
        "deploy.yml": calling("./.github/workflows/release-publish.yml"),
        "release-publish.yml": publishing(
            "{workflow_call: {}}", environment="pypi", step=_UPLOAD + "        with: {attestations: false}\n"
        ),
    },
    "teslemetry-116": {
        "python-publish.yml": calling("./.github/workflows/release.yml"),
        "release.yml": publishing("{workflow_call: {}}", environment="pypi"),
    },
    "langchain-283": {
        "release.yml": calling("./.github/workflows/_test_release.yml"),
        "_test_release.yml": publishing("{workflow_call: {}}"),
    },
    "virgil-218": {
        "release.yml": calling("./.github/workflows/release-python.yml"),
        "release-python.yml": publishing("{workflow_call: {}}"),
    },
    "atlasui3-608": {"pypi-publish.yml": publishing(permissions="", step=_BY_SECRET)},
    "straindesign-77": {"release.yml": publishing(permissions="", step=_BY_SECRET)},
    "opentrace-326": {"publish-preview.yml": publishing("{pull_request_target: {types: [opened, synchronize]}}")},
    "mcp2cli-4": {"publish.yml": publishing("{push: {branches: [main]}}")},
    "redteam-287": {"publish-pypi.yml": publishing("{release: {types: [published]}}")},
    "essos-69": {"pypi_publish.yml": publishing("{push: {tags: ['v*']}, release: {types: [published]}}")},
    "fatsecret-106": {"release.yml": publishing("{push: {tags: ['v*']}, release: {types: [published]}}")},
    "automox-51": {"release.yml": publishing("{push: {tags: ['v*']}, release: {types: [published]}}")},
    "parllama-79": {
        "release-pipeline.yml": publishing(
            "{release: {types: [published]}}",
            job="publish-pypi",
            needs="[build, publish-testpypi]",
            before="""
            publish-testpypi:
              if: github.event_name == 'workflow_dispatch'
              needs: build
              runs-on: ubuntu-latest
              steps: [{run: 'true'}]
            """,
        )
    },
    "btclib-1142": {
        "release.yml": publishing(
            needs="[build, probe]",
            condition="startsWith(github.ref, 'refs/tags/')",
            before="""
            probe:
              if: github.event_name == 'pull_request'
              runs-on: ubuntu-latest
              steps: [{run: 'true'}]
            """,
        )
    },
    "kraken-67": {
        "release.yml": publishing(
            "{release: {types: [published]}}", condition="success() && github.ref == 'refs/heads/master'"
        )
    },
    "clangtoolspip-16": {
        "release.yml": publishing(
            "{release: {types: [published]}}",
            condition="github.event_name == 'release' && github.ref == 'refs/heads/main'",
        )
    },
    "pvlib-1532": {
        "publish.yml": publishing(
            "{push: {branches: [master]}, pull_request: {branches: [master]}}",
            step=_UPLOAD.replace(
                "- uses", "- if: github.event_name == 'push' && startsWith(github.ref, 'refs/tags')\n        uses"
            ),
        )
    },
    "ehub-694": {"publish-python-mcp.yml": publishing(environment="pypi")},
    "warehouse-18820": {"python-publish-client.yml": publishing()},
    "neurosan-1079": {"publish.yml": publishing("{release: {types: [published]}}")},
    "camelot-596": {"release.yml": publishing("{release: {types: [published]}}")},
    "fourmat-47": {"release.yml": publishing(permissions="")},
}
