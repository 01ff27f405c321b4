# Files of payment tools.
imports-file-garbled = This file was converted twice (“RÃ©fÃ©rence” instead of “Référence”). Take it again as the payment tool or the bank gives it, without opening it in a spreadsheet.
imports-file-other-kind = This is not { $expected }: it looks like { $found }. Choose the right source, or take the file again from your bank.
imports-file-encoding = This file is written in { $found }, which is not read here. Ask your bank for it in UTF-8.
imports-file-doctype = This file declares a document type of its own, which no bank does: it is not read. Take it again from your bank.
imports-file-malformed = This file is broken at byte { $at } ({ $what }). Take it again from your bank; nothing of it was taken.
imports-file-truncated = This file stops in the middle. Take it again; nothing of it was taken.
imports-file-too-large = This file is larger than any statement. Take a shorter period; nothing of it was taken.
imports-file-archive-of =
    { $count ->
        [0] This archive is empty.
       *[other] This archive holds { $count } files. Bring them one by one.
    }
imports-file-currency = This file is in { $found }. Only euros are read.
imports-file-unbalanced = The statement { $name } does not add up: { $gap } lacks between the opening balance plus its lines and the closing balance. Take it again from your bank; nothing of it was taken.
imports-file-several-accounts = This file holds lines of several accounts (“{ $found }” after another one). Take the export of one account at a time.
imports-file-no-line = This file holds no line.
imports-file-unmapped =
    { $count ->
        [one] A column that you named is not there
       *[other] { $count } columns that you named are not there
    }: { $missing }. Columns found: { $found }. Say again which columns these are.
imports-note-stripe-balance = Stripe, report of the balance: one line per movement.
imports-note-stripe-payments = Stripe, export of payments.
imports-note-paypal = PayPal, activity of the account.
imports-note-bank-bpce = Bank statement, table of Banque Populaire or Caisse d’Épargne.
imports-note-bank-credit-agricole = Bank statement, table of Crédit Agricole.
imports-note-bank-boursobank = Bank statement, table of BoursoBank.
imports-note-bank-societe-generale = Bank statement, table of Société Générale.
imports-note-bank-lcl = Bank statement, table of LCL.
imports-note-bank-mapped = Bank statement, table read by its column names.
imports-note-camt = Bank statement, CAMT (ISO 20022).
imports-note-ofx = Bank statement, OFX.
imports-note-qif = Bank statement, QIF.
imports-note-cheques = Cheque deposit slip.
imports-note-sepa = SEPA direct debits (pain.008).
imports-note-generic = Table of gifts, read by the columns that you named.
imports-file-no-header = The line of column names is not found. Take the file again as the payment tool or the bank gives it.
imports-file-missing =
    { $count ->
        [one] A column is missing
       *[other] { $count } columns are missing
    }: { $missing }. Columns found: { $found }. Take the export as it is given to you, leave its names as they are, and choose its source well.
