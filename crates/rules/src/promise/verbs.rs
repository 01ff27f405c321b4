//! The verbs of one ticket. None of them ends a promise but an accepted reply and a waiver.

use chrono::{DateTime, Utc};

use super::state::{Change, Ending, Live, Next, Refusal, Ticket, WaiveReason};

impl Ticket {
    /// The ticket that a person's first message opens: owed at once.
    pub const fn opened_by_person(id: i64, at: DateTime<Utc>) -> Ticket {
        Ticket { id, open: true, live: Some(Live::Owed { since: at }) }
    }

    /// The ticket that a machine's message opens: visible, nothing owed (M3).
    pub const fn opened_by_machine(id: i64) -> Ticket {
        Ticket { id, open: true, live: None }
    }

    /// Since when a reply is owed, if one is; a reply on its way is not in the queue.
    pub const fn owed_since(self) -> Option<DateTime<Utc>> {
        match self.live {
            Some(Live::Owed { since }) => Some(since),
            _ => None,
        }
    }

    /// A person wrote: a promise is made, or the one there keeps its first date (P1, P6).
    /// A closed ticket opens again.
    pub fn person_wrote(self, at: DateTime<Utc>) -> Next {
        let mut next = Next::from(self);
        match self.live {
            None => next.owe(at),
            Some(Live::Owed { since }) if at < since => next.owe_again(at),
            Some(Live::Owed { .. }) => {}
            Some(Live::Answering { since, message, by, still_owed }) => {
                let still_owed = Some(still_owed.map_or(at, |first| first.min(at)));
                next.ticket.live = Some(Live::Answering { since, message, by, still_owed });
            }
        }
        next.reopen();
        next
    }

    /// A machine wrote: nothing moves (M3).
    pub fn machine_wrote(self) -> Next {
        Next::from(self)
    }

    /// "Send" was pressed by a signed-in person. Where nothing is owed it is a follow-up and changes nothing.
    ///
    /// # Errors
    /// Without words of its own (see [`crate::reply::own_words`]), or when another reply is on its way.
    pub fn reply_pressed(self, by: i64, message: i64, own_words_ok: bool) -> Result<Next, Refusal> {
        self.nothing_on_its_way()?;
        if !own_words_ok {
            return Err(Refusal::NoOwnWords);
        }
        let mut next = Next::from(self);
        if let Some(Live::Owed { since }) = self.live {
            next.ticket.live = Some(Live::Answering { since, message, by, still_owed: None });
            next.changes.push(Change::Answering { message });
        }
        Ok(next)
    }

    /// The reply was taken back before it left: owed as before.
    ///
    /// # Errors
    /// When that reply is not the one on its way.
    pub fn reply_taken_back(self, message: i64) -> Result<Next, Refusal> {
        match self.live {
            Some(Live::Answering { message: on_its_way, .. }) if on_its_way == message => {
                Ok(self.fall_back_to_owed())
            }
            _ => Err(Refusal::NotThatReply { message }),
        }
    }

    /// The mail server took the message: the promise it answered is kept; "send and close" closes now,
    /// unless something is still owed.
    pub fn mail_server_accepted(self, message: i64, then_close: bool) -> Next {
        let mut next = Next::from(self);
        if let Some(Live::Answering { message: on_its_way, by, still_owed, .. }) = self.live
            && on_its_way == message
        {
            next.ticket.live = None;
            next.changes.push(Change::Ended(Ending::Answered { by, message }));
            if let Some(since) = still_owed {
                next.owe(since);
            }
        }
        if then_close && next.ticket.open && next.ticket.live.is_none() {
            next.ticket.open = false;
            next.changes.push(Change::Closed);
        }
        next
    }

    /// The mail server refused the message for good: owed again with its first date, and open.
    pub fn mail_server_refused(self, message: i64) -> Next {
        self.bounced(message, None)
    }

