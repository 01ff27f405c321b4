# Accounts, payouts, clearing.
clearing-title = Accounts and clearing
clearing-lead = What each payment tool took, kept and sent must be what the bank received, to the cent. What does not add up stays red.
clearing-empty = No account yet
clearing-empty-text = Bring a bank statement, or a file of a payment tool: the account makes itself.
clearing-off-text = Open the account to see what lacks: a line, a file, or an amount that is not the same.
clearing-banks = Bank accounts
clearing-account = Account
clearing-balance = Balance
clearing-balance-note = from the statements and their lines
clearing-balance-unknown = no statement tells a balance
clearing-last = Last line
clearing-lines = Lines
clearing-to-place = To place
clearing-to-place-one = to place
clearing-tools = Payment tools
clearing-tools-lead = Each payout is the sum of payments, less fees and refunds, and one line of the bank.
clearing-tool = Tool
clearing-tool-lead = The payouts of this tool, and the bank line that each became.
clearing-off-count = Do not add up
clearing-awaits-count = Await the bank
clearing-clear-count = Clear
clearing-still-there = Still at the tool
clearing-still-there-note = not paid out yet
clearing-match-again = Match again
clearing-refunds = Refunds to settle
clearing-refunds-lead = The money went back, but the gift still stands in the ledger.
clearing-refund-unnamed = The file does not say which gift.
clearing-day = Day
clearing-amount = Amount
clearing-label = Label
clearing-why = Why
clearing-payouts = Payouts
clearing-parts-sum = Sum of payments
clearing-announced = Sent, says the tool
clearing-at-bank = Received by the bank
clearing-state = State
clearing-state-clear = Clear
clearing-state-awaits = Awaits the bank
clearing-state-unknown = To look at
clearing-no-payout = No payout yet
clearing-no-payout-text = They appear when a file of this tool tells of them.
clearing-rules = What the bank says
clearing-rule-words = Words of the line
clearing-rule-hint = Accents and case do not matter.
clearing-rule-add = Add
clearing-rule-drop = Remove
clearing-rule-added = The rule is kept, and what it lets match is matched.
clearing-rule-dropped = The rule is removed.
clearing-tab-open = To place
clearing-tab-all = All lines
clearing-open-lead = Money came in, and is neither a payout nor a gift yet. Open a line to say what it is.
clearing-became = What it is
clearing-all-placed = All is placed
clearing-all-placed-text = Every sum received is a payout, a gift, or set aside with its reason.
clearing-name = Name of the account
clearing-rename = Rename
clearing-renamed = The account has a new name.
clearing-is-gift = Gift
clearing-kind = Kind
clearing-kind-payment = Payment
clearing-kind-refund = Refund
clearing-kind-dispute = Dispute
clearing-kind-fee = Fee
clearing-kind-payout = Payout
clearing-kind-other = Other
clearing-parts = Payments of this payout
clearing-parts-more = The first 500 are shown.
clearing-bank-line = Line of the bank
clearing-how-rule = Matched by a rule: amount, days and label.
clearing-how-person = Matched by a person.
clearing-unmatch = Undo this match
clearing-candidates-lead = Lines of the bank have this amount. Say which it is.
clearing-no-candidate = No line of the bank has this amount yet. Bring the statement that holds it.
clearing-match-this = It is this one
clearing-matched = The payout is matched.
clearing-unmatched = The match is undone.
clearing-line = Bank line
clearing-this-is = This line is
clearing-line-payouts = A payout of this amount
clearing-line-gift = A gift
clearing-line-gift-lead = The gift takes the amount of the line and the day on which the bank received it.
clearing-who-gave = Who gave
clearing-nobody = Nobody known: an anonymous gift
clearing-donor-needed = Say who gave.
clearing-record-gift = Record this gift
clearing-gift-recorded = The gift is recorded.
clearing-aside = Set aside
clearing-aside-why = Something else: what?
clearing-aside-hint = A grant, a transfer between accounts, a supplier’s refund…
clearing-aside-done = The line is set aside.
clearing-aside-back = The line is to be placed again.
clearing-aside-undo = Put it back
clearing-refused-unknown = There is no such account, payout or line.
clearing-refused-which-account = This file does not say which account it is of, and there are several: choose the account.
clearing-refused-stale = Somebody else wrote the same lines at the same moment. Nothing was written: do it again.
clearing-refused-matched = This line or this payout is placed already.
clearing-refused-other-amount = The amounts are not the same.
clearing-refused-bad-words = At least three letters are needed, and words that are not there yet.
clearing-off =
    { $n ->
        [one] One thing does not add up
       *[other] { $n } things do not add up
    }
