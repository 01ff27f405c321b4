#!/usr/bin/env python3
"""Kills the program at random points while mail comes by every way in and leaves, then counts: nothing lost, no ticket
doubled, no mail sent twice. A real Dovecot, a real SMTP receiver in bad moods, `kill -9`.

    tests/post/crash.py [--kills 2000] [--seed N] [--settle]     --settle waits until leases have ended
"""

import argparse
import collections
import email
import http.client
import http.cookiejar
import random
import re
import signal
import smtplib
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request

from servers import PROGRAM, Dovecot, Folder, Sink, Soutien, free_port, until


class Story:
    """Mails that were handed over, by way."""

    def __init__(self, dice):
        self.dice, self.number, self.handed = dice, 0, collections.defaultdict(list)
        self.lock = threading.Lock()

    def mail(self, way):
        with self.lock:
            self.number += 1
            token = f"jeton{self.number:06}"
            words = " ".join(self.dice.choice("agenda sondage carte visio texte mot de passe compte image".split())
                             for _ in range(self.dice.randint(5, 200)))
            known = self.dice.random() < 0.8
            name = f"Message-ID: <{token}@x.example>\r\n" if known else ""
        return token, (f"From: Personne {token} <{token}@x.example>\r\nTo: contact@asso.example\r\n"
                       f"Subject: Question {token}\r\n{name}Date: Mon, 02 Mar 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\n"
                       f"Content-Type: text/plain; charset=utf-8\r\n\r\nBonjour, {words} {token}\r\n").encode()


