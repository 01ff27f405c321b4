# Months and years that are closed.
periods-title = Closed periods
periods-lead = Close a month or a year: its gifts stand as they are. What has to be taken back later is taken back in the open period.
periods-through = Everything is closed through { $day }.
periods-none-closed = Nothing is closed.
periods-next = Close a period
periods-until = Through
periods-look = See what is left to do
periods-done = done
periods-to-do = to do
periods-item-previews = { $n ->
    [0] No file that was brought is left to import.
    [one] { $n } file that was brought is neither imported nor given up.
   *[other] { $n } files that were brought are neither imported nor given up.
    }
periods-item-statements = { $n ->
    [0] Each bank account has its statements to this day, and they sum.
    [one] { $n } bank account lacks statements to this day, or lines of them.
   *[other] { $n } bank accounts lack statements to this day, or lines of them.
    }
periods-item-payouts = { $n ->
    [0] All payouts of the tools sum and are at the bank.
    [one] { $n } payout of a tool does not sum or is not at the bank.
   *[other] { $n } payouts of the tools do not sum or are not at the bank.
    }
periods-item-bank-lines = { $n ->
    [0] All money received at the bank is placed.
    [one] { $n } amount received at the bank is not placed yet.
   *[other] { $n } amounts received at the bank are not placed yet.
    }
periods-item-refunds = { $n ->
    [0] All money that went back took its gift back.
    [one] { $n } amount went back, and its gift still stands.
   *[other] { $n } amounts went back, and their gifts still stand.
    }
periods-item-straddling = { $n ->
    [0] No gift is left between two years.
    [one] { $n } gift falls in two years, undecided.
   *[other] { $n } gifts fall in two years, undecided.
    }
periods-anyway = What is left to do may wait: close all the same
periods-what-happens = No gift dated in this period can be written, corrected or withdrawn any more. A closed period can be opened again, with a reason that stays.
periods-close = Close through { $day }
periods-closings = Closings so far
periods-no-closings = None yet.
periods-closed-line = Closed through { $day } by { $who }
periods-left-open = { $n ->
    [one] { $n } point was left to do
   *[other] { $n } points were left to do
    }
periods-reopened-line = Opened again by { $who }
periods-reopen = Open again
periods-reopen-why = Why it is opened again
periods-closed = The period is closed.
periods-reopened = The period is open again.
periods-refused-month-end = Choose the last day of a month.
periods-refused-not-over = This period is not over. Choose one that is.
periods-refused-closed = Everything is closed through { $day } already.
periods-refused-open-items = Something is left to do. Do it, or tick that it may wait.
periods-refused-unknown = This closing does not exist, or it was opened again. Reload the page.
periods-refused-not-last = A later period is closed. Open that one first.
periods-refused-no-reason = Say why the period is opened again.
