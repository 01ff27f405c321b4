//! Bank statements as OFX.
