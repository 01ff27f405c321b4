#!/usr/bin/env python3
"""Audit of the dependencies that needs no network.

Licences must be compatible with AGPL-3.0-or-later, sources must be the public registry, and crates with a known
advisory, or that bring a second TLS stack, must not be in the lock file. Where cargo-deny or cargo-audit and a copy
of the advisory database are installed, they are asked too; where not, this says so.
"""

import json
import os
import re
import shutil
import subprocess
import sys

ALLOWED = {
    "MIT", "MIT-0", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause", "ISC", "Zlib",
    "Unicode-3.0", "Unlicense", "0BSD", "CC0-1.0", "MPL-2.0", "CDLA-Permissive-2.0", "BSL-1.0", "AGPL-3.0-or-later",
}
BANNED = {
    "openssl-sys": "a second TLS stack",
    "aws-lc-sys": "a second TLS stack",
    "native-tls": "a second TLS stack",
    "rsa": "RUSTSEC-2023-0071, no fixed release",
    "bincode": "RUSTSEC-2025-0141, unmaintained",
    "rocket_dyn_templates": "pins an old handlebars",
}
# name -> lowest version without a known advisory
FLOOR = {"h2": (0, 4, 6), "rocket": (0, 5, 2), "libsqlite3-sys": (0, 37, 0), "sqlx": (0, 8, 1), "rustls": (0, 23, 18)}


def allowed(expression: str) -> bool:
    """Whether one choice of an SPDX expression holds only allowed licences."""
    expression = expression.replace("/", " OR ")
    words = re.findall(r"\(|\)|AND|OR|[A-Za-z0-9.+-]+(?: WITH [A-Za-z0-9.-]+)?", expression)
    python = " ".join(
        {"AND": "and", "OR": "or", "(": "(", ")": ")"}.get(word, str(word in ALLOWED)) for word in words
    )
    return bool(eval(python, {"__builtins__": {}}))  # built from True, False, and, or, parentheses


def main() -> int:
    meta = json.loads(subprocess.check_output(["cargo", "metadata", "--format-version", "1", "--locked"]))
    reached = {node["id"] for node in meta["resolve"]["nodes"]}
    wrong = []
    packages = [p for p in meta["packages"] if p["id"] in reached]
    for package in packages:
        name, version = package["name"], package["version"]
        licence = package.get("license")
        if not licence or not allowed(licence):
            wrong.append(f"{name} {version}: licence {licence or package.get('license_file')}")
        if package["source"] and not package["source"].startswith("registry+"):
            wrong.append(f"{name} {version}: comes from {package['source'].split('+')[0]}")
        if name in BANNED:
            wrong.append(f"{name} {version}: {BANNED[name]}")
        if name in FLOOR and tuple(int(n) for n in re.split(r"[.+-]", version)[:3]) < FLOOR[name]:
            wrong.append(f"{name} {version}: has a known advisory, take {'.'.join(map(str, FLOOR[name]))} or later")
    for line in wrong:
        print(line, file=sys.stderr)
    print(f"{len(packages)} packages: licences, sources and known advisories looked at")
    database = os.path.expanduser("~/.cargo/advisory-db")
    if shutil.which("cargo-audit") and os.path.isdir(database):
        subprocess.check_call(["cargo", "audit", "--no-fetch", "--db", database])
    elif shutil.which("cargo-deny") and os.path.isdir(os.path.expanduser("~/.cargo/advisory-dbs")):
        subprocess.check_call(["cargo", "deny", "check", "--disable-fetch", "advisories"])
    else:
        print("The advisory database is not on this machine: only the list in tests/audit.py was checked.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
