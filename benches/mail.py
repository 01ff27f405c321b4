#!/usr/bin/env python3
"""Measures mail through every way in, on the release build, and prints a table for docs/PERFORMANCE.md.

    cargo build --release && python3 benches/mail.py [--many 20000] [--only pipe,lmtp,imap,big]

Mails are distinct and ordinary: six of ten in text and HTML, two plain in base64 or quoted-printable, one in Latin-1,
one with a file of 30 KB. Each way is measured twice, with 500 mails and with --many: until every one is durable, and
until every one is a ticket. Memory is the server's resident set at its peak. IMAP needs Debian's Dovecot.
Set SOUTIEN_TEST_DATABASE for PostgreSQL.
"""

import argparse
import contextlib
import os
import pathlib
import random
import smtplib
import subprocess
import sys
import threading
import time
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from datetime import datetime, timedelta, timezone

ROOT = pathlib.Path(__file__).resolve().parent.parent
os.environ.setdefault("SOUTIEN_BINARY", str(ROOT / "target/release/soutien"))
sys.path.insert(0, str(ROOT / "tests/post"))
from servers import PROGRAM, Dovecot, Folder, Soutien, free_port, until  # noqa: E402

WORDS = ("agenda partagé service compte mot passe lien réunion page message fichier liste erreur ouvrir fermer matin hier "
         "semaine navigateur téléphone ordinateur école mairie bénévole quartier jardin chorale atelier merci question").split()


def ordinary(n, chance):
    """An ordinary mail, the n-th."""
    mail = EmailMessage(policy=SMTP)
    at = datetime(2026, 1, 5, 8, tzinfo=timezone(timedelta(hours=1))) + timedelta(minutes=n)
    mail["Message-ID"] = f"<banc.{n:06d}@exemple.net>"
    mail["Date"] = format_datetime(at)
    mail["From"] = f"Zoë Œufroy {n} <ecrivante{n:05d}@exemple.net>"
    mail["To"] = "Association <contact@asso.example>"
    mail["Subject"] = f"Agenda partagé – page blanche {n}"
    said = [" ".join(chance.choice(WORDS) for _ in range(chance.randint(15, 70))).capitalize() + "."
            for _ in range(chance.randint(1, 4))]
    text = "Bonjour,\n\n" + "\n\n".join(said) + f"\n\nBien à vous,\nZoë {n}\n"
    kind = n % 10
    if kind in (1, 2):
        mail.set_content(text, charset="utf-8", cte="base64" if kind == 1 else "quoted-printable")
    elif kind == 3:
        mail.set_content(text.replace("Œ", "Oe"), charset="iso-8859-1", cte="quoted-printable")
    else:
        mail.set_content(text, charset="utf-8", cte="quoted-printable")
        html = "<html><body>" + "".join(f"<p>{p}</p>" for p in text.split("\n\n")) + "</body></html>"
        mail.add_alternative(html, subtype="html", charset="utf-8", cte="quoted-printable")
        if kind == 4:
            mail.add_attachment(b"%PDF-1.4\n" + chance.randbytes(30000) + b"\n%%EOF\n", maintype="application",
                                subtype="pdf", filename=f"capture_{n}.pdf")
    return mail.as_bytes()


def mails(count):
    chance = random.Random(2026)
    return [ordinary(n, chance) for n in range(count)]


def row(*cells):
    print("| " + " | ".join(str(c) for c in cells) + " |", flush=True)


def memory(process, field="VmHWM"):
    with contextlib.suppress(OSError):
        for line in pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1]) // 1024
    return 0


class Bench:
    """The program over a new folder, and how far it is."""

    def __init__(self, **settings):
        self.folder = Folder()
        self.soutien = Soutien(self.folder.path, smtp_url=f"file:{self.folder.path}/out", mail_rate=10_000_000,
                               mail_max_bytes=80_000_000, **settings)
        self.soutien.set(log="error")

    def count(self, of="1 = 1"):
        return int(self.soutien.ask(f"SELECT COUNT(*) FROM mail_in WHERE {of}")[0][0])

    def remove(self):
        self.soutien.remove()
        self.folder.remove()

    def until_digested(self, count):
        until(lambda: self.count("state = 'ticketed'") == count, 1800, f"the {count}th ticket")


def settled(name, count, durable, digested, peak):
    row(name, f"{count:,}", f"{count / durable:,.0f}/s" if durable else "", f"{count / digested:,.0f}/s", f"{peak} MiB")


