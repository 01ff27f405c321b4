//! The picture of a signature: what is taken, what is refused, what comes out.

use png::ColorType;
use reports::image::{HEIGHT, ImageError, WIDTH, flatten_signature};

use super::sample::{png, signature_upload};

fn read(file: &[u8]) -> (u32, u32, ColorType, Vec<u8>) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    (frame.width, frame.height, frame.color_type, pixels)
}

#[test]
fn transparency_is_laid_on_white() {
    let upload = png(2, 1, ColorType::Rgba, &[0, 0, 200, 0, 10, 20, 30, 255]);
    assert_eq!(
        read(&flatten_signature(&upload).unwrap()),
        (2, 1, ColorType::Rgb, vec![255, 255, 255, 10, 20, 30])
    );
    let upload = png(2, 1, ColorType::GrayscaleAlpha, &[0, 128, 7, 255]);
    assert_eq!(read(&flatten_signature(&upload).unwrap()), (2, 1, ColorType::Grayscale, vec![127, 7]));
}

#[test]
fn large_pictures_are_scaled_down_in_proportion_and_small_ones_kept() {
    for (size, expected) in [
        ((1200, 480), (600, 240)),
        ((1000, 1000), (240, 240)),
        ((4000, 10), (600, 1)),
        ((1, 4000), (1, 240)),
        ((600, 240), (600, 240)),
        ((30, 20), (30, 20)),
    ] {
        let (width, height) = size;
        let upload = png(width, height, ColorType::Grayscale, &vec![90; (width * height) as usize]);
        let (width, height, color, pixels) = read(&flatten_signature(&upload).unwrap());
        assert_eq!((width, height, color), (expected.0, expected.1, ColorType::Grayscale));
        assert!(width <= WIDTH && height <= HEIGHT && pixels.iter().all(|pixel| *pixel == 90));
    }
}

#[test]
fn a_flattened_picture_flattens_to_itself() {
    let once = flatten_signature(&signature_upload(900, 360)).unwrap();
    assert_eq!(flatten_signature(&once).unwrap(), once);
}

#[test]
fn a_small_file_that_claims_a_huge_picture_is_refused_before_it_is_unpacked() {
    let mut bomb = png(1, 1, ColorType::Grayscale, &[0]);
    bomb[16..24].copy_from_slice(&[0, 0, 0xFA, 0xFA, 0, 0, 0xFA, 0xFA]);
    let checksum = crc32(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&checksum.to_be_bytes());
    assert_eq!(flatten_signature(&bomb), Err(ImageError::Dimensions { width: 64_250, height: 64_250 }));
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 },
        )
    })
}

#[test]
fn a_heavy_file_and_what_is_no_png_are_refused() {
    assert_eq!(flatten_signature(&vec![0; 3 << 20]), Err(ImageError::TooHeavy(3 << 20)));
    let mut cut = signature_upload(300, 120);
    cut.truncate(cut.len() / 2);
    for file in [&b""[..], b"GIF89a", b"<svg xmlns='http://www.w3.org/2000/svg'/>", &cut] {
        assert!(matches!(flatten_signature(file), Err(ImageError::Damaged(_))));
    }
}

/// Pictures with hostile metadata gathered by others, where somebody put them.
#[test]
fn nothing_but_pixels_survives() {
    let Some(folder) = super::shared("data/bad/images") else { return };
    for file in std::fs::read_dir(folder).unwrap() {
        let file = std::fs::read(file.unwrap().path()).unwrap();
        if let Ok(clean) = flatten_signature(&file) {
            let text = String::from_utf8_lossy(&clean).to_lowercase();
            assert!(!text.contains("script") && !text.contains("exif") && !text.contains("itxt"));
        }
    }
}
