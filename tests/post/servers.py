"""Real mail servers on loopback, each in a folder of its own, started and stopped here: Dovecot, Postfix, a receiver,
and our own program. Nothing of the machine's own configuration is read or changed."""

import asyncio
import contextlib
import getpass
import http.server
import imaplib
import json
import os
import pathlib
import shutil
import signal
import socket
import sqlite3
import ssl
import subprocess
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("SOUTIEN_BINARY", str(ROOT / "target/debug/soutien"))
DATABASE = os.environ.get("SOUTIEN_TEST_DATABASE")
PASSWORD = "une phrase de passe"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def until(ask, seconds, what):
    """Asks until there is an answer."""
    end = time.time() + seconds
    while time.time() < end:
        answer = ask()
        if answer:
            return answer
        time.sleep(0.05)
    raise AssertionError(f"{what} did not come within {seconds} s")


def reachable(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def certificate(folder, name="localhost"):
    """A certificate of our own making, and its key."""
    cert, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "30",
                    "-subj", f"/CN={name}", "-addext", "basicConstraints=critical,CA:FALSE",
                    "-addext", f"subjectAltName=DNS:{name},IP:127.0.0.1"],
                   check=True, capture_output=True)
    cert.chmod(0o644)
    return cert, key


class Folder:
    """A temporary folder that every user may enter."""

    def __init__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="soutien-post-"))
        self.path.chmod(0o755)

    def remove(self):
        subprocess.run(["chmod", "-R", "u+rwx", self.path], check=False, capture_output=True)
        shutil.rmtree(self.path, ignore_errors=True)