imports-file-empty = This file is empty.
imports-file-spreadsheet = This is a spreadsheet (Excel, LibreOffice), not a CSV file. Choose the CSV export of the tool or the bank, or save the sheet as CSV UTF-8.
imports-file-archive = This is an archive. Open it and choose the CSV file inside.
imports-file-pdf = This is a PDF, not a file of data. Choose the CSV export of the tool or the bank.
imports-file-json = This is data for programs (JSON), not a CSV export. Choose the CSV export of the tool or the bank.
imports-file-markup = This is a web page or XML, not a table: perhaps the session at the payment tool had ended, or the source is not the right one. Download the export again.
imports-file-binary = This is not a text file. Choose the export of the payment tool or the bank.
imports-why-quotes = A quote opens and never closes: this line is damaged.
imports-why-too-few = { $found } cells for { $expected } columns: this line is cut.
imports-why-too-many = { $found } cells for { $expected } columns: there is a separator too many.
imports-why-too-long = This line is too long to be one.
imports-why-unreadable = This line holds a character that cannot be read.
imports-why-no-key = “{ $column }” is empty or is not a reference.
imports-why-bad-amount = “{ $column }” is not an amount: “{ $typed }”.
imports-why-negative = Amount below zero: { $typed }.
imports-why-added-above-total = The added gift ({ $added }) is more than the total ({ $total }).
imports-why-bad-date = “{ $column }” is not a date: “{ $typed }”.
imports-why-unknown-status = Unknown status: “{ $typed }”.
imports-why-unknown-kind = Unknown kind of payment: “{ $typed }”.
imports-why-unknown-tariff = The tariff “{ $typed }” does not say whether this is a gift. The export of payments does: import that one instead.
imports-why-currency = This amount is not in euros: { $typed }.
imports-why-movement-only = A movement of the account: not a gift.
imports-why-not-booked = Not booked yet ({ $typed }): it will come with the next statement.
imports-why-net-off = The amount less the fee ({ $told }) is not the net amount ({ $net }).
imports-why-test-mode = A payment in test mode: no money moved.
imports-why-moves-nothing = { $typed }: moves nothing on the account.
imports-why-zone-left-out = Unknown time zone “{ $typed }”: read as the time in Paris.
imports-why-opening-balance = The balance before the first line.
imports-why-part-refunded = A part of this gift was refunded: { $amount }.
imports-why-other-account = This line is of another account ({ $typed }): take the export of one account at a time.
imports-why-both-sides = There is an amount in both columns, debit and credit.
imports-why-refund = Money given back: the gift { $about } will be taken back.
imports-why-refund-unnamed = Money given back; the file does not say of which gift.
imports-why-movement-paid-out = Already on the account; since then it was paid out ({ $payout }).
imports-why-movement-changed = The account says { $was }; the file says { $now }: the difference will be written beside.
imports-why-movement-known = Already on the account.
imports-why-dues = Membership dues: not a gift.
imports-why-ticket = Ticket: not a gift.
imports-why-sale = Sale or something given in return: not a gift.
imports-why-free = Nothing was paid.
imports-why-not-yet-paid = Not paid yet ({ $typed }).
imports-why-never-paid = Never paid ({ $typed }).
imports-why-refunded = Refunded.
imports-why-anonymous = Nobody is named: an anonymous gift.
imports-why-mail-left-out = “{ $typed }” is not a mail address: left out.
imports-why-siren-left-out = “{ $typed }” is not a SIREN: left out.
imports-why-country-left-out = Unknown country: “{ $typed }”, left out.
imports-why-day-left-out = “{ $column }” is not a date: “{ $typed }”, left out.
imports-why-twice = The same line as line { $line }: counted once.
imports-why-twice-otherwise = The same reference as line { $line }, with other facts: look at the source.
imports-why-known = Already in the ledger of gifts.
imports-why-known-paid-out = Already in the ledger of gifts; paid out since, on { $day }.
imports-why-known-by-order = Already in the ledger of gifts, by the other export of order { $order }.
imports-why-better-export = In the ledger by the export of orders ({ $order }); this one says more and takes its place.
imports-why-order-otherwise = Order { $order } is in the ledger by another export, with another amount or day.
imports-why-changed = The ledger says { $was }; the file says { $now }.
imports-why-changed-on-receipt = The ledger says { $was }, the file { $now }; but receipt { $number } stands on it: cancel or replace it first.
imports-why-taken-back = This gift was reversed in the ledger: it does not come back.
imports-why-refunded-in-ledger = The payment tool says this gift was refunded, but it is in the ledger: reverse it there.
imports-why-several-donors = The address { $mail } belongs to { $count } donors: say who gave.
imports-why-other-name = Known address, under another name: { $name }.
imports-why-resembles = { $name }: somebody of this name, and of this postal code if one is told, is known already. Say whether it is the same person.
imports-why-future = The date is in the future: { $day }.
imports-why-credited-needed = The day of the payout is not known yet, and that is the day that counts for your association.
imports-why-too-much = Amount too large: { $amount }.
imports-why-law = This gift cannot be recorded: { $what }.
imports-refused-unknown = There is no such import.
imports-refused-not-previewed =
    { $state ->
        [taken] This file is imported already.
        [undone] This import was undone: bring the file again.
        [abandoned] This preview was given up: bring the file again.
       *[other] This file is still being read.
    }
imports-refused-not-taken =
    { $state ->
        [undone] This import is undone already.
       *[other] This file is not imported: there is nothing to undo.
    }
imports-refused-stale = The ledger of gifts changed since this preview ({ $lines ->
        [one] one line
       *[other] { $lines } lines
    }). Nothing was written: look again.
imports-refused-on-receipts =
    { $count ->
        [one] A gift of this import stands on a receipt
       *[other] { $count } gifts of this import stand on receipts
    } ({ $numbers }): it can no longer be undone. Correct gift by gift.
imports-refused-gifts-of-lines =
    { $count ->
        [one] A gift was recorded from a line of this statement
       *[other] { $count } gifts were recorded from lines of this statement
    }: take them back first.
imports-refused-corrected =
    { $count ->
        [one] A gift of this import was corrected since
       *[other] { $count } gifts of this import were corrected since
    }: it can no longer be undone as a whole.
