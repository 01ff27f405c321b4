# Tax receipts.
receipts-mail-subject = Your tax receipt no. { $number } – { $association }
receipts-mail-thanks = Thank you for supporting { $association }. Your gifts of { $year } on this receipt come to { $amount }.
receipts-mail-attached = Your tax receipt no. { $number } is attached to this message as a PDF. Keep it: the French tax office may ask you for it.
receipts-mail-replaces = Receipt no. { $number } cancels and replaces receipt no. { $old }, which must no longer be used.
receipts-mail-again = You can find your gifts and receipts at any time on this page:
receipts-mail-button = See my gifts and receipts
receipts-mail-wrong = Is your name, your address or the amount wrong? Answer this message and we will put it right.
receipts-mail-cancelled-subject = Your tax receipt no. { $number } is cancelled – { $association }
receipts-mail-cancelled-text = We have cancelled your tax receipt no. { $number }, of { $amount }.
receipts-mail-cancelled-reason = Reason: { $reason }
receipts-mail-cancelled-do = Please do not use it any more and destroy the copy you have. If it already stands in a tax return, please correct the return. If you have any question, answer this message.
receipts-why-no-sign = The receipt cannot be printed: the typeface has no sign for “{ $signs }”. Write the name or the address in Latin letters.
receipts-why-too-long = The receipt cannot be printed: a text is too long for a page.
receipts-refused-prefix = The prefix of the numbers, “{ $prefix }”, does not do: it takes capitals or digits, twelve at most.
receipts-refused-year = The year { $year } has not begun.
receipts-refused-donor = This person is not among the donors.
receipts-refused-number = There is no receipt no. { $number }.
receipts-refused-cancelled = Receipt no. { $number } is cancelled already.
receipts-refused-reason = Write the reason for cancelling: it stays in the register and the person will read it.
receipts-refused-nothing = No receipt can be issued. { $why }
receipts-refused-mail = This person has no mail address.
receipts-refused-run = There is no such run.
receipts-title = Tax receipts
receipts-prepare = Prepare the receipts of { $year }
receipts-series = Series { $year }: last number { $number }
receipts-under-way = Receipts of { $year } being issued: { $issued } so far
receipts-years = By year of the gifts
receipts-year = Year of the gifts
receipts-count = Receipts
receipts-amount = Amount
receipts-cancelled-count = Cancelled
receipts-register = Register
receipts-search = Number or person
receipts-search-do = Search
receipts-search-all = Show all
receipts-show = Show
receipts-show-all = All receipts
receipts-show-issued = Those that are good
receipts-show-cancelled = Those cancelled
receipts-show-print = To be printed
receipts-number = Number
receipts-donor = Donor
receipts-state = State
receipts-paper = Document
receipts-pdf-of = Receipt { $number } as PDF
receipts-is-cancelled = Cancelled
receipts-is-issued = Issued
receipts-to-print = To be printed
receipts-by-mail = By mail
receipts-none-found = No receipt matches
receipts-none-found-text = Try another number, another name or another year.
receipts-empty = No receipt yet
receipts-empty-text = Issued receipts will appear here in the order of their numbers. Begin by looking at what a year would give.
receipts-run-title = Receipts for the gifts of { $year }
receipts-run-lead = This is what issuing would give, without changing anything: who gets a receipt, for how much, and who gets none and why.
receipts-run-look = Look
receipts-lacks-title = Before anything can be issued, the association’s settings lack:
receipts-lacks-fix = Complete the settings
receipts-not-over = The year { $year } is not over: gifts still to come will need a second receipt.
receipts-gap = { $amount } of gifts are neither on a receipt nor left out for a reason: tell the person who administers.
receipts-stat-receipts = Receipts to issue
receipts-stat-donors = { $donors ->
    [0] for nobody
    [one] for one person
   *[other] for { $donors } people
}
receipts-stat-amount = Amount
receipts-stat-gifts = { $gifts ->
    [0] no gift
    [one] one gift
   *[other] { $gifts } gifts
}
receipts-stat-print = Of which to print
receipts-see-run = See the run under way
receipts-run-mails = Send each receipt by mail
receipts-run-mails-hint = People who prefer the post, or whose mail address we do not have, are listed for printing.
receipts-run-final = An issued receipt has its number for ever: it can be cancelled or replaced, never erased.
receipts-run-do = { $receipts ->
    [one] Issue one receipt
   *[other] Issue { $receipts } receipts
}
receipts-bridge = From the ledger of { $year } to the receipts
receipts-bridge-what = Gifts
receipts-bridge-gifts = Number
receipts-bridge-issue = To go on a receipt
receipts-bridge-done = On a receipt already
receipts-bridge-anonymous = Gifts without a name
receipts-bridge-ledger = All gifts of the year
receipts-bridge-note = A gift and its reversal cancel out: they only count in the total number.
receipts-left-title = Who gets no receipt, and why
receipts-left-address = Incomplete address
receipts-left-name = Name missing
receipts-left-abroad = Address outside France
receipts-left-none = Wants no receipt
receipts-left-organisation = Organisations: another form
receipts-left-elsewhere = Receipt already issued by the payment tool
receipts-left-after = Gift reversed after its receipt: cancel or replace that receipt
receipts-left-otherwise = Reversal to be checked
receipts-left-reversal = Reversals of gifts
receipts-left-method = Way of payment unknown
receipts-left-association = The association’s settings are incomplete
receipts-left-paper = Text that cannot be printed
receipts-left-dues = Dues without a receipt
receipts-left-counterpart = Too much given in return
receipts-left-proof = Proof missing
receipts-left-other = Another reason
receipts-left-more = See all { $donors } people
receipts-one-do = Issue the receipt all the same
receipts-issued = Receipt { $number } is issued.
receipts-who = Who gets a receipt
receipts-route = Sent
receipts-run-by = Started by { $by },
receipts-run-running = Receipts are being issued
receipts-run-so-far = { $issued ->
    [0] no receipt yet
    [one] one receipt issued
   *[other] { $issued } receipts issued
}
receipts-run-expected = of { $planned } expected
receipts-run-leave = You can leave this page: issuing goes on, and goes on where it was if the server restarts.
receipts-run-done = Issuing is done
receipts-run-stopped = Issuing has stopped
receipts-run-stopped-text = The association’s settings became incomplete. Complete them, then start again.
receipts-run-result = { $issued ->
    [0] Nothing was left to issue.
    [one] One receipt issued, for { $amount }.
   *[other] { $issued } receipts issued, for { $amount }.
}
receipts-see-register = See the receipts
receipts-see-print = To be printed
receipts-see-left = People without one ({ $left })
receipts-one-title = Receipt { $number }
receipts-gifts-of = gifts of { $year }
receipts-open-pdf = Open the PDF
receipts-is-cancelled-by = This receipt was cancelled by { $by }
receipts-reason-was = Reason: { $reason }
receipts-replaced-by = It is replaced by receipt { $number }
receipts-replaces = It cancels and replaces receipt { $number }
receipts-lines = Payments
receipts-date = Date
receipts-method = Way of payment
receipts-nature = Nature of the gift
receipts-do = What would you like to do?
receipts-copy-do = Duplicate (PDF)
receipts-mail-do = Send by mail
receipts-sent-done = The receipt is leaving by mail.
receipts-end-title = Cancel or replace
receipts-end-text = Cancelling cannot be undone: the receipt stays in the register, marked “cancelled”, and the person is told. Replacing cancels it and issues another at once, from the gifts and the record as they stand now.
receipts-reason = Reason
receipts-reason-hint = The person will read it.
receipts-cancel-do = Cancel this receipt
receipts-replace-do = Replace this receipt
receipts-cancelled-done = Receipt { $number } is cancelled.
receipts-replaced-done = Receipt { $number } is issued; it cancels and replaces receipt { $old }.
receipts-frozen = Frozen at issue
receipts-issued-on = Issued on
receipts-form = Cerfa form
receipts-articles = Articles of the tax code
receipts-gift-form = Form of the gift
receipts-signer = Signed by
receipts-proof = Proof
receipts-proof-text = The document is drawn again, byte for byte, whenever it is opened, and compared with its fingerprint. The register is a chain: no receipt can be added, removed or changed unseen.
receipts-proof-show = Show the fingerprints
receipts-proof-paper = Document (SHA-256)
receipts-proof-link = Link of the register
receipts-total = Total