class Run:
    def __init__(self, seed, kills):
        self.dice = random.Random(seed)
        self.kills, self.over = kills, threading.Event()
        self.story = Story(random.Random(seed + 1))
        self.folder = Folder()
        self.dovecot = Dovecot(self.folder.path)
        moods = random.Random(seed + 2)
        self.sink = Sink(lambda n: moods.choices(["yes", "later", "cut", "never"], [80, 12, 6, 2])[0])
        self.lmtp = free_port()
        self.soutien = Soutien(self.folder.path, lmtp_listen=f"127.0.0.1:{self.lmtp}", take_back_seconds=0, mail_pace=0,
                               smtp_url=f"smtp://127.0.0.1:{self.sink.port}")
        self.soutien.mailbox(self.dovecot.imap, first="all", every_seconds=2)
        self.replies, self.trouble = [], []

    def close(self):
        self.soutien.remove()
        self.sink.stop()
        self.dovecot.stop()
        self.folder.remove()

    # The ways in. Each behaves like a mail server: what was not said to be ours is brought again, the same bytes.

    def by_imap(self):
        while not self.over.is_set():
            token, raw = self.story.mail("imap")
            self.dovecot.bring("contact", raw)
            self.story.handed["imap"].append(token)
            self.over.wait(0.15)

    def by_lmtp(self):
        while not self.over.is_set():
            token, raw = self.story.mail("lmtp")
            while True:
                try:
                    with smtplib.LMTP("127.0.0.1", self.lmtp, timeout=20) as server:
                        server.sendmail(f"{token}@x.example", ["contact@asso.example"], raw)
                    break
                except (OSError, smtplib.SMTPException):
                    time.sleep(0.1)
            self.story.handed["lmtp"].append(token)
            time.sleep(0.02)

    def by_pipe(self):
        while not self.over.is_set():
            token, raw = self.story.mail("pipe")
            while True:
                child = subprocess.Popen([PROGRAM, "mail", "receive"], env=self.soutien.env, cwd=self.soutien.folder,
                                         stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                if self.dice.random() < 0.3:
                    threading.Timer(self.dice.random() * 0.12, child.kill).start()
                try:
                    child.communicate(raw, timeout=90)
                except (BrokenPipeError, subprocess.TimeoutExpired):
                    child.kill()
                if child.wait() == 0:
                    break
                time.sleep(0.05)
            self.story.handed["pipe"].append(token)
            time.sleep(0.1)

    def by_people(self):
        """Somebody on staff takes the next and answers, over and over."""
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        base = f"http://127.0.0.1:{self.soutien.port}"

        def read(path, **fields):
            data = urllib.parse.urlencode(fields).encode() if fields else None
            with browser.open(base + path if path.startswith("/") else path, data, timeout=20) as answer:
                return answer.geturl(), answer.read().decode()

        token = lambda page: re.search(r'name="csrf" value="([^"]+)"', page)[1]
        signed_in = False
        while not self.over.is_set():
            try:
                if not signed_in:
                    link = self.soutien.run("user", "link", "lea@asso.example", check=0).stdout.decode().strip()
                    _, page = read(link)
                    read(link, csrf=token(page))
                    signed_in = True
                _, page = read("/tickets")
                where, page = read("/tickets/next", csrf=token(page))
                if not re.search(r"/tickets/\d+$", where):
                    time.sleep(0.3)
                    continue
                words = f"Voici une réponse écrite par une personne, numéro {len(self.replies)}."
                self.replies.append(words)
                read(f"{urllib.parse.urlparse(where).path}/replies", csrf=token(page), text=words, template="", then="close")
                time.sleep(0.2)
            except (OSError, AssertionError, TypeError, ValueError, http.client.HTTPException):
                time.sleep(0.2)

    # The killer.

    def kill(self):
        done = 0
        while done < self.kills:
            self.soutien.serve()
            if self.soutien.process.poll() is not None:
                self.trouble.append("the program did not start")
            time.sleep(self.dice.choice([0.01, 0.05, 0.2, 0.5, 1.0]) * self.dice.random() * 2)
            self.soutien.stop(signal.SIGKILL)
            done += 1
            if done % 50 == 0:
                print(f"{done} kills, {self.story.number} mails", file=sys.stderr, flush=True)

    def go(self):
        self.soutien.run("migrate", check=0)
        self.soutien.run("user", "add", "lea@asso.example", "--name", "Léa", "--role", "admin", check=0)
        threads = [threading.Thread(target=f) for f in (self.by_imap, self.by_lmtp, self.by_pipe, self.by_people)]
        for thread in threads:
            thread.start()
        self.kill()
        self.soutien.serve()
        self.over.set()
        for thread in threads:
            thread.join(120)
        uids = lambda: {int(uid) for uid in self.dovecot.flags("contact")}
        until(lambda: int(self.soutien.ask("SELECT last_uid FROM imap_folder")[0][0]) >= max(uids()), 120, "the end of the mailbox")
        # A digest whose process died is taken up by its job two minutes later, or by hand.
        time.sleep(3)
        self.soutien.run("mail", "replay")
        until(lambda: self.soutien.ask("SELECT COUNT(*) FROM mail_in WHERE state = 'stored'") == [["0"]], 240, "all digested")

    def settle(self, seconds):
        """Nobody waits for half an hour: the leases of those that were killed are over now."""
        self.soutien.ask("UPDATE outbox SET lease_until = created_at WHERE state = 'sending'")
        until(lambda: self.soutien.ask("SELECT COUNT(*) FROM outbox WHERE state = 'sending'") == [["0"]], seconds,
              "the end of the leases")

    def count(self):
        ask = self.soutien.ask
        texts = [row[0] for row in ask("SELECT text FROM message WHERE kind = 'inbound'")]
        seen = collections.Counter(word for text in texts for word in set(re.findall(r"jeton\d{6}", text)))
        subjects = collections.Counter(row[0] for row in ask("SELECT subject FROM ticket"))
        handed = [token for tokens in self.story.handed.values() for token in tokens]
        came = collections.Counter(email.message_from_bytes(raw)["Message-ID"] for _, raw in self.sink.taken)
        rows = ask("SELECT message_id, state FROM outbox")
        states = collections.Counter(state for _, state in rows)
        doubtful = {name for name, state in rows if state in ("ambiguous", "sending")}
        figures = {
            "kills": self.kills,
            "mails handed over": {way: len(tokens) for way, tokens in sorted(self.story.handed.items())},
            "lost": sorted(token for token in handed if seen[token] == 0),
            "in two messages": sorted(token for token, n in seen.items() if n > 1),
            "tickets doubled": sorted(subject for subject, n in subjects.items() if n > 1),
            "outbox": dict(states),
            "sent twice": sorted(name for name, n in came.items() if n > 1),
            "said sent, never came": sorted(name for name, state in rows if state == "sent" and came[name] == 0),
            "came, not said sent nor doubtful": sorted(
                name for name, state in rows if came[name] and state not in ("sent",) and name not in doubtful),
            "laws": self.soutien.run("check").stdout.decode().splitlines(),
            "trouble": self.trouble,
        }
        return figures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=25)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--settle", action="store_true")
    args = parser.parse_args()
    print(f"seed {args.seed}", file=sys.stderr)
    run = Run(args.seed, args.kills)
    try:
        run.go()
        if args.settle:
            run.settle(60)
        # Counted at rest: a mail that leaves between two questions would be "said sent" and not yet seen, or the reverse.
        run.soutien.stop()
        figures = run.count()
        for name, value in figures.items():
            print(f"{name}: {value if value != [] else 'none'}")
        bad = [name for name in ("lost", "in two messages", "tickets doubled", "sent twice", "said sent, never came",
                                 "came, not said sent nor doubtful", "laws", "trouble") if figures[name]]
        if bad:
            log = (run.soutien.folder / "log").read_text().splitlines()[-40:]
            print("\n".join(log), file=sys.stderr)
        sys.exit(f"NOT well: {bad}" if bad else 0)
    finally:
        run.over.set()
        run.close()


if __name__ == "__main__":
    main()
