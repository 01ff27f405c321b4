"""A real mail server on both sides: Postfix brings by LMTP what came by SMTP, and carries away what we send."""

import email
import os
import smtplib
import time
import unittest

from servers import Folder, Postfix, Sink, Soutien, free_port, mail, until


@unittest.skipUnless(os.getuid() == 0, "Postfix starts as root only")
class WithPostfix(unittest.TestCase):
    def setUp(self):
        self.folder = Folder()
        self.addCleanup(self.folder.remove)
        self.sink = Sink()
        self.addCleanup(self.sink.stop)
        lmtp = free_port()
        self.postfix = Postfix(self.folder.path, lmtp, self.sink.port)
        self.addCleanup(self.postfix.stop)
        self.soutien = Soutien(self.folder.path, lmtp_listen=f"127.0.0.1:{lmtp}",
                               smtp_url=f"smtp://127.0.0.1:{self.postfix.smtp}", take_back_seconds=1)
        self.addCleanup(self.soutien.remove)

    def send(self, raw, to="contact@asso.example", sender="lea@x.example"):
        with smtplib.SMTP("127.0.0.1", self.postfix.smtp) as server:
            server.sendmail(sender, [to] if isinstance(to, str) else to, raw)

    def test_a_mail_goes_all_the_way_and_its_acknowledgement_comes_back(self):
        self.soutien.serve()
        self.send(mail("Accès perdu"))
        until(lambda: self.soutien.ledger() == [("ticketed", "new", "Accès perdu")], 30, "the ticket")
        until(lambda: self.sink.taken, 30, "the acknowledgement")
        to, raw = self.sink.taken[0]
        told = email.message_from_bytes(raw)
        self.assertEqual((to, told["Auto-Submitted"]), (["lea@x.example"], "auto-generated"))
        # Whoever answers the signed address joins the ticket.
        answer = told["Reply-To"].strip("<>")
        self.send(mail("Re: Accès perdu", 2, text="Voici la suite de mon histoire."), to=answer)
        until(lambda: len(self.soutien.ledger()) == 2, 30, "the answer")
        until(lambda: self.soutien.ledger()[1][:2] == ("ticketed", "follow_up"), 10, "its place in the ticket")
        envelope = self.soutien.ask("SELECT way, envelope_from, envelope_to FROM mail_in ORDER BY id")
        self.assertEqual(envelope, [["lmtp", "lea@x.example", "contact@asso.example"], ["lmtp", "lea@x.example", answer]])

    def test_while_we_are_away_the_mail_server_keeps_what_is_ours(self):
        for n in range(40):
            self.send(mail("Question", n))
        until(lambda: self.postfix.waiting() == 40, 10, "forty mails that wait")
        self.soutien.serve()
        until(lambda: len(self.soutien.ledger()) == 40 and self.postfix.waiting() == 0, 60, "what had waited")
        # In the middle of many, we are killed, again and again: nothing is lost, nothing twice.
        for n in range(40, 140):
            self.send(mail("Question", n))
            if n % 25 == 0:
                self.soutien.stop(9)
                self.soutien.serve()

        def nothing_waits():
            self.postfix.hurry()  # what Postfix itself set aside while we were killed
            return self.postfix.waiting() == 0

        until(nothing_waits, 90, "the end of the queue")
        tickets = self.soutien.ask("SELECT COUNT(*) FROM ticket")
        self.soutien.run("mail", "replay")
        self.assertEqual(self.soutien.ask("SELECT COUNT(DISTINCT message_id_hash) FROM mail_in WHERE state = 'ticketed'"), [["140"]])
        self.assertEqual(self.soutien.ask("SELECT COUNT(*) FROM ticket"), [["140"]], tickets)

    def test_a_full_disk_is_told_to_the_mail_server_and_nothing_is_lost(self):
        small = self.folder.path / "small"
        small.mkdir()
        mounted = os.system(f"mount -t tmpfs -o size=8m tmpfs {small} 2>/dev/null") == 0
        if not mounted:
            self.skipTest("no small disk can be made here")
        self.addCleanup(os.system, f"umount -l {small}")
        self.soutien.set(data_dir=small / "data")
        self.soutien.folder = small if not self.soutien.database else self.soutien.folder
        self.soutien.serve()
        big = "x" * 900_000
        for n in range(12):
            self.send(mail("Gros", n, text="\r\n".join(big[i:i + 900] for i in range(0, len(big), 900))))
        until(lambda: "451 4.3.0" in self.postfix.log.read_text(), 60, "the word that we cannot take it now")
        taken = len(self.soutien.ledger())
        self.assertLess(taken, 12)
        os.system(f"mount -o remount,size=200m {small}")

        def is_all_ours():
            self.postfix.hurry()
            return len(self.soutien.ledger()) == 12 and self.postfix.waiting() == 0

        until(is_all_ours, 90, "all of it")
        until(lambda: {state for state, _, _ in self.soutien.ledger()} == {"ticketed"}, 180, "a ticket for each")
        log = (self.soutien.folder / "log").read_text()
        self.assertIn("a mail could not be taken; its server is asked to try again", log)


if __name__ == "__main__":
    unittest.main()
