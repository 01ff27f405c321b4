#!/usr/bin/env python3
"""Every test of this folder, each in a process of its own, four at a time: they mostly wait.

    tests/post/run.py [NAME ...]        only tests whose name contains one of these
"""

import concurrent.futures
import pathlib
import subprocess
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))


def names(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from names(test)
        else:
            yield test.id()


def run(name):
    began = time.time()
    done = subprocess.run([sys.executable, "-W", "error::ResourceWarning", "-m", "unittest", name], cwd=HERE,
                          capture_output=True, text=True, timeout=900)
    skipped = "skipped=" in done.stderr
    return name, done.returncode, skipped, time.time() - began, done.stderr


def main():
    wanted = sys.argv[1:]
    all_of_them = sorted(names(unittest.defaultTestLoader.discover(str(HERE))))
    chosen = [n for n in all_of_them if not wanted or any(w in n for w in wanted)]
    assert chosen, "no test has such a name"
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for name, code, skipped, took, said in pool.map(run, chosen):
            word = "ok" if code == 0 and not skipped else "NOT RUN" if code == 0 else "FAILED"
            print(f"{word:8} {name.split('.', 1)[1]} ({took:.1f} s)", flush=True)
            if word != "ok":
                print(said, flush=True)
            failed += code != 0
    print(f"{len(chosen)} tests, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
