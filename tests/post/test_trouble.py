"""What goes wrong under the program: nothing is lost, and the administrator is told in words."""

import contextlib
import os
import smtplib
import sqlite3
import time
import unittest

from servers import DATABASE, Folder, Sink, Soutien, free_port, mail, until


class Trouble(unittest.TestCase):
    def setUp(self):
        self.folder = Folder()
        self.addCleanup(self.folder.remove)
        self.sink = Sink()
        self.addCleanup(lambda: self.sink.stop())
        self.soutien = Soutien(self.folder.path, smtp_url=f"smtp://127.0.0.1:{self.sink.port}")
        self.addCleanup(self.soutien.remove)

    @unittest.skipIf(DATABASE, "PostgreSQL has no one writer to wait for")
    def test_a_locked_database_leaves_the_mail_with_its_server(self):
        self.soutien.run("migrate", check=0)
        with contextlib.closing(sqlite3.connect(self.soutien.folder / "data/soutien.sqlite", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            done = self.soutien.run("mail", "receive", input=mail("Accès"))
            self.assertEqual(done.returncode, 75)
            self.assertIn("the mail was not taken, try again", done.stderr.decode())
            other.execute("ROLLBACK")
        self.soutien.run("mail", "receive", input=mail("Accès"), check=0)
        self.assertEqual(self.soutien.ledger(), [("ticketed", "new", "Accès")])

    def test_a_database_that_is_not_there_leaves_the_mail_with_its_server(self):
        self.soutien.set(database_url="postgres://nobody@127.0.0.1:1/none")
        began = time.time()
        done = self.soutien.run("mail", "receive", input=mail("Accès"))
        self.assertEqual(done.returncode, 75, done.stderr)
        self.assertLess(time.time() - began, 60)

    def test_a_data_folder_that_is_a_file_leaves_the_mail_with_its_server(self):
        (self.soutien.folder / "file").write_text("")
        self.soutien.set(data_dir=self.soutien.folder / "file/data")
        done = self.soutien.run("mail", "receive", input=mail("Accès"))
        self.assertEqual(done.returncode, 75, done.stderr)

    @unittest.skipUnless(os.getuid() == 0, "only root can make a disk that is read-only")
    def test_a_disk_that_can_only_be_read_leaves_the_mail_with_its_server(self):
        disk = self.folder.path / "disk"
        disk.mkdir()
        if os.system(f"mount -t tmpfs -o size=64m tmpfs {disk} 2>/dev/null") != 0:
            self.skipTest("no disk can be made here")
        self.addCleanup(os.system, f"umount -l {disk}")
        lmtp = free_port()
        self.soutien.set(blobs_url=f"file:{disk}/blobs", lmtp_listen=f"127.0.0.1:{lmtp}")
        self.soutien.serve()

        def brought(n):
            with smtplib.LMTP("127.0.0.1", lmtp) as line:
                line.sendmail("lea@x.example", ["contact@asso.example"], mail("Question", n))

        brought(1)
        self.assertEqual(os.system(f"mount -o remount,ro {disk}"), 0)
        with self.assertRaises(smtplib.SMTPResponseException) as told:
            brought(2)
        self.assertEqual(told.exception.smtp_code, 451)
        self.assertEqual(self.soutien.run("mail", "receive", input=mail("Question", 3)).returncode, 75)
        self.assertEqual(os.system(f"mount -o remount,rw {disk}"), 0)
        brought(2)
        self.soutien.run("mail", "receive", input=mail("Question", 3), check=0)
        until(lambda: [line[0] for line in self.soutien.ledger()] == ["ticketed"] * 3, 30, "a ticket for each")
        log = (self.soutien.folder / "log").read_text()
        self.assertIn("a mail could not be taken; its server is asked to try again", log)

    def test_mail_waits_for_a_server_that_is_away_and_leaves_when_it_is_back(self):
        port = self.sink.port
        self.sink.stop()
        self.soutien.serve()
        self.soutien.run("mail", "receive", input=mail("Accès"), check=0)
        # A server that is away costs the mail no try, and says why it waits.
        until(lambda: self.soutien.ask("SELECT last_error FROM outbox WHERE last_error IS NOT NULL AND state = 'waiting' AND attempts = 0"), 30, "a try")
        self.sink = Sink(port=port)
        until(lambda: self.sink.taken, 90, "the acknowledgement")
        self.assertEqual(self.soutien.ask("SELECT state FROM outbox"), [["sent"]])

    def test_a_file_that_was_lost_or_spoiled_is_named_by_the_check(self):
        self.soutien.run("mail", "receive", input=mail("Accès"), check=0)
        self.assertEqual(self.soutien.run("check").returncode, 0)
        blob = self.soutien.ask("SELECT raw_blob FROM mail_in")[0][0]
        file = self.soutien.folder / "data/blobs" / blob[:2] / blob
        file.unlink()
        told = self.soutien.run("check")
        self.assertEqual(told.returncode, 1)
        self.assertIn("M1", told.stdout.decode())


if __name__ == "__main__":
    unittest.main()
