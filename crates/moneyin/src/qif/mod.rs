//! Bank statements as QIF.
