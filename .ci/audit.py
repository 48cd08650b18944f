"""Holds what an installation brings along to the published advisories, with pip-audit: PyPI's, or else OSV's.

Usage: python .ci/audit.py PIP_AUDIT PYTHON

PYTHON is the installation's. Exits with the findings, or with what pip-audit failed of. Where no service answers, that
is said, and is no failure.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from typing import Any

SERVICES = ("pypi", "osv")
UNREACHABLE = "Could not connect|not redirecting|ConnectionError|ReadTimeout|ProxyError|SSLError|ServiceError"
"""What pip-audit, or the traceback that it ends with, says where a service gives no answer."""


def installed(python: str) -> list[str]:
    """What is installed beside archcalc, pip and setuptools: ``click==8.1.0`` ..."""
    freeze = [python, "-m", "pip", "list", "--format=freeze", "--exclude=archcalc", "--exclude=pip"]
    done = subprocess.run([*freeze, "--exclude=setuptools"], check=True, capture_output=True, text=True)
    return done.stdout.split()


def audited(pip_audit: str, packages: list[str], service: str) -> list[dict[str, Any]] | None:
    """Every package with its advisories; None where the service does not answer for all."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(packages) + "\n")
        file.flush()
        options = ["--format=json", "--progress-spinner=off", "--timeout=15", f"--vulnerability-service={service}"]
        command = [pip_audit, *options, "--disable-pip", "--no-deps", "--requirement", file.name]
        done = subprocess.run(command, capture_output=True, text=True)
    if done.stdout.startswith("{"):
        found: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
        # A package that the service does not know, as on a mirror without advisories, is sound to pip-audit.
        unknown = [package["name"] for package in found if "skip_reason" in package]
        with_advisories = any(package.get("vulns") for package in found)
        return found if with_advisories or (not unknown and len(found) == len(packages)) else None
    if done.returncode and re.search(UNREACHABLE, done.stderr):
        return None
    sys.exit(f"pip-audit ended with status {done.returncode}:\n{done.stderr}")


def main(pip_audit: str, python: str) -> None:
    packages = installed(python)
    print(*packages)
    for service in SERVICES:
        found = audited(pip_audit, packages, service)
        if found is None:
            print(f"{service}: gives no answer for all of them")
            continue
        findings = [
            f"{package['name']} {package['version']}: {advisory['id']}, mended in {advisory['fix_versions'] or 'none'}"
            for package in found
            for advisory in package.get("vulns", [])
        ]
        if findings:
            sys.exit("\n".join(findings))
        print(f"{service}: no advisory for any of them")
        return
    print("no service of advisories is reachable: skipped")


if __name__ == "__main__":
    main(*sys.argv[1:])
