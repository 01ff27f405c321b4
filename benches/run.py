#!/usr/bin/env python3
"""Measures the release build on stated data and prints a table for docs/PERFORMANCE.md.

    cargo build --release && python3 benches/run.py [--dir DIR] [--tickets 1000000] [--keep]

Builds `soutien demo --scale large` once in DIR (kept with --keep), serves it, and asks over loopback. Pages: one
connection, median and 99th percentile of the whole answer; then eight connections with wrk, if it is installed. Memory
is the server's resident set, and its peak. Nothing here fails a build: it reports.
"""

import argparse
import http.client
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "target/release/soutien"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """`soutien serve` over a data folder."""

    def __init__(self, folder, database=None):
        self.port = free_port()
        self.env = {
            **os.environ,
            "SOUTIEN_DATA_DIR": str(folder),
            "SOUTIEN_LISTEN": f"127.0.0.1:{self.port}",
            "SOUTIEN_PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "SOUTIEN_SMTP_URL": f"file:{folder}/mail-out",
            "SOUTIEN_MAIL_FROM": "contact@asso.example",
            "SOUTIEN_LOG": "error",
        }
        if database:
            self.env["SOUTIEN_DATABASE_URL"] = database
        began = time.perf_counter()
        self.process = subprocess.Popen([PROGRAM, "serve"], env=self.env, cwd=folder,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while True:
            try:
                if self.get("/readyz")[0] == 200:
                    break
            except OSError:
                time.sleep(0.002)
        self.started_ms = (time.perf_counter() - began) * 1000
        self.jar = {}

    def get(self, path, connection=None):
        connection = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        cookies = "; ".join(f"{k}={v}" for k, v in getattr(self, "jar", {}).items())
        connection.request("GET", path, headers={"Cookie": cookies, "Accept-Language": "fr"})
        answer = connection.getresponse()
        body = answer.read()
        self.remember(answer)
        return answer.status, body

    def remember(self, answer):
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie" and hasattr(self, "jar"):
                key, _, rest = value.partition("=")
                text = rest.split(";")[0]
                if "Max-Age=0" in value:
                    self.jar.pop(key, None)
                else:
                    self.jar[key] = text

    def post(self, path, fields):
        _, page = self.get(path)
        token = re.search(rb'name="csrf" value="([^"]+)"', page).group(1).decode()
        body = urllib.parse.urlencode([("csrf", token), *fields])
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        cookies = "; ".join(f"{k}={v}" for k, v in self.jar.items())
        connection.request("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookies})
        answer = connection.getresponse()
        answer.read()
        self.remember(answer)
        return answer.status

    def sign_in(self, email):
        link = subprocess.check_output([PROGRAM, "user", "link", email], env=self.env, text=True).strip()
        status = self.post(urllib.parse.urlparse(link).path, [])
        assert status == 303, status

    def memory(self, field):
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1]) / 1024
        return 0

    def stop(self):
        self.process.terminate()
        self.process.wait()


def page(server, name, path, expect, rounds=300):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    times = []
    for n in range(rounds + 20):
        target = path(n) if callable(path) else path
        began = time.perf_counter()
        status, body = server.get(target, connection)
        took = (time.perf_counter() - began) * 1000
        assert status == 200, (target, status)
        assert expect.encode() in body, (target, body[:300])
        if n >= 20:
            times.append(took)
    times.sort()
    rate = ""
    if shutil.which("wrk") and not callable(path):
        cookies = "; ".join(f"{k}={v}" for k, v in server.jar.items())
        out = subprocess.check_output(["wrk", "-t1", "-c8", "-d5s", "-H", f"Cookie: {cookies}",
                                       f"http://127.0.0.1:{server.port}{path}"], text=True)
        rate = re.search(r"Requests/sec:\s+([\d.]+)", out).group(1)
        assert "Non-2xx" not in out, out
    row(name, f"{statistics.median(times):.2f} ms", f"{times[int(len(times) * 0.99)]:.2f} ms",
        f"{float(rate):,.0f}/s" if rate else "", f"{len(body) / 1024:.0f} KiB")


def row(*cells):
    print("| " + " | ".join(str(c) for c in cells) + " |", flush=True)


