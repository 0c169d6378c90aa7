#!/usr/bin/env python3
"""Checks every form in this folder with pyxform, the reference reader of XLSForm.

Usage: python3 forms/check.py [folder or file ...]   (pip install pyxform)

Prints what pyxform says. Exit status 1: pyxform refuses a form or warns about one; 2: pyxform isn't
installed.
"""

import sys
from pathlib import Path

try:
    from pyxform.xls2xform import convert
except ImportError:
    print("pyxform is missing: run `python3 -m pip install pyxform`", file=sys.stderr)
    sys.exit(2)


def main(arguments: list[str]) -> int:
    paths = [Path(argument) for argument in arguments] or [Path(__file__).parent]
    forms = [
        form
        for path in paths
        for form in (sorted(path.glob("*.md")) if path.is_dir() else [path])
        if form.name != "README.md"
    ]
    if not forms:
        print("no form found", file=sys.stderr)
        return 1
    failed = 0
    for form in forms:
        try:
            result = convert(xlsform=str(form), file_type=".md")
        except Exception as error:  # whatever pyxform raises is the verdict
            failed += 1
            print(f"{form}: {error}", file=sys.stderr)
            continue
        for warning in result.warnings:
            failed += 1
            print(f"{form}: {warning}", file=sys.stderr)
        print(f"{form.name}: {result.xform.count('<bind ')} bindings")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
