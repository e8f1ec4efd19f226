#!/usr/bin/env python3
"""Makes thin packages for pip and npm that carry the built program, so that CI can install the suite in one line.

    packaging/pack.py target/release/boothpay dist

writes dist/boothpay-VERSION-py3-none-PLATFORM.whl and dist/boothpay-VERSION.tgz for the computer that it runs on. A
program that was built on an old system runs on newer ones, not the other way round: build on the oldest one you serve.
"""

import base64
import hashlib
import io
import json
import pathlib
import platform
import re
import stat
import subprocess
import sys
import sysconfig
import tarfile
import zipfile

SUMMARY = "Tries a Payme merchant server rule by rule, offline"
NPM_CPU = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}
NAME = "boothpay.exe" if sys.platform == "win32" else "boothpay"
# Files are equal whenever they are made: nobody has to wonder whether a package changed.
TIME = (2020, 1, 1, 0, 0, 0)


def version_of(program: pathlib.Path) -> str:
    said = subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout
    return re.fullmatch(r"boothpay (\d+\.\d+\.\d+)( \([0-9a-f]+\))?\s*", said).group(1)


def wheel(program: pathlib.Path, version: str, folder: pathlib.Path) -> pathlib.Path:
    tag = f"py3-none-{re.sub(r'[-.]', '_', sysconfig.get_platform())}"
    info = f"boothpay-{version}.dist-info"
    files = {
        f"boothpay-{version}.data/scripts/{NAME}": program.read_bytes(),
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: boothpay\nVersion: {version}\nSummary: {SUMMARY}\n"
        "License: MIT\n".encode(),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: boothpay\nRoot-Is-Purelib: false\nTag: {tag}\n".encode(),
    }
    record = ""
    for name, data in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        record += f"{name},sha256={digest},{len(data)}\n"
    files[f"{info}/RECORD"] = (record + f"{info}/RECORD,,\n").encode()
    path = folder / f"boothpay-{version}-{tag}.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            # pip makes only a regular file executable, so the kind of file belongs to its mode.
            entry.external_attr = (stat.S_IFREG | (0o755 if "/scripts/" in name else 0o644)) << 16
            package.writestr(entry, data)
    return path


def npm(program: pathlib.Path, version: str, folder: pathlib.Path) -> pathlib.Path:
    about = {
        "name": "boothpay",
        "version": version,
        "description": SUMMARY,
        "license": "MIT",
        "os": [sys.platform],
        "cpu": [NPM_CPU[platform.machine().lower()]],
        "bin": {"boothpay": NAME},
    }
    files = [("package.json", json.dumps(about, indent=2).encode(), 0o644), (NAME, program.read_bytes(), 0o755)]
    path = folder / f"boothpay-{version}.tgz"
    with tarfile.open(path, "w:gz") as package:
        for name, data, mode in files:
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size, entry.mode = len(data), mode
            package.addfile(entry, io.BytesIO(data))
    return path


def main() -> None:
    if len(sys.argv) != 3:
        sys.exit(f"usage: {sys.argv[0]} PROGRAM FOLDER")
    program, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    version = version_of(program.resolve())
    for make in (wheel, npm):
        print(make(program, version, folder))


if __name__ == "__main__":
    main()
