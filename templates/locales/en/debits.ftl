# Direct debits.
debits-title = Direct debits
debits-lead = Tell each person what will be debited, send the file to the bank, write the gifts down on the day.
debits-setup = Creditor
debits-setup-lead = What the bank and those who are debited need to know of your association.
debits-setup-keep = Keep it
debits-setup-kept = The creditor is kept.
debits-not-ready = Before anything is debited, say who collects: name, creditor identifier, account.
debits-name = Name
debits-name-hint = As statements of those who are debited show it.
debits-creditor = SEPA creditor identifier (ICS)
debits-creditor-hint = Your bank asked for it at the Banque de France: FR12ZZZ123456.
debits-iban = Account to credit (IBAN)
debits-notice = Days from the announcement to the debit
debits-notice-hint = 14 unless the mandate says otherwise.
debits-version = Format of the file
debits-version-08 = pain.008.001.08 (current)
debits-version-02 = pain.008.001.02 (older)
debits-step-announce = 1. Announce
debits-step-announce-text = Each person learns amount and day { $days } days before. Nothing is announced twice.
debits-through = Due through
debits-look = Look
debits-due-sum =
    { $n ->
        [one] One debit to announce
       *[other] { $n } debits to announce
    }{ $letters ->
        [0] {""}
        [one] , one of them by letter
       *[other] , { $letters } of them by letter
    }
debits-from = Debited from
debits-told-by = Told by
debits-by-mail = mail
debits-by-letter = letter
debits-more = Only the first ones are shown; all will be announced.
debits-announce = Announce
debits-announced = Announced: { $mails } by mail, { $letters } by a letter to write.
debits-nothing-due = Nothing to announce until then.
debits-step-collect = 2. Send to the bank
debits-waits =
    { $n ->
        [one] one debit from { $day } on
       *[other] { $n } debits from { $day } on
    }
debits-letters =
    { $n ->
        [one] one letter to write
       *[other] { $n } letters to write
    }
debits-collect-on = Debit on
debits-collect = Make the file
debits-collected = The collection is made. Give its file to the bank the day before at the latest.
debits-nothing-waits = Nothing waits.
debits-collections = Collections
debits-number = Collection
debits-day = Debited on
debits-debits = Debits
debits-on = Debited on { $day }
debits-one-title = Collection { $number }
debits-count =
    { $n ->
        [one] one debit
       *[other] { $n } debits
    }
debits-state-made = To give to the bank
debits-state-due = Gifts to write down
debits-state-previewed = To be read over and imported
debits-state-taken = In the ledger
debits-state-cancelled = Called off
debits-returned-count =
    { $n ->
        [one] one came back
       *[other] { $n } came back
    }
debits-file = File for the bank
debits-to-come = The gifts come into the ledger on the day of the debit.
debits-bring-text = The day has come: write these gifts down. What the bank gives back later is taken back with its statement.
debits-bring = Write the gifts down
debits-account = Account
debits-came-back = Came back
debits-told = the person was told
debits-not-told = the person was not told
debits-cancel = Call this collection off
debits-cancel-text = Only if the bank did not take the file: what is due waits again, and is not announced a second time.
debits-cancel-reason = Why?
debits-cancelled = The collection is called off; what is due waits again.
debits-refused-no-setup = Say first who collects.
debits-refused-name = Give the creditor’s name, in Latin letters.
debits-refused-creditor = This creditor identifier is wrong. It looks like FR12ZZZ123456.
debits-refused-notice = Between 1 and 60 days.
debits-refused-day = Give a date, for example 31/12/2025.
debits-refused-nothing-due = Nothing is to be announced until then.
debits-refused-holiday = Banks do not work on that day. The next one is { $day }.
debits-refused-too-soon = The bank wants the file a day before at least: choose tomorrow or later.
debits-refused-too-far = This is more than three months ahead.
debits-refused-nothing = Nothing that was announced may be debited on that day.
debits-refused-unknown = There is no such collection.
debits-refused-cancelled = This collection is called off.
debits-refused-brought = Its gifts are in the ledger, or a debit came back: undo the import first.
debits-refused-not-yet = The gifts are written down from { $day } on.
debits-mail-subject = Your gift of { $amount } on { $day }
debits-mail-thanks = Thank you for supporting { $association } again and again.
debits-mail-what = Your next gift of { $amount } will be debited on { $day } from the account { $account }.
debits-mail-mandate = Reference of the mandate: { $rum }. Creditor identifier: { $creditor }.
debits-mail-change = To change the amount or the day, or to stop, write to us: a person will answer.
debits-mail-button = Write to us
debits-back-subject = Your gift to { $association } could not be debited
debits-back-what = Your bank did not carry out the debit of { $amount }: it was given back to you on { $day }.
debits-back-often = This happens often, and there is nothing to pay: no fees and no reminders from us.
debits-back-goes-on = The next gift will be debited as planned. If you would rather pause or stop, a word is enough.
debits-back-stops = Your bank does not allow this debit any more: we have stopped it. If you would like to go on in another way, write to us.
debits-back-thanks = Thank you for the way together.
debits-letters-to = To be told by letter
