//! What every paper is drawn with: typefaces, blocks of marks, sheets, and the file around them.

pub(crate) mod archive;
pub(crate) mod block;
pub(crate) mod document;
pub(crate) mod face;
pub(crate) mod paper;
pub(crate) mod profile;
pub(crate) mod signature;
pub(crate) mod structure;
pub(crate) mod wrap;