    /// The message came back, even weeks later: what it had answered is owed again from its first date
    /// (`had_answered_since`, from the promise that ended with this message), and the ticket is open.
    pub fn bounced(self, message: i64, had_answered_since: Option<DateTime<Utc>>) -> Next {
        let mut next = match self.live {
            Some(Live::Answering { message: on_its_way, .. }) if on_its_way == message => {
                self.fall_back_to_owed()
            }
            _ => Next::from(self),
        };
        if let Some(first) = had_answered_since {
            match next.ticket.live {
                None => next.owe_again(first),
                Some(Live::Owed { since }) if first < since => next.owe_again(first),
                Some(Live::Owed { .. }) => {}
                Some(Live::Answering { since, message, by, still_owed }) => {
                    let still_owed = Some(still_owed.map_or(first, |other| other.min(first)));
                    next.ticket.live = Some(Live::Answering { since, message, by, still_owed });
                }
            }
        }
        next.reopen();
        next
    }

    /// Someone says by name that no reply is due (P4).
    ///
    /// # Errors
    /// Nothing owed, a reply on its way, or "answered otherwise" without a note.
    pub fn waive(self, reason: WaiveReason, by: i64, note: Option<&str>) -> Result<Next, Refusal> {
        self.nothing_on_its_way()?;
        if self.live.is_none() {
            return Err(Refusal::NothingOwed);
        }
        if reason.needs_note() && note.is_none_or(|text| text.trim().is_empty()) {
            return Err(Refusal::NoteNeeded);
        }
        let mut next = Next::from(self);
        next.ticket.live = None;
        next.changes.push(Change::Ended(Ending::Waived { reason, by }));
        Ok(next)
    }

    /// Closes a ticket on which nothing is owed (P2).
    ///
    /// # Errors
    /// [`Refusal::StillOwed`], [`Refusal::ReplyOnItsWay`] or [`Refusal::AlreadyClosed`].
    pub fn close(self) -> Result<Next, Refusal> {
        if let Some(since) = self.owed_since() {
            return Err(Refusal::StillOwed { since });
        }
        self.nothing_on_its_way()?;
        if !self.open {
            return Err(Refusal::AlreadyClosed);
        }
        Ok(Next { ticket: Ticket { open: false, ..self }, changes: vec![Change::Closed] })
    }

    /// Opens a closed ticket again; makes no promise.
    ///
    /// # Errors
    /// [`Refusal::AlreadyOpen`].
    pub fn reopen(self) -> Result<Next, Refusal> {
        if self.open {
            return Err(Refusal::AlreadyOpen);
        }
        let mut next = Next::from(self);
        next.reopen();
        Ok(next)
    }

    pub(super) fn nothing_on_its_way(self) -> Result<(), Refusal> {
        match self.live {
            Some(Live::Answering { message, .. }) => Err(Refusal::ReplyOnItsWay { message }),
            _ => Ok(()),
        }
    }

    /// The reply failed: owed from the earliest date there is.
    fn fall_back_to_owed(self) -> Next {
        let mut next = Next::from(self);
        if let Some(Live::Answering { since, still_owed, .. }) = self.live {
            next.owe_again(still_owed.map_or(since, |other| other.min(since)));
        }
        next.reopen();
        next
    }
}

impl Next {
    pub(super) const fn from(ticket: Ticket) -> Next {
        Next { ticket, changes: Vec::new() }
    }

    pub(super) fn owe(&mut self, since: DateTime<Utc>) {
        self.ticket.live = Some(Live::Owed { since });
        self.changes.push(Change::Created { since });
    }

    pub(super) fn owe_again(&mut self, since: DateTime<Utc>) {
        self.ticket.live = Some(Live::Owed { since });
        self.changes.push(Change::OwedAgain { since });
    }

    pub(super) fn reopen(&mut self) {
        if !self.ticket.open {
            self.ticket.open = true;
            self.changes.push(Change::Reopened);
        }
    }
}
