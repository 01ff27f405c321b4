# The treasury: a year in sums, and exports.
treasury-title = Treasury
treasury-lead = What came in, what stands on a receipt, and what you can take with you.
treasury-years = Year
treasury-gifts = Gifts of { $year }
treasury-gifts-note = { $count ->
    [0] no gift
    [one] one gift
   *[other] { $count } gifts
}
treasury-net = Net
treasury-net-note = after { $fee } of fees
treasury-issued = On receipts
treasury-issued-note = { $count ->
    [0] no receipt issued
    [one] one receipt issued
   *[other] { $count } receipts issued
} · { $cancelled ->
    [0] none cancelled
    [one] one cancelled
   *[other] { $cancelled } cancelled
}
treasury-without = Without receipt
treasury-without-note = { $count ->
    [0] every gift has its receipt
    [one] one gift
   *[other] { $count } gifts
}
treasury-chart = Gross gifts of { $year }, month by month. The figures are in the table below.
treasury-finding = The strongest month: { $month }, { $amount }, { $share }% of the year.
treasury-finding-none = No gift recorded in { $year }.
treasury-by-month = By month
treasury-by-method = By way of payment
treasury-month = Month
treasury-method = Way of payment
treasury-lines = Gifts
treasury-gross = Gross
treasury-fee = Fees
treasury-total = Total
treasury-exports = Take the data out
treasury-exports-lead = CSV files that a French spreadsheet opens with a double click. Each export is noted in the audit.
treasury-export-gifts = Gifts
treasury-export-gifts-text = Every line of the ledger, with the person, its dates and its receipt.
treasury-export-donors = Donors
treasury-export-donors-text = Addresses, preferences, and the sum of the year’s gifts.
treasury-export-receipts = Tax receipts
treasury-export-receipts-text = The register: numbers, amounts, cancellations and replacements.
treasury-export-deposits = Cheque deposits
treasury-export-deposits-text = Each cheque with its slip, its gift and the day the bank credited it.
treasury-export-tickets = Tickets
treasury-export-tickets-text = Dates and state of answers, without a word of the messages.
treasury-export-year = Year
treasury-export-year-hint = Empty: everything.
treasury-export-plain = Technical format (commas, points, ISO dates)
treasury-export-take = Download
treasury-export-cut = THIS FILE IS INCOMPLETE: the export broke off here. Start again.
audit-verb-export-take = took an export out
