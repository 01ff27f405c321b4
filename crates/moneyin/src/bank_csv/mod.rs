//! Bank statements as tables.
