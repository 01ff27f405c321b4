//! Compressed RTF (MS-OXRTFCP).

use super::cursor::Cursor;

const COMPRESSED: u32 = 0x7546_5a4c;
const PLAIN: u32 = 0x414c_454d;
/// What the dictionary holds before anything is read (MS-OXRTFCP 2.1.3.1.1).
const START: &[u8] =
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \
\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \
\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

/// The RTF, at most `most` bytes of it; `None` when it is not compressed RTF.
pub fn unpack(bytes: &[u8], most: usize) -> Option<Vec<u8>> {
    let mut cursor = Cursor::new(bytes);
    let _packed = cursor.u32()?;
    let size = usize::try_from(cursor.u32()?).ok()?.min(most);
    let kind = cursor.u32()?;
    let _check = cursor.u32()?;
    match kind {
        PLAIN => Some(cursor.rest().get(..size.min(cursor.rest().len()))?.to_vec()),
        COMPRESSED => Some(expand(&mut cursor, size)),
        _ => None,
    }
}

fn expand(cursor: &mut Cursor<'_>, size: usize) -> Vec<u8> {
    let mut dictionary = [0u8; 4096];
    for (slot, byte) in dictionary.iter_mut().zip(START) {
        *slot = *byte;
    }
    let mut at = START.len();
    let mut out = Vec::with_capacity(size.min(1 << 16));
    while let Some(control) = cursor.u8() {
        for bit in 0..8 {
            if out.len() >= size {
                return out;
            }
            if control & (1 << bit) == 0 {
                let Some(byte) = cursor.u8() else { return out };
                put(&mut dictionary, &mut at, &mut out, byte);
                continue;
            }
            let (Some(high), Some(low)) = (cursor.u8(), cursor.u8()) else { return out };
            let pair = u16::from_be_bytes([high, low]);
            let (offset, length) = (usize::from(pair >> 4), usize::from(pair & 15) + 2);
            if offset == at {
                return out;
            }
            for step in 0..length {
                let byte = dictionary.get((offset + step) % 4096).copied().unwrap_or_default();
                put(&mut dictionary, &mut at, &mut out, byte);
            }
        }
    }
    out
}

fn put(dictionary: &mut [u8; 4096], at: &mut usize, out: &mut Vec<u8>, byte: u8) {
    out.push(byte);
    if let Some(slot) = dictionary.get_mut(*at) {
        *slot = byte;
    }
    *at = (*at + 1) % 4096;
}