clearing-gap = { $amount } lacks
clearing-gap-text = Between an older balance and that of { $day }, the lines do not make the difference: a statement lacks, or a line.
clearing-refund-on-receipt = The gift is on receipt { $number }: give it back from its page, the receipt will follow.
clearing-refund-too-much = More went back than this gift: check with the payment tool.
clearing-refund-stands = The gift is in a closed period: reopen it and match again, or give the whole gift back from its page and type what is left.
clearing-refund-gift = See the gift ({ $amount } to give back)
clearing-n-parts =
    { $n ->
        [one] one line
       *[other] { $n } lines
    }
clearing-state-off = { $gap } apart
clearing-rules-lead = A bank line with these words, of the right amount and day, is a payout of { $tool }. Its name counts already.
clearing-payout-of = { $tool } payout of { $day }
clearing-is-payout = { $tool } payout
clearing-set-aside = Set aside: { $why }
clearing-matched-n =
    { $n ->
        [0] Nothing more matches beyond doubt.
        [one] One payout is matched.
       *[other] { $n } payouts are matched.
    }{ $refunds ->
        [0] {""}
        [one] {" "}The ledger takes one refund into account.
       *[other] {" "}The ledger takes { $refunds } refunds into account.
    }
clearing-refused-other-number = The file is of account { $told }, not of “{ $chosen }”: choose the right account.
clearing-new-account = Open an account whose bank gives an unknown CSV
clearing-new-account-hint = Usually an account makes itself with its first statement.
clearing-open = Open
clearing-columns = Columns of the bank’s CSV
clearing-columns-lead = For a bank whose table is not recognised: write the names of the columns as they stand at the head of the file. They count for this account, when it is chosen at the import.
clearing-columns-hint = The name at the head of the column. All empty: the names speak for themselves.
clearing-columns-day = Booking day
clearing-columns-value-day = Value day
clearing-columns-label = Label
clearing-columns-more = More of the label
clearing-columns-amount = Amount, with its sign
clearing-columns-amount-hint = Or else two columns, debit and credit.
clearing-columns-debit = Debit
clearing-columns-credit = Credit
clearing-columns-reference = Reference
clearing-columns-party = Who pays or receives
clearing-columns-month-first = The month comes before the day (12/31/2025)
clearing-columns-keep = Keep these columns
clearing-columns-kept = The columns are kept for this account.
clearing-columns-are-kept = (kept)
clearing-refused-no-columns = Name at least the day, the label, and the amount or both columns, debit and credit.
clearing-refund = Refund
clearing-refund-say = Say which
clearing-refund-which = Which gift went back?
clearing-refund-which-lead = The payment tool gave this money back without saying for which gift. The gift you choose is taken back in the ledger, or made smaller when only a part went back.
clearing-refund-candidates = Payments that resemble it
clearing-refund-same-payer = Same payer
clearing-refund-see = See gift no. { $n }
clearing-refund-this = It is this gift
clearing-refund-number = Number of the gift
clearing-refund-number-hint = It is at the top of the gift’s page.
clearing-refund-gift-needed = Say which gift went back: this number is none.
clearing-refund-too-small = This gift is smaller than what went back.
clearing-refund-went-back = The ledger takes the refund into account.
clearing-refund-named = Noted. If the gift still stands, the reason is below.
clearing-refund-none = None of our gifts: what is it?
clearing-refund-none-hint = A sale, dues from before Soutien, a test…
clearing-refund-aside-done = The refund is set aside.
clearing-refund-aside-back = The refund is to settle again.
clearing-refund-aside-undo = Put it back to settle
clearing-refund-set-aside = Set aside: { $why }
clearing-refund-is-about = This refund is that of payment { $about }.
clearing-refused-other-tool = This gift did not come through this payment tool.
clearing-refund-free = Nothing stands in the way any more: “Match again” will do it.
clearing-refund-other = It is not this gift
clearing-refund-unname = It is not this gift
clearing-refund-another = Another gift, by its number
clearing-refused-gone-back = Nothing of this gift stands in the ledger any more.
clearing-refund-by-hand = The gift was corrected by hand: give it back from its page.
