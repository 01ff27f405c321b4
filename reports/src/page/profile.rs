//! The colour profile of the files: sRGB (IEC 61966-2-1) as an ICC version 2 display profile,
//! computed here from the published numbers (primaries adapted to D50, transfer curve).

use lopdf::{Dictionary, Object, Stream};

/// Points of the transfer curve.
const POINTS: u32 = 1024;

/// The profile as a compressed stream, ready to be put into a file.
pub(crate) fn srgb() -> Stream {
    let mut dictionary = Dictionary::new();
    dictionary.set("N", Object::Integer(3));
    let mut stream = Stream::new(dictionary, bytes());
    // Compression only fails on writing to memory, which does not; uncompressed would do as well.
    let _ = stream.compress();
    stream
}

fn bytes() -> Vec<u8> {
    let curve = curve();
    let tags: [(&[u8; 4], Vec<u8>); 7] = [
        (b"desc", description("sRGB IEC61966-2.1")),
        (b"cprt", text("Public domain")),
        (b"wtpt", xyz([0.9642, 1.0, 0.8249])),
        (b"rXYZ", xyz([0.4361, 0.2225, 0.0139])),
        (b"gXYZ", xyz([0.3851, 0.7169, 0.0971])),
        (b"bXYZ", xyz([0.1431, 0.0606, 0.7141])),
        (b"rTRC", curve),
    ];
    // The three curves are one.
    let entries = tags.len() + 2;
    let mut table = Vec::new();
    let mut data = Vec::new();
    put_u32(&mut table, entries);
    let start = 128 + 4 + entries * 12;
    for (name, content) in &tags {
        let offset = start + data.len();
        let names: &[&[u8; 4]] = if *name == b"rTRC" { &[b"rTRC", b"gTRC", b"bTRC"] } else { &[name] };
        for name in names {
            table.extend_from_slice(*name);
            put_u32(&mut table, offset);
            put_u32(&mut table, content.len());
        }
        data.extend_from_slice(content);
        data.resize(data.len().next_multiple_of(4), 0);
    }
    let mut profile = header(start + data.len());
    profile.append(&mut table);
    profile.append(&mut data);
    profile
}

/// ICC.1:2001-04, 6.1: a display profile from RGB to XYZ, perceptual, illuminant D50.
fn header(size: usize) -> Vec<u8> {
    let mut header = Vec::with_capacity(128);
    put_u32(&mut header, size);
    header.extend_from_slice(&[0; 4]);
    header.extend_from_slice(&[2, 0x10, 0, 0]);
    header.extend_from_slice(b"mntrRGB XYZ ");
    for part in [2026_u16, 1, 1, 0, 0, 0] {
        header.extend_from_slice(&part.to_be_bytes());
    }
    header.extend_from_slice(b"acsp");
    header.resize(68, 0);
    for value in [0.9642, 1.0, 0.8249] {
        header.extend_from_slice(&fixed(value).to_be_bytes());
    }
    header.resize(128, 0);
    header
}

fn put_u32(out: &mut Vec<u8>, value: usize) {
    out.extend_from_slice(&u32::try_from(value).unwrap_or(u32::MAX).to_be_bytes());
}

/// s15Fixed16Number.
#[allow(clippy::cast_possible_truncation)]
fn fixed(value: f64) -> i32 {
    (value * 65536.0).round() as i32
}

fn xyz(values: [f64; 3]) -> Vec<u8> {
    let mut tag = b"XYZ \0\0\0\0".to_vec();
    for value in values {
        tag.extend_from_slice(&fixed(value).to_be_bytes());
    }
    tag
}

fn text(words: &str) -> Vec<u8> {
    let mut tag = b"text\0\0\0\0".to_vec();
    tag.extend_from_slice(words.as_bytes());
    tag.push(0);
    tag
}

/// textDescriptionType: ASCII, then an empty Unicode and an empty Macintosh description.
fn description(words: &str) -> Vec<u8> {
    let mut tag = b"desc\0\0\0\0".to_vec();
    put_u32(&mut tag, words.len() + 1);
    tag.extend_from_slice(words.as_bytes());
    tag.resize(tag.len() + 1 + 8 + 3 + 67, 0);
    tag
}

/// How sRGB values become light: straight near black, a power of 2.4 above.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn curve() -> Vec<u8> {
    let mut tag = b"curv\0\0\0\0".to_vec();
    tag.extend_from_slice(&POINTS.to_be_bytes());
    for point in 0..POINTS {
        let value = f64::from(point) / f64::from(POINTS - 1);
        let light = if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) };
        tag.extend_from_slice(&((light * 65535.0).round() as u16).to_be_bytes());
    }
    tag
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_says_its_own_size_and_every_tag_lies_inside_it() {
        let profile = bytes();
        let u32_at = |at: usize| u32::from_be_bytes(profile[at..at + 4].try_into().unwrap()) as usize;
        assert_eq!(u32_at(0), profile.len());
        assert_eq!(&profile[36..40], b"acsp");
        assert_eq!(u32_at(128), 9);
        for tag in 0..9 {
            let (offset, length) = (u32_at(132 + tag * 12 + 4), u32_at(132 + tag * 12 + 8));
            assert!(offset % 4 == 0 && offset + length <= profile.len());
        }
    }
}
