"""Mailboxes of a real Dovecot, fetched by the real program."""

import time
import unittest

from servers import Cutter, Dovecot, Folder, Soutien, mail, until


def folder_in(path, name):
    (path / name).mkdir(mode=0o755)
    return path / name


class Mailboxes(unittest.TestCase):
    def setUp(self):
        self.folder = Folder()
        self.addCleanup(self.folder.remove)
        self.dovecot = Dovecot(self.folder.path)
        self.addCleanup(self.dovecot.stop)
        self.soutien = Soutien(self.folder.path)
        self.addCleanup(self.soutien.remove)
        self.soutien.mailbox(self.dovecot.imap)

    def fetch(self, code=0, **mailbox):
        if mailbox:
            self.soutien.mailbox(mailbox.pop("server_port", self.dovecot.imap), **mailbox)
        return self.soutien.run("mail", "fetch", check=code)

    def test_a_first_look_takes_nothing_old_and_marks_nothing(self):
        for n in range(5):
            self.dovecot.bring("contact", mail("Ancien", n))
        told = self.soutien.run("mail", "fetch", "--dry-run", check=0).stderr.decode()
        self.assertIn("contact: 5 mails are there; none would be taken now", told)
        self.fetch()
        self.assertEqual(self.soutien.ledger(), [])
        self.dovecot.bring("contact", mail("Nouveau"))
        told = self.soutien.run("mail", "fetch", "--dry-run", check=0).stderr.decode()
        self.assertIn("1 are new and would be taken", told)
        self.fetch()
        self.fetch()
        self.assertEqual(self.soutien.ledger(), [("ticketed", "new", "Nouveau")])
        flags = self.dovecot.flags("contact")
        self.assertEqual([uid for uid, seen in flags.items() if "Seen" in seen], [6], flags)

    def test_older_mail_is_taken_when_told_and_moved_when_it_is_ours(self):
        week = 7 * 24 * 3600
        self.dovecot.bring("contact", mail("Trop vieux"), time.time() - 4 * week)
        self.dovecot.bring("contact", mail("Récent".encode("utf-8").decode("latin-1")), time.time() - week)
        day = time.strftime("%Y-%m-%d", time.localtime(time.time() - 2 * week))
        self.fetch(first=day, after="move:Traités")
        self.assertEqual(len(self.soutien.ledger()), 1)
        self.assertEqual(list(self.dovecot.flags("contact")), [1], "the old one stays where it was")
        self.assertEqual(len(self.dovecot.flags("contact", "Trait&AOk-s")), 1)
        self.dovecot.bring("contact", mail("Encore"))
        self.fetch()
        self.assertEqual(len(self.dovecot.flags("contact", "Trait&AOk-s")), 2)

    def test_mails_of_the_days_before_keep_their_place_and_their_flags(self):
        hour = 3600
        midnight = int(time.time()) // (24 * hour) * 24 * hour
        for after, elsewhere in (("move:Traites", True), ("seen", False)):
            user = after[:4]
            # The server's search looks at whole days: these come along with what is asked for, and are not ours.
            for hours in (3, 8, 20):
                self.dovecot.bring(user, mail("Veille", hours), midnight - hours * hour)
            self.dovecot.bring(user, mail("Du jour", user), midnight + 60)
            day = time.strftime("%Y-%m-%d", time.gmtime(midnight))
            self.fetch(first=day, after=after, user=user, name=user)
            flags = self.dovecot.flags(user)
            self.assertEqual([uid for uid in flags if uid <= 3], [1, 2, 3], flags)
            self.assertTrue(all("Seen" not in flags[uid] for uid in (1, 2, 3)), flags)
            if elsewhere:
                self.assertEqual(list(flags), [1, 2, 3])
                self.assertEqual(len(self.dovecot.flags(user, "Traites")), 1)
            else:
                self.assertIn("Seen", flags[4])
        self.assertEqual([subject for _, _, subject in self.soutien.ledger()], ["Du jour", "Du jour"])

    def test_a_move_that_is_refused_is_shown_and_mail_still_comes(self):
        self.fetch(first="all", after="move:Archives")
        archives = self.dovecot.mail / "contact/.Archives"
        for n in range(30):
            self.dovecot.bring("contact", mail("Question", n))
        self.fetch(first="all", after="move:un//nom")
        self.assertEqual(len(self.soutien.ledger()), 30)
        self.assertEqual(len(self.dovecot.flags("contact")), 30, "they stay where they were")
        self.fetch()  # nothing is new: the refusal still stands
        told = self.soutien.ask("SELECT last_error FROM imap_folder WHERE failing_since IS NOT NULL AND looked_at IS NOT NULL")
        self.assertEqual(len(told), 1)
        self.assertIn("the server refuses to move mails that are ours to `un//nom`", told[0][0])
        self.dovecot.bring("contact", mail("Encore"))
        self.fetch(first="all", after="move:Archives")
        self.assertTrue(archives.exists())
        self.assertEqual(self.soutien.ask("SELECT 1 FROM imap_folder WHERE failing_since IS NOT NULL"), [])

    def test_a_mail_that_is_too_large_is_named_and_left_whole_where_it_is(self):
        self.soutien.set(mail_max_bytes=70_000)
        self.dovecot.bring("contact", mail("Avant"))
        self.dovecot.bring("contact", mail("Trop grand", text="Bonjour à vous.\r\n" * 6000))
        self.dovecot.bring("contact", mail("Après"))
        self.fetch(code=None, first="all")
        self.assertEqual(len(self.soutien.ledger()), 2)
        flags = self.dovecot.flags("contact")
        self.assertEqual([uid for uid, seen in flags.items() if "Seen" not in seen], [2], flags)
        (uid, why), = self.soutien.ask("SELECT uid, why FROM imap_trouble")
        self.assertEqual(uid, "2")
        self.assertRegex(why, r"has 1\d{5} bytes, and `mail_max_bytes` allows 70000")
        self.soutien.set(mail_max_bytes=1_000_000)
        self.fetch()
        self.assertEqual(len(self.soutien.ledger()), 3)
        self.assertEqual(self.soutien.ask("SELECT uid FROM imap_trouble"), [])

    def test_encryption_is_what_was_asked_for_or_nothing(self):
        more = {"first": "all", "server": "localhost", "ca_file": self.dovecot.cert}
        self.dovecot.bring("contact", mail("Chiffré 1".encode().decode("latin-1")))
        self.fetch(server_port=self.dovecot.imaps, tls="implicit", **more)
        self.dovecot.bring("contact", mail("Deux"))
        self.fetch(tls="starttls", **more)
        self.assertEqual(len(self.soutien.ledger()), 2)
        told = self.fetch(code=1, server_port=self.dovecot.imaps, tls="implicit", server="localhost").stderr.decode()
        self.assertIn("localhost is not who it says", told)
        told = self.fetch(code=1, password="faux").stderr.decode()
        self.assertIn("does not let `contact` in", told)
        self.assertEqual(len(self.soutien.ledger()), 2)

    def test_a_token_opens_the_mailbox_and_a_new_one_is_read_from_its_file(self):
        dovecot = Dovecot(folder_in(self.folder.path, "oauth"), tokens={"jeton-1": "contact", "jeton-2": "contact"})
        self.addCleanup(dovecot.stop)
        dovecot.bring("contact", mail("Un"))
        token = self.folder.path / "token"
        token.write_text("jeton-1\n")
        more = {"server_port": dovecot.imap, "first": "all", "password": None, "oauth_token_file": token}
        self.fetch(**more)
        del dovecot.issuer.tokens["jeton-1"]
        self.assertIn("does not let `contact` in", self.fetch(code=1, **more).stderr.decode())
        token.write_text("jeton-2")
        dovecot.bring("contact", mail("Deux"))
        self.fetch(**more)
        self.assertEqual(len(self.soutien.ledger()), 2)

    def test_new_numbers_of_the_server_double_nothing(self):
        self.dovecot.bring("contact", mail("Avant le début"))
        time.sleep(1.1)
        self.fetch()
        for n in range(30):
            self.dovecot.bring("contact", mail("Question", n))
        self.fetch()
        self.assertEqual(len(self.soutien.ledger()), 30)
        self.dovecot.renumber("contact")
        self.dovecot.bring("contact", mail("Après"))
        self.fetch()
        ledger = self.soutien.ledger()
        self.assertEqual(len(ledger), 31, ledger)
        self.assertEqual({(state, disposition) for state, disposition, _ in ledger}, {("ticketed", "new")})
        self.dovecot.renumber("contact")
        self.fetch()
        self.assertEqual(len(self.soutien.ledger()), 31)

    def test_a_line_cut_anywhere_loses_and_doubles_nothing(self):
        for n in range(60):
            self.dovecot.bring("contact", mail("Question", n, text="Bonjour. " * (n * 20)))
        cutter = Cutter(self.dovecot.imap, [900, 1500, 2500, 4000, 7000, 12_000, 20_000, 33_000, 47_000, 61_000])
        self.addCleanup(cutter.stop)
        for _ in range(12):
            self.soutien.mailbox(cutter.port, first="all")
            if self.soutien.run("mail", "fetch").returncode == 0:
                break
        self.assertGreaterEqual(cutter.broken, 5)
        ledger = self.soutien.ledger()
        self.assertEqual(len(ledger), 60)
        self.assertEqual({state for state, _, _ in ledger}, {"ticketed"})
        self.assertTrue(all("Seen" in flags for flags in self.dovecot.flags("contact").values()))

    def test_one_poisonous_mail_among_many_is_shown_and_the_others_come(self):
        many = 400
        self.dovecot.fill("contact", [mail("Question", n) for n in range(many)])
        poison = next((self.dovecot.mail / "contact/new").glob("*.M200P1.here"))
        poison.chmod(0)
        if poison.stat().st_uid == 0:
            self.skipTest("root reads everything")
        self.fetch(code=1, first="all")
        self.fetch(code=None)
        ledger = self.soutien.ledger()
        self.assertEqual(len(ledger), many - 1)
        troubles = self.soutien.ask("SELECT uid, tries, why FROM imap_trouble")
        self.assertEqual(len(troubles), 1, troubles)
        for file in (self.dovecot.mail / "contact").glob("*/*.M200P1.here*"):
            file.chmod(0o600)
        self.soutien.serve()  # the comparison at its start asks for what is missing
        until(lambda: len(self.soutien.ledger()) == many, 60, "the mail that had been in trouble")
        until(lambda: self.soutien.ask("SELECT uid FROM imap_trouble") == [], 10, "the end of the trouble")

    def test_the_server_rings_and_the_mail_is_there(self):
        self.soutien.mailbox(self.dovecot.imap, every_seconds=600)
        self.soutien.serve()
        until(lambda: self.soutien.ask("SELECT account FROM imap_folder WHERE looked_at IS NOT NULL"), 30, "the first look")
        time.sleep(1)
        began = time.time()
        self.dovecot.bring("contact", mail("Vite"))
        until(lambda: ("ticketed", "new", "Vite") in self.soutien.ledger(), 20, "the mail")
        self.assertLess(time.time() - began, 20)
        self.dovecot.stop()
        until(lambda: self.soutien.ask("SELECT last_error FROM imap_folder WHERE failing_since IS NOT NULL"), 60, "a line for the administrator")
        self.dovecot.start()
        self.dovecot.bring("contact", mail("De retour"))
        until(lambda: ("ticketed", "new", "De retour") in self.soutien.ledger(), 120, "the mail after the silence")
        until(lambda: not self.soutien.ask("SELECT account FROM imap_folder WHERE failing_since IS NOT NULL"), 30, "all well again")

    def test_a_mail_that_slipped_by_is_found_by_the_comparison(self):
        self.fetch(first="all")
        for n in range(3):
            self.dovecot.bring("contact", mail("Question", n))
        self.soutien.ask("UPDATE imap_folder SET last_uid = 2")
        self.fetch()
        self.assertEqual(len(self.soutien.ledger()), 1)
        self.soutien.serve()
        until(lambda: len(self.soutien.ledger()) == 3, 30, "what was missing")
        compared = self.soutien.ask("SELECT on_server, in_ledger, missing FROM reconciliation ORDER BY id DESC LIMIT 1")
        self.assertEqual(compared, [["3", "1", "2"]])


if __name__ == "__main__":
    unittest.main()