def pipe(count):
    bench = Bench()
    try:
        bench.soutien.run("migrate", check=0)
        bench.soutien.serve()
        times = []
        for raw in mails(count):
            began = time.perf_counter()
            subprocess.run([PROGRAM, "mail", "receive"], env=bench.soutien.env, input=raw, check=True, capture_output=True)
            times.append(time.perf_counter() - began)
        bench.until_digested(count)
        took = sum(times)
        times.sort()
        row("pipe, one process a mail", f"{count:,}", f"{count / took:,.0f}/s",
            f"median {times[count // 2] * 1000:.1f} ms, p99 {times[count * 99 // 100] * 1000:.1f} ms", "")
    finally:
        bench.remove()


def lmtp(count, lines=8):
    port = free_port()
    bench = Bench(lmtp_listen=f"127.0.0.1:{port}", mail_max_connections=64)
    try:
        bench.soutien.serve()
        raws = mails(count)

        def bring(part):
            # A connection brings at most 1,000 mails.
            for at in range(0, len(part), 900):
                with smtplib.LMTP("127.0.0.1", port) as line:
                    for raw in part[at:at + 900]:
                        line.sendmail("banc@exemple.net", ["contact@asso.example"], raw)

        began = time.perf_counter()
        threads = [threading.Thread(target=bring, args=(raws[k::lines],)) for k in range(lines)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        durable = time.perf_counter() - began
        bench.until_digested(count)
        settled(f"LMTP, {lines} connections", count, durable, time.perf_counter() - began, memory(bench.soutien.process))
    finally:
        bench.remove()


def imap(count):
    bench = Bench()
    dovecot = Dovecot(bench.folder.path)
    try:
        dovecot.fill("contact", mails(count))
        bench.soutien.mailbox(dovecot.imap, first="all")
        began = time.perf_counter()
        bench.soutien.serve()
        until(lambda: bench.count() == count, 1800, "the last mail")
        durable = time.perf_counter() - began
        bench.until_digested(count)
        settled("IMAP, one mailbox, Dovecot", count, durable, time.perf_counter() - began, memory(bench.soutien.process))
    finally:
        dovecot.stop()
        bench.remove()


def big(size=25 << 20):
    """Mails with an attachment of 25 MiB, four at once."""
    port = free_port()
    bench = Bench(lmtp_listen=f"127.0.0.1:{port}")
    try:
        bench.soutien.serve()
        time.sleep(1)
        rest = memory(bench.soutien.process, "VmRSS")
        for lines in (1, 4):
            chance = random.Random(lines)
            raws = []
            for n in range(lines):
                mail = EmailMessage(policy=SMTP)
                mail["From"], mail["To"], mail["Subject"] = f"b{lines}{n}@exemple.net", "contact@asso.example", f"Gros fichier {lines} {n}"
                mail["Message-ID"] = f"<gros.{lines}.{n}@exemple.net>"
                mail.set_content("Voici le fichier.")
                mail.add_attachment(chance.randbytes(size), maintype="application", subtype="zip", filename="gros.zip")
                raws.append(mail.as_bytes())
            before = bench.count()
            began = time.perf_counter()

            def bring(raw):
                with smtplib.LMTP("127.0.0.1", port, timeout=120) as line:
                    line.sendmail("banc@exemple.net", ["contact@asso.example"], raw)

            threads = [threading.Thread(target=bring, args=(raw,)) for raw in raws]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            bench.until_digested(before + lines)
            took = time.perf_counter() - began
            row(f"a file of 25 MiB, {lines} at once", lines, "", f"{took:.1f} s to tickets",
                f"{rest} → {memory(bench.soutien.process)} MiB")
    finally:
        bench.remove()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--many", type=int, default=20000)
    parser.add_argument("--few", type=int, default=500)
    parser.add_argument("--only", default="pipe,lmtp,imap,big")
    args = parser.parse_args()
    only = args.only.split(",")
    row("way in", "mails", "durable", "a ticket for each", "peak memory of the server")
    row("---", "---", "---", "---", "---")
    if "pipe" in only:
        pipe(args.few)
    for count in (args.few, args.many):
        if "lmtp" in only:
            lmtp(count)
        if "imap" in only:
            imap(count)
    if "big" in only:
        big()


if __name__ == "__main__":
    main()
