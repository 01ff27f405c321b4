//! What the tests of readers share: reading a whole file, and what happens to files on their way.

#![allow(dead_code)]

use std::io::Cursor;

use moneyin::any::{self, Format};
use moneyin::{Broken, FileRefusal, Piece, Seen};
use proptest::prelude::*;

/// The refusal that is told to the person; a disk that breaks is no test.
pub fn refusal(broken: Broken) -> FileRefusal {
    match broken {
        Broken::File(refusal) => refusal,
        Broken::Disk(error) => panic!("{error}"),
    }
}

/// A whole file: what was seen of it, and all its pieces, or why it is refused.
pub fn read_whole(format: Format, bytes: &[u8]) -> Result<(Seen, Vec<Piece>), FileRefusal> {
    let opened = any::open(format, Cursor::new(bytes.to_vec()), &any::Named::default()).map_err(refusal)?;
    let pieces = opened.pieces.map(|piece| piece.map_err(refusal)).collect::<Result<_, _>>()?;
    Ok((opened.seen, pieces))
}

/// Places, what happens there, and a byte.
pub type Edits = Vec<(prop::sample::Index, u8, u8)>;

/// A few of them.
pub fn edits() -> impl Strategy<Value = Edits> {
    proptest::collection::vec((any::<prop::sample::Index>(), 0..6_u8, any::<u8>()), 1..8)
}

/// The bytes after all of it.
pub fn spoiled(bytes: &[u8], edits: &Edits) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (at, what, byte) in edits {
        if bytes.is_empty() {
            break;
        }
        let at = at.index(bytes.len());
        let end = (at + 50).min(bytes.len());
        match what {
            0 => bytes[at] = *byte,
            1 => bytes.insert(at, *byte),
            2 => {
                bytes.remove(at);
            }
            3 => {
                bytes.drain(at..end);
            }
            4 => bytes.truncate(at),
            _ => {
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
        }
    }
    bytes
}