class Issuer:
    """Says which OAuth tokens are good, and whose."""

    def __init__(self, tokens):
        good = self.tokens = dict(tokens)

        class Answers(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                user = good.get(self.path.split("token=")[-1].split("&")[0])
                body = json.dumps({"active": user is not None, "username": user or ""}).encode()
                self.send_response(200 if user else 401)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Dovecot:
    """Debian's Dovecot: any user, one password."""

    def __init__(self, folder, tokens=()):
        self.folder = folder / "dovecot"
        self.folder.mkdir()
        self.issuer = Issuer(tokens) if tokens else None
        oauth = ""
        if self.issuer:
            (self.folder / "oauth2").write_text(
                f"introspection_mode = get\nintrospection_url = http://127.0.0.1:{self.issuer.port}/?token=\n"
                "username_attribute = username\nactive_attribute = active\nactive_value = true\n")
            oauth = f"auth_mechanisms = plain xoauth2\npassdb {{\n  driver = oauth2\n  mechanisms = xoauth2\n  args = {self.folder}/oauth2\n}}"
        self.imap, self.imaps = free_port(), free_port()
        self.cert, key = certificate(self.folder)
        root = os.getuid() == 0
        me = getpass.getuser()
        inside, login, owner = ("dovecot", "dovenull", "nobody") if root else (me, me, me)
        self.mail = self.folder / "mail"
        self.mail.mkdir()
        if root:
            shutil.chown(self.mail, owner)
        # Without root there is no other user to become and no folder to be shut in.
        rootless = "" if root else "default_internal_group = {}\nservice anvil {{\n chroot =\n}}\nservice imap-login {{\n chroot =\n}}\n".format(me)
        (self.folder / "dovecot.conf").write_text(f"""
base_dir = {self.folder}/run
state_dir = {self.folder}/state
log_path = {self.folder}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{self.cert}
ssl_key = <{key}
disable_plaintext_auth = no
default_internal_user = {inside}
default_login_user = {login}
{rootless}
mail_location = maildir:{self.mail}/%u
mail_fsync = never
first_valid_uid = 1
mail_max_userip_connections = 100
{oauth}
passdb {{
  driver = static
  mechanisms = plain login
  args = password={PASSWORD.replace(" ", "_")}
}}
userdb {{
  driver = static
  args = uid={owner} gid={"nogroup" if root else os.getgid()} home={self.mail}/%u
}}
service imap-login {{
  inet_listener imap {{
    port = {self.imap}
  }}
  inet_listener imaps {{
    port = {self.imaps}
    ssl = yes
  }}
}}
""")
        self.password = PASSWORD.replace(" ", "_")
        self.owner = owner if root else None
        self.process = None
        self.start()

    def start(self):
        self.process = subprocess.Popen(["dovecot", "-F", "-c", self.folder / "dovecot.conf"], start_new_session=True)
        until(lambda: reachable(self.imap), 20, "Dovecot")

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(20)
            self.process = None
        if self.issuer:
            self.issuer.stop()

    def session(self, user):
        box = imaplib.IMAP4("127.0.0.1", self.imap)
        box.login(user, self.password)
        return box

    def bring(self, user, raw, at=None):
        """Puts a mail into the inbox, as a delivering server does."""
        box = self.session(user)
        when = imaplib.Time2Internaldate(at or time.time())
        answer, _ = box.append("INBOX", None, when, raw)
        assert answer == "OK"
        box.logout()

    def fill(self, user, raws):
        """Many mails at once, straight into the folder on disk."""
        self.session(user).logout()  # makes the folders
        new = self.mail / user / "new"
        new.mkdir(parents=True, exist_ok=True)
        for n, raw in enumerate(raws):
            (new / f"{int(time.time())}.M{n}P1.here").write_bytes(raw)
        if self.owner:
            subprocess.run(["chown", "-R", self.owner, self.mail / user], check=True)

    def flags(self, user, folder="INBOX"):
        """Flags of each mail, by UID."""
        box = self.session(user)
        box.select(folder, readonly=True)
        _, found = box.uid("FETCH", "1:*", "(FLAGS)")
        box.logout()
        flags = {}
        for line in found:
            if line:
                text = line.decode() if isinstance(line, bytes) else line[0].decode()
                flags[int(text.split("UID ")[1].split()[0].rstrip(")"))] = text.split("FLAGS (")[1].split(")")[0]
        return flags

    def renumber(self, user):
        """The server loses its numbers: every mail gets a new UID under a new UIDVALIDITY."""
        for name in ("dovecot-uidlist", "dovecot.index", "dovecot.index.cache", "dovecot.index.log", "dovecot-uidvalidity"):
            for file in (self.mail / user).glob(f"{name}*"):
                file.unlink()
        time.sleep(1.1)  # the new UIDVALIDITY is the second of its making


class Postfix:
    """Debian's Postfix: mail for asso.example goes to our LMTP, all other mail to `sink`. It needs root to start."""

    def __init__(self, folder, lmtp, sink):
        self.folder = folder / "postfix"
        self.smtp, self.hurried = free_port(), time.time()
        for name in ("etc", "queue", "data"):
            (self.folder / name).mkdir(parents=True)
        shutil.chown(self.folder / "data", "postfix")
        self.log = self.folder / "log"
        (self.folder / "etc/main.cf").write_text(f"""
compatibility_level = 3.6
queue_directory = {self.folder}/queue
data_directory = {self.folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {self.log}
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
myhostname = mx.asso.example
mydestination =
alias_maps =
virtual_mailbox_domains = asso.example
virtual_mailbox_maps = static:all
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
recipient_delimiter = +
relayhost = [127.0.0.1]:{sink}
smtp_dns_support_level = disabled
lmtp_dns_support_level = disabled
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
transport_retry_time = 1s
message_size_limit = 80000000
virtual_mailbox_limit = 0
default_destination_concurrency_limit = 8
""")
        master = pathlib.Path("/usr/share/postfix/master.cf.dist").read_text()
        lines = [line for line in master.splitlines() if not line.startswith("smtp      inet")]
        # Not shut into a folder: the private queue holds no copy of the system's files.
        lines = [" ".join([*w[:4], "n", *w[5:]]) if len(w := line.split()) >= 8 and not line.startswith((" ", "#")) else line
                 for line in lines]
        (self.folder / "etc/master.cf").write_text(f"127.0.0.1:{self.smtp} inet n - n - - smtpd\n" + "\n".join(lines) + "\n")
        self.process = subprocess.Popen(["postfix", "-c", self.folder / "etc", "start-fg"], start_new_session=True,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(lambda: reachable(self.smtp), 30, "Postfix")

    def stop(self):
        subprocess.run(["postfix", "-c", self.folder / "etc", "stop"], capture_output=True, check=False)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(30)

    def waiting(self):
        """Mails that Postfix still has. One that moves from folder to folder meanwhile keeps its name: it is one."""
        return len({file.name for name in ("maildrop", "incoming", "active", "deferred")
                    for file in (self.folder / "queue" / name).rglob("*") if file.is_file()})

    def hurry(self):
        """Tries everything that waits, at most every ten seconds. A mail that Postfix looks at while its own delivery
        of it is ending ("skipped, still being delivered") is else set aside for minutes."""
        if time.time() - self.hurried > 10:
            self.hurried = time.time()
            subprocess.run(["postqueue", "-c", self.folder / "etc", "-f"], capture_output=True, check=False)


class Sink:
    """A mail server that takes mail and keeps it. `mood(n)` may say "later", "never", "cut" (the line breaks once the
    mail is there, before the answer) or "hang" for its n-th mail."""

    def __init__(self, mood=lambda n: "yes", port=None):
        self.mood, self.port, self.taken, self.seen = mood, port or free_port(), [], 0
        self.loop = asyncio.new_event_loop()
        ready = threading.Event()
        self.thread = threading.Thread(target=self.run, args=(ready,), daemon=True)
        self.thread.start()
        ready.wait(5)

    def run(self, ready):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self.meet, "127.0.0.1", self.port, limit=1 << 26))
        ready.set()
        self.loop.run_forever()
        server.close()
        self.loop.close()

    async def meet(self, reader, writer):
        async def say(words):
            writer.write(words.encode() + b"\r\n")
            await writer.drain()

        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await say("220 sink ESMTP")
            to = []
            while line := await reader.readline():
                word = line[:4].upper()
                if word == b"EHLO":
                    await say("250-sink\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 PIPELINING")
                elif word == b"RCPT":
                    to.append(line.decode(errors="replace").split("<")[1].split(">")[0])
                    await say("250 ok")
                elif word == b"DATA":
                    await say("354 go on")
                    raw = await reader.readuntil(b"\r\n.\r\n")
                    self.seen += 1
                    mood = self.mood(self.seen)
                    if mood in ("yes", "cut"):
                        self.taken.append((to, raw[:-5].replace(b"\r\n..", b"\r\n.") + b"\r\n"))
                    to = []
                    if mood == "cut":
                        writer.transport.abort()
                        return
                    if mood == "hang":
                        await asyncio.sleep(3600)
                    await say({"yes": "250 kept", "later": "451 not now", "never": "550 never"}[mood])
                elif word == b"QUIT":
                    await say("221 bye")
                    break
                else:
                    await say("250 ok")
        with contextlib.suppress(Exception):
            writer.close()

    def stop(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)


