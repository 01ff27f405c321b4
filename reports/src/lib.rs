//! Documents made from plain structs: the receipt as PDF, tables as CSV, the signature image.
//! No database, no web, no clock: the same input gives the same bytes.

pub mod csv;