imports-title = Imported files
imports-lead = A file is first shown line by line; nothing is written before you agree, and an import can be undone.
imports-bring = Import a file
imports-source = Source
imports-file = File
imports-file-hint = The file as the payment tool or the bank gives it, or a zip of that one file.
imports-file-needed = Choose a file.
imports-source-needed = Choose where the file comes from.
imports-source-by-itself = Found by itself
imports-source-unknown = Nothing here knows this file. Choose where it comes from, and it will say what lacks.
imports-source-bank = Bank statement, { $format }
imports-account = Bank account
imports-account-hint = For a bank statement only.
imports-account-by-itself = The one that the file names
imports-moved = On the account
imports-expects = Where to find this file, and what is taken from it
imports-expects-where = HelloAsso: Payments, then “Export”. Stripe: Reports, “Balance”, itemised (the one that sums to payouts); the export of payments is read too. PayPal: Activity, “Download”. The bank: a statement as CAMT.053, OFX, QIF or CSV. Do not open the file in a spreadsheet before you bring it here.
imports-expects-what = Of payment tools, gifts are taken, and gifts added to dues or to a ticket; dues, tickets and sales are shown and left aside, but count in payouts. Receipts that HelloAsso made already are noted: there will not be two. Of the bank, every line is kept: a payout, a gift, or something else.
imports-expects-columns = Columns are recognised by name, in any order. A gift seen in two exports, or a bank line seen in two statements, counts once.
imports-look = See what it holds
imports-files = Files
imports-file-name = File
imports-state = State
imports-brought = Brought
imports-brought-by = brought by { $by },
imports-written = Lines written
imports-amount = Amount
imports-to-see = To look at
imports-to-see-note = will not be written
imports-empty = No file yet
imports-empty-text = The files of your payment tools will appear here, with what was taken and why the rest was not.
imports-state-reading = Being read
imports-state-previewed = To look at
imports-state-taken = Imported
imports-state-undone = Undone
imports-state-abandoned = Given up
imports-one-title = Import of { $name }
imports-already-taken = This file is imported already: there is nothing to do.
imports-reading = The file is being read
imports-reading-text =
    { $n ->
        [0] Reading begins.
        [one] One line read.
       *[other] { $n } lines read.
    } You can leave this page and come back.
imports-taking = The import is under way
imports-taking-text = { $n } lines to write. You can leave this page and come back: everything will be written, or nothing.
imports-gone = This preview was given up
imports-gone-text = Nothing of it was written. To import it, bring the file again.
imports-will-write = Lines to write
imports-will-write-lines = Lines of the account to write
imports-proposed-note = otherwise, a new record
imports-take =
    { $n ->
        [one] Import this line
       *[other] Import these { $n } lines
    }
imports-take-hint = Everything is written, or nothing. You can undo the import as long as none of its gifts stands on a receipt.
imports-taken =
    { $n ->
        [0] { $movements ->
            [one] One line of the account is imported.
           *[other] { $movements } lines of the account are imported.
        }
        [one] One gift is imported.
       *[other] { $n } gifts are imported.
    }{ $refunds ->
        [0] {""}
        [one] {" "}One gift was taken back: its money was.
       *[other] {" "}{ $refunds } gifts were taken back: their money was.
    }{ $matched ->
        [0] {""}
        [one] {" "}One payout was matched to its bank line.
       *[other] {" "}{ $matched } payouts were matched to their bank lines.
    }
imports-taken-but =
    { $n ->
        [one] One line was not imported
       *[other] { $n } lines were not imported
    }
imports-taken-but-text = Each says why. Once the cause is settled, bring the same file again: only what lacks will be taken.
imports-nothing-new = This file brings nothing new.
imports-abandon = Give up
imports-abandoned = The preview is given up. Nothing was written.
imports-undo = Undo the import
imports-undo-title = Undo this import?
imports-undo-text = Everything that “{ $name }” wrote will leave the ledger of gifts and the account.
imports-undo-what =
    { $n ->
        [one] One gift
       *[other] { $n } gifts
    }, { $amount }, and the records it made if they hold nothing else.
imports-undo-what-lines =
    { $n ->
        [one] One line of the account
       *[other] { $n } lines of the account
    }, with what is matched to them.
imports-undo-after = The file stays here, and you can import it again.
imports-undo-do = Undo the import
imports-undone =
    { $n ->
        [0] The import is undone: its lines left the account.
        [one] The import is undone: one gift left.
       *[other] The import is undone: { $n } gifts left.
    }