class Cutter:
    """A line to `port` that breaks after as many bytes from the server as `cuts` says; then, whole lines."""

    def __init__(self, port, cuts):
        self.cuts = list(cuts)
        self.to = port
        self.port = free_port()
        self.loop = asyncio.new_event_loop()
        self.broken = 0
        ready = threading.Event()
        self.thread = threading.Thread(target=self.run, args=(ready,), daemon=True)
        self.thread.start()
        ready.wait(5)

    def run(self, ready):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self.meet, "127.0.0.1", self.port))
        ready.set()
        self.loop.run_forever()
        server.close()
        self.loop.close()

    async def meet(self, reader, writer):
        cut = self.cuts.pop(0) if self.cuts else None
        there, here = await asyncio.open_connection("127.0.0.1", self.to)
        ends = [writer, here]

        async def pass_on(source, sink, most):
            passed = 0
            with contextlib.suppress(ConnectionError, OSError):
                while piece := await source.read(4096):
                    if most is not None and passed + len(piece) >= most:
                        sink.write(piece[:most - passed])
                        await sink.drain()
                        self.broken += 1
                        break
                    passed += len(piece)
                    sink.write(piece)
                    await sink.drain()
            for end in ends:
                with contextlib.suppress(Exception):
                    end.transport.abort() if most is not None else end.close()

        await asyncio.gather(pass_on(reader, here, None), pass_on(there, writer, cut))

    def stop(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)


