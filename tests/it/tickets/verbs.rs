//! The verbs against the laws, over the real database.