imports-lines = Lines of the file
imports-line = line { $n }
imports-day = Day and reference
imports-giver = From whom
imports-why = Why
imports-as-it-stands = The line as it stands
imports-who-gave = Who gave, line { $line }?
imports-someone-new = Somebody else: make a record
imports-choose = Keep this
imports-chosen = The choice is kept, for every line of this person.
imports-choice-needed = Say who gave.
imports-tab-proposed = Who is it?
imports-tab-new = New
imports-tab-changed = Changed
imports-tab-conflict = In conflict
imports-tab-refused = Refused
imports-tab-known = Known
imports-tab-ignored = Not gifts
imports-explain-proposed = The address of these people is unknown, but there is somebody of the same name and postal code. Without an answer a new record is made: nobody is merged silently.
imports-explain-new = These lines are not in the ledgers yet: gifts, and movements of the account.
imports-explain-changed = The ledger says something else: a gift is taken back there by an opposite line, then written again; a movement learns its payout, or gets its difference beside it.
imports-explain-conflict = Somebody must decide: these lines will not be written.
imports-explain-refused = These lines cannot be read or written. They stay here with their reason.
imports-explain-known = These lines are in the ledgers already, as they are.
imports-explain-ignored = These lines are no gifts, or nothing was paid.
imports-note-payments = HelloAsso’s export of payments.
imports-note-orders = Export of the orders of a HelloAsso campaign.
imports-note-before-2021 = HelloAsso export from before 2021.
imports-note-encoding = A spreadsheet saved the file as { $encoding }: accents were restored.
imports-note-unknown =
    { $count ->
        [one] An unknown column is kept
       *[other] { $count } unknown columns are kept
    } with each gift: { $names }.
imports-file-refused = This file cannot be imported as it is
imports-likeness = Likeness: { $score } of 100 ({ $why })
imports-source-generic = Another table of gifts, CSV
imports-table = Table
imports-table-hint = For another table of gifts only.
imports-table-by-itself = The one whose columns speak for themselves
imports-tables = Tables of other tools
imports-tables-lead = For a tool whose columns are not recognised by themselves: name them once, they are kept.
imports-tables-empty = No named table
imports-tables-empty-text = Many tables are read without this: a date, an amount and a name are enough.
imports-table-name = Name of the tool
imports-table-name-hint = Liberapay, for example. References of its gifts begin with this name, so that they are not taken for those of another tool.
imports-table-new = Name a table
imports-table-columns = Columns named
imports-table-lead = Write the name of each column as it is in the file. What stays empty is recognised by its usual name.
imports-table-called = Recognised as: { $names }…
imports-table-keep = Keep these columns
imports-table-kept = The columns are kept. Choose this table when you bring the file.
imports-refused-table-name = Give the table a name that no other one has.
imports-field-date = Day of the gift
imports-field-amount = Amount
imports-field-fee = Fee
imports-field-reference = Reference
imports-field-method = Way of payment
imports-field-status = State of the payment
imports-field-currency = Currency
imports-field-last-name = Family name
imports-field-first-names = First names
imports-field-name = Whole name
imports-field-organisation = Organisation
imports-field-siren = SIREN
imports-field-mail = Mail
imports-field-street = Street
imports-field-more-street = More of the address
imports-field-postal-code = Postal code
imports-field-city = Town
imports-field-country = Country
imports-field-campaign = Campaign
imports-field-paid-out-on = Day the tool paid out
imports-field-received-on = Day received, or credited at the bank
imports-field-receipt-elsewhere = Number of the receipt made elsewhere
imports-field-comment = Comment
imports-why-period-closed = This gift falls in a closed period (through { $day }): open it again, or leave it.
imports-why-changed-closed = The ledger says { $was }, the file says { $now }; the period is closed through { $day }: nothing is changed.
imports-refused-period-closed = Lines of this file are in a closed period (through { $day }). Open it again first at Closed periods.
imports-corrections = Correct refused lines
imports-corrections-lead = What you correct becomes a small file of its own, read like any other. The file that it comes from stays as it came.
imports-refused-written-anew = This file was written anew with corrections already: what is left is corrected in file no. { $id }.
imports-corrections-whole = The lines of this file count together: it is written anew as a whole, with your corrections, and read like any other. What is in the ledger already is recognised; the file that it comes from stays as it came.
imports-corrections-statement = The lines of a statement are counted by day and amount: it is written anew as a whole, with your corrections, and read like any other. What is in the ledger already is recognised; the file that it comes from stays as it came.
imports-correction-keep = Bring line { $n } again
imports-correct = Read these lines again
imports-corrected = The corrected lines are read again: look at them, then import them.
imports-corrections-none = No refused line
imports-corrections-none-text = Everything in this file was read.
imports-corrections-go = Correct these lines
imports-corrects = Corrected lines of the file
imports-corrected-in = Corrected lines are in the file
imports-note-gap = The balance that the tool shows does not follow from these lines: { $gap } apart. Some lines are missing, it seems (a filtered export, or a cut period).
imports-field-kind = What it was paid for: a gift, dues…
imports-refused-proven = { $count ->
    [one] A gift of this file has a proof attached: withdraw it first.
   *[other] { $count } proofs are attached to gifts of this file: withdraw them first.
    }