def command(server, words, **more):
    """Runs the program; gives seconds and peak MiB of that process."""
    began = time.perf_counter()
    done = subprocess.run(["/usr/bin/env", "python3", "-c",
                           "import resource,subprocess,sys;"
                           "c=subprocess.run(sys.argv[1:],stdin=sys.stdin).returncode;"
                           "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss//1024,file=sys.stderr);"
                           "sys.exit(c)", str(PROGRAM), *words],
                          env=server.env, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, **more)
    assert done.returncode == 0, done.stderr
    return time.perf_counter() - began, int(done.stderr.strip().splitlines()[-1])


MAIL = """From: {name} <{address}>
To: contact@asso.example
Subject: {subject}
Date: Mon, 02 Mar 2026 10:00:00 +0100
Message-ID: <bench.{n}.{stamp}@exemple.net>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Bonjour,

Depuis ce matin, notre agenda partagé numéro {n} s’ouvre sur une page blanche. Pouvez-vous regarder ?

Merci d’avance,
{name}
"""


def mails(server, count=300):
    stamp = time.time_ns()
    texts = [MAIL.format(n=n, stamp=stamp, name=f"Zoë Œufroy {n}", address=f"banc.{n}@exemple.net",
                         subject=f"Page blanche {n}").replace("\n", "\r\n").encode() for n in range(count)]
    times = []
    for text in texts:
        began = time.perf_counter()
        subprocess.run([PROGRAM, "mail", "receive"], env=server.env, input=text, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        times.append((time.perf_counter() - began) * 1000)
    times.sort()
    total = sum(times) / 1000
    row("receive a mail, one process each, durable", f"{statistics.median(times):.1f} ms",
        f"{times[int(len(times) * 0.99)]:.1f} ms", f"{count / total:,.0f}/s", "")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dir")
    parser.add_argument("--tickets", default="1000000")
    parser.add_argument("--gifts-each", default="10")
    parser.add_argument("--donors", default="100000")
    parser.add_argument("--database")
    parser.add_argument("--keep", action="store_true")
    args = parser.parse_args()
    folder = Path(args.dir or tempfile.mkdtemp(prefix="soutien-bench-"))
    if not (folder / "built").exists():
        folder.mkdir(parents=True, exist_ok=True)
        env = {**os.environ, "SOUTIEN_LOG": "error"}
        if args.database:
            env["SOUTIEN_DATABASE_URL"] = args.database
        began = time.perf_counter()
        subprocess.run([PROGRAM, "demo", "--scale", "large", "--dir", folder, "--tickets", args.tickets,
                        "--donors", args.donors, "--gifts-each", args.gifts_each, "--build-only"], check=True, env=env)
        print(f"built in {time.perf_counter() - began:.0f} s", file=sys.stderr)
        (folder / "built").touch()
    os.sync()  # what the building left to be written is not the server's affair
    starts = []
    for _ in range(5):
        server = Server(folder, args.database)
        starts.append(server.started_ms)
        server.stop()
    server = Server(folder, args.database)
    try:
        row("work", "median", "p99", "8 connections", "size or peak memory")
        row("---", "---", "---", "---", "---")
        row("start to ready, of five", f"{statistics.median(starts):.0f} ms", f"{max(starts):.0f} ms", "", "")
        time.sleep(2)
        row("memory of the server at rest", "", "", "", f"{server.memory('VmRSS'):.0f} MiB")
        server.sign_in("admin@demo.example")
        page(server, "queue page of 50", "/tickets", "queue__row")
        ticket = int(args.tickets) // 2
        page(server, "ticket page of 5 messages", f"/tickets/{ticket}", "msg--")
        page(server, "ticket pages, each another", lambda n: f"/tickets/{ticket - 997 * n}", "msg--", 200)
        page(server, "search of donors, a name", "/donors?q=quemener", "Quéméner")
        page(server, "search of donors, two words", "/donors?q=" + urllib.parse.quote("zoë cœurdacier"), "Cœurdacier")
        page(server, "donor page", "/donors/500", "<h1")
        page(server, "gifts, first page", "/gifts", "<table")
        mails(server)
        seconds, peak = command(server, ["export", "gifts"])
        count = int(args.donors) * int(args.gifts_each)
        row(f"export {count:,} gifts as CSV", f"{seconds:.1f} s", "", f"{count / seconds:,.0f} rows/s", f"{peak} MiB")
        row("peak memory of the server", "", "", "", f"{server.memory('VmHWM'):.0f} MiB")
    finally:
        server.stop()
        if not args.keep and not args.dir:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
