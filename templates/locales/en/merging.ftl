# Two records of one person.
merging-title = Duplicates
merging-lead = Records that may be of one person. Nothing is merged without you, and all of it can be taken apart again.
merging-count = { $n ->
    [one] { $n } pair to look at
   *[other] { $n } pairs to look at
    }
merging-more = { $n ->
    [one] { $n } more pair, once these are decided.
   *[other] { $n } more pairs, once these are decided.
    }
merging-none = No duplicates
merging-none-text = Everybody seems to have one record. Imports will bring more if there are any.
merging-waiting = { $n ->
    [one] { $n } record of an earlier version is not compared yet; it will be within the hour.
   *[other] { $n } records of an earlier version are not compared yet; they will be within the hour.
    }
merging-score = Likeness: { $n } of 100
merging-held = { $gifts ->
    [one] { $gifts } gift line
   *[other] { $gifts } gift lines
    }, { $receipts ->
    [one] { $receipts } receipt
   *[other] { $receipts } receipts
    }
merging-gifts = { $n ->
    [one] { $n } line
   *[other] { $n } lines
    }
merging-reason-same-siren = same SIREN
merging-reason-same-mail = same mail
merging-reason-same-name = same name
merging-reason-close-name = close name
merging-reason-same-address = same address
merging-reason-same-postal-code = same postal code
merging-reason-other-siren = two SIREN
merging-reason-other-first-name = another first name
merging-reason-other-kind = a person, an organisation
merging-compare = Compare
merging-compare-lead = Two records side by side, and what becomes of each.
merging-since = Record made
merging-keep = Which record to keep?
merging-keep-hint = The other one stands aside for it. Its gifts, receipts, mails and addresses follow; what issued receipts say does not change.
merging-keep-one = { $name } (record { $id })
merging-moves = From the other record come { $gifts ->
    [0] no gifts
    [one] { $gifts } gift line
   *[other] { $gifts } gift lines
    } and { $receipts ->
    [0] no receipts
    [one] { $receipts } receipt
   *[other] { $receipts } receipts
    }.
merging-takes = It is completed by: { $what }.
merging-field-address = the postal address
merging-field-first_names = the first names
merging-field-last_name = the name
merging-field-legal_form = the legal form
merging-field-siren = the SIREN
merging-field-notes = the notes
merging-do = Merge the two records
merging-apart = They are two people
merging-apart-done = Noted: these two records will not be proposed again.
merging-done = The two records are one. You can take them apart again from this page.
merging-undone = The two records are apart again. The other one is record { $id }.
merging-choose = Merge with another record
merging-choose-lead = Find the other record of
merging-merged = Records merged here
merging-merged-line = { $name } (record { $id }), by { $who }
merging-undo = Take apart again
merging-refused-same = That is one and the same record. Choose another one.
merging-refused-merged = One of these records is merged with another one already. Reload the page; take it apart first if needed.
merging-refused-changed = Somebody has just changed one of these records. This is what they say now: look, then merge.
merging-refused-receipt = Receipt { $number }, issued since, holds gifts of both records. Cancel it first, then take the records apart.