class Soutien:
    """Our program over a data folder."""

    def __init__(self, folder, **settings):
        self.folder = folder / "soutien"
        self.folder.mkdir(exist_ok=True)
        self.port = free_port()
        self.process = None
        self.database = None
        if DATABASE:
            base, _ = DATABASE.rsplit("/", 1)
            self.database = f"post_{os.getpid()}_{time.time_ns()}"
            subprocess.run(["psql", "-q", DATABASE, "-c", f"CREATE DATABASE {self.database}"], check=True)
            settings.setdefault("database_url", f"{base}/{self.database}")
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("SOUTIEN_")}
        self.set(data_dir=self.folder / "data", listen=f"127.0.0.1:{self.port}", mail_from="contact@asso.example",
                 public_url=f"http://127.0.0.1:{self.port}", log="warn,rocket=error", **settings)

    def set(self, **settings):
        for key, value in settings.items():
            self.env[f"SOUTIEN_{key.upper()}"] = str(value)

    def mailbox(self, port, **more):
        """Configures one mailbox."""
        fields = {"name": "contact", "server": "127.0.0.1", "user": "contact", "password": PASSWORD.replace(" ", "_"),
                  "tls": "none", "port": port, **more}
        text = lambda v: str(v).lower() if isinstance(v, (bool, int)) else f'"{v}"'
        self.set(imap="[{" + ", ".join(f"{k} = {text(v)}" for k, v in fields.items() if v is not None) + "}]")

    def run(self, *words, input=b"", check=None):
        done = subprocess.run([PROGRAM, *words], env=self.env, cwd=self.folder, input=input, capture_output=True, timeout=600)
        if check is not None:
            assert done.returncode == check, (done.returncode, done.stdout, done.stderr)
        return done

    def serve(self):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen([PROGRAM, "serve"], env=self.env, cwd=self.folder, stdout=log, stderr=log)
        until(lambda: reachable(self.port), 60, "the server")

    def stop(self, how=signal.SIGTERM):
        if self.process:
            self.process.send_signal(how)
            self.process.wait(60)
            self.process = None

    def ask(self, sql):
        """Rows of a query, each a list of texts."""
        if self.database:
            for _ in range(5):
                done = subprocess.run(["psql", "-qAtF", "\x1f", self.env["SOUTIEN_DATABASE_URL"], "-c", sql],
                                      capture_output=True, text=True)
                # Ours is the strange statement among those of the program: it is the one that steps back.
                if "deadlock detected" not in done.stderr:
                    break
            if done.returncode:
                raise AssertionError(f"{sql}: {done.stderr}")
            return [line.split("\x1f") for line in done.stdout.splitlines()]
        with contextlib.closing(sqlite3.connect(self.folder / "data/soutien.sqlite", timeout=30)) as conn:
            rows = [["" if v is None else str(v) for v in row] for row in conn.execute(sql).fetchall()]
            conn.commit()
            return rows

    def ledger(self):
        """(state, disposition, subject) of each mail, oldest first."""
        return [tuple(row) for row in self.ask(
            "SELECT state, COALESCE(disposition, ''), COALESCE(subject, '') FROM mail_in ORDER BY id")]

    def remove(self):
        self.stop()
        if self.database:
            subprocess.run(["psql", "-q", DATABASE, "-c", f"DROP DATABASE {self.database} WITH (FORCE)"], check=False)


def mail(subject, n=0, text="Bonjour, pouvez-vous m’aider ?", sender="lea@x.example"):
    """A mail that a person might write."""
    return (f"From: =?UTF-8?Q?L=C3=A9a?= <{sender}>\r\nTo: contact@asso.example\r\nSubject: {subject}\r\n"
            f"Message-ID: <{subject.replace(' ', '.')}.{n}@x.example>\r\nDate: Mon, 02 Mar 2026 10:00:00 +0100\r\n"
            f"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
            f"{text} ({subject} {n})\r\n").encode()


__all__ = ["DATABASE", "Cutter", "Dovecot", "Folder", "Postfix", "Sink", "Soutien", "certificate", "free_port", "mail", "reachable", "ssl", "until"]
