#!/usr/bin/env python3
"""How long a large payment file and a large statement take, previewed and taken, and the memory they need.

    benches/money.py [--rows 1000000] [--database postgres://…] [--work DIR]
"""

import argparse
import os
import pathlib
import random
import shutil
import subprocess
import tempfile
import time

PROGRAM = pathlib.Path(__file__).resolve().parent.parent / "target/release/soutien"
HEAD = ("Référence commande;Référence paiement;Montant total;Date du paiement;Statut du paiement;Versé;Date du versement;"
        "Nom payeur;Prénom payeur;Email payeur;Campagne;Type de campagne;Type;Montant du tarif;Don supplémentaire;"
        "Moyen de paiement;Reçu fiscal;Numéro de reçu;Adresse payeur;Code Postal payeur;Ville payeur;Pays payeur;Commentaire")


def payments(path, rows):
    """HelloAsso's export: 150,000 donors at most, twelve months, one payout a month."""
    dice = random.Random(4)
    with open(path, "w", encoding="utf-8-sig", newline="") as out:
        out.write(HEAD + "\r\n")
        for i in range(rows):
            donor, month, day = i % 150_000, 1 + i * 12 // rows, 1 + i % 28
            paid_out = f"05/{month % 12 + 1:02}/{2025 + (month == 12)}"
            amount = dice.choice([5, 8, 10, 12, 15, 20, 30, 50, 100])
            out.write(f"{9000000 + i};{8000000 + i};{amount},00;{day:02}/{month:02}/2025 {i % 24:02}:{i % 60:02}:00;Payé;Oui;"
                      f"{paid_out};Nom{donor};Prénom{donor};donateur{donor}@example.org;Soutien mensuel;Formulaire de don;Don;"
                      f"{amount},00;;Carte bancaire;;;{donor % 200} rue de l'Essai;{10000 + donor % 80000:05};"
                      f"Ville{donor % 500};FRA;\r\n")


def statement(path, rows):
    """CAMT.053 of one account, credits and debits over a year, that sums."""
    dice, total, lines = random.Random(5), 0, []
    with open(path, "w", encoding="utf-8") as out:
        amounts = [dice.randint(-90_000, 100_000) or 1 for _ in range(rows)]
        total = 1_000_000 + sum(amounts)
        money = lambda cents: f"{abs(cents) // 100}.{abs(cents) % 100:02}"
        balance = lambda code, cents, day: (
            f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">{money(cents)}</Amt>"
            f"<CdtDbtInd>{'CRDT' if cents >= 0 else 'DBIT'}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>\n")
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">'
                  '<BkToCstmrStmt><Stmt><Id>S</Id><Acct><Id><IBAN>FR7630004000031234567890143</IBAN></Id><Ccy>EUR</Ccy></Acct>\n')
        out.write(balance("OPBD", 1_000_000, "2025-01-01") + balance("CLBD", total, "2025-12-28"))
        for i, cents in enumerate(amounts):
            day = f"2025-{1 + i * 12 // rows:02}-{1 + i % 28:02}"
            out.write(f"<Ntry><Amt Ccy=\"EUR\">{money(cents)}</Amt><CdtDbtInd>{'CRDT' if cents >= 0 else 'DBIT'}</CdtDbtInd>"
                      f"<Sts>BOOK</Sts><BookgDt><Dt>{day}</Dt></BookgDt><AcctSvcrRef>R{i}</AcctSvcrRef>"
                      f"<AddtlNtryInf>VIR SEPA RECU /DE PERSONNE {i % 5000} /MOTIF DON</AddtlNtryInf></Ntry>\n")
        out.write("</Stmt></BkToCstmrStmt></Document>\n")


def timed(what, env, *args):
    began = time.time()
    child = subprocess.Popen([PROGRAM, *args], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    said = child.stderr.read()
    _, status, used = os.wait4(child.pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0, said[-2000:]
    print(f"{what}: {time.time() - began:.1f} s, {used.ru_maxrss // 1024} MiB", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--database")
    parser.add_argument("--work")
    args = parser.parse_args()
    work = pathlib.Path(tempfile.mkdtemp(prefix="soutien-money-", dir=args.work))
    env = dict(os.environ, SOUTIEN_DATA_DIR=str(work / "data"))
    if args.database:
        env["SOUTIEN_DATABASE_URL"] = args.database
    try:
        payments(work / "payments.csv", args.rows)
        statement(work / "statement.xml", args.rows)
        for name in ("payments.csv", "statement.xml"):
            print(f"{name}: {args.rows} rows, {(work / name).stat().st_size / 1e6:.0f} MB")
        subprocess.run([PROGRAM, "migrate"], env=env, check=True, capture_output=True)
        timed("payments looked at only", env, "import", "helloasso", str(work / "payments.csv"), "--dry-run")
        timed("payments previewed and taken", env, "import", "helloasso", str(work / "payments.csv"))
        timed("statement previewed and taken", env, "import", "camt053", str(work / "statement.xml"))
        timed("laws proved again", env, "check")
        timed("payments undone", env, "import", "undo", "2")
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
