# Announcements of payment tools (webhooks).
hooks-title = Announcements of payment tools
hooks-lead = HelloAsso and Stripe can announce each payment as it happens. An announcement is believed only with its signature, and counts once.
hooks-ready = listening
hooks-not-ready = no key
hooks-url = Address to give to the tool:
hooks-stripe = Event to choose: charge.succeeded. Stripe does not say its fees there: these payments come into the ledger with the balance report; here is what lacks so far.
hooks-secret = Signing key
hooks-other-secret = Replace the signing key
hooks-keep = Keep the key
hooks-secret-kept = The key is kept, encrypted.
hooks-missing =
    { $n ->
        [one] One announced payment is not in the ledger yet
       *[other] { $n } announced payments are not in the ledger yet
    }
hooks-bring = Look at these payments
hooks-events = Last announcements
hooks-at = Received
hooks-tool = Tool
hooks-what = Announcement
hooks-became = Became
hooks-brought = file { $n }
hooks-waiting = waits
hooks-ignored = nothing to do
hooks-refused-signature = This announcement is not signed by the tool.
hooks-refused-event = This announcement cannot be read.
hooks-refused-secret = Paste the signing key that the tool gives you.
hooks-refused-nothing = No announced payment waits.
