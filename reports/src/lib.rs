//! Documents made from plain structs: the receipt and the cheque deposit slip as PDF, tables as CSV, the picture of a signature.
//! No database, no web, no clock: the same input gives the same bytes.

pub mod csv;
pub mod debits;
pub mod image;
mod page;
pub mod receipt;
pub mod slip;
