//! The picture of a signature: what people upload becomes a small, opaque, canonical PNG.

use std::io::Cursor;

use png::{BitDepth, ColorType, Compression, Decoder, Encoder, Filter, Limits, Transformations};

/// Largest upload, in bytes.
pub const MAX_BYTES: usize = 2 * 1024 * 1024;
/// Largest side of an upload, in pixels.
pub const MAX_SIDE: u32 = 4000;
/// Largest width of the result, in pixels.
pub const WIDTH: u32 = 600;
/// Largest height of the result, in pixels.
pub const HEIGHT: u32 = 240;

/// Memory that decoding may take: one picture of the largest size, four bytes a pixel.
const MEMORY: usize = (MAX_SIDE * MAX_SIDE * 4) as usize;

/// Why a picture is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImageError {
    /// The file is larger than [`MAX_BYTES`].
    #[error("the file has {0} bytes, more than {MAX_BYTES}")]
    TooHeavy(usize),
    /// The picture is empty, or wider or higher than [`MAX_SIDE`].
    #[error("the picture has {width} × {height} pixels, at most {MAX_SIDE} × {MAX_SIDE} are taken")]
    Dimensions {
        /// Width that the file claims.
        width: u32,
        /// Height that the file claims.
        height: u32,
    },
    /// The file is no PNG, or a broken one.
    #[error("the file cannot be read as PNG: {0}")]
    Damaged(String),
}

impl From<png::DecodingError> for ImageError {
    fn from(error: png::DecodingError) -> Self {
        Self::Damaged(error.to_string())
    }
}

impl From<png::EncodingError> for ImageError {
    fn from(error: png::EncodingError) -> Self {
        Self::Damaged(error.to_string())
    }
}

/// Makes the picture of a signature out of an uploaded PNG: transparency laid on white, scaled
/// down to [`WIDTH`] × [`HEIGHT`] at most, grey where no pixel has a colour. The same upload gives
/// the same bytes; nothing of the upload but its pixels is kept.
///
/// # Errors
/// `TooHeavy` and `Dimensions` before anything is unpacked; `Damaged` for what is no PNG.
pub fn flatten_signature(upload: &[u8]) -> Result<Vec<u8>, ImageError> {
    let picture = decode(upload)?.scaled_to_fit();
    picture.encode()
}

/// Opaque pixels, three bytes each.
struct Picture {
    width: u32,
    height: u32,
    pixels: Vec<[u8; 3]>,
}

fn decode(upload: &[u8]) -> Result<Picture, ImageError> {
    if upload.len() > MAX_BYTES {
        return Err(ImageError::TooHeavy(upload.len()));
    }
    let mut decoder = Decoder::new_with_limits(Cursor::new(upload), Limits { bytes: MEMORY });
    decoder.set_transformations(Transformations::normalize_to_color8());
    let (width, height) = {
        let header = decoder.read_header_info()?;
        (header.width, header.height)
    };
    if !(1..=MAX_SIDE).contains(&width) || !(1..=MAX_SIDE).contains(&height) {
        return Err(ImageError::Dimensions { width, height });
    }
    let mut reader = decoder.read_info()?;
    let size = reader
        .output_buffer_size()
        .filter(|size| *size <= MEMORY)
        .ok_or(ImageError::Dimensions { width, height })?;
    let mut bytes = vec![0; size];
    let frame = reader.next_frame(&mut bytes)?;
    let samples = frame.color_type.samples();
    let mut pixels = Vec::with_capacity(bytes.len() / samples.max(1));
    for pixel in bytes.chunks_exact(samples.max(1)) {
        pixels.push(match *pixel {
            [grey] => [grey; 3],
            [grey, alpha] => [on_white(grey, alpha); 3],
            [red, green, blue] => [red, green, blue],
            [red, green, blue, alpha] => [red, green, blue].map(|channel| on_white(channel, alpha)),
            _ => return Err(ImageError::Damaged("unknown pixels".into())),
        });
    }
    Ok(Picture { width, height, pixels })
}

fn on_white(channel: u8, alpha: u8) -> u8 {
    let (channel, alpha) = (u32::from(channel), u32::from(alpha));
    u8::try_from((channel * alpha + 255 * (255 - alpha) + 127) / 255).unwrap_or(255)
}

impl Picture {
    fn scaled_to_fit(self) -> Self {
        if self.width <= WIDTH && self.height <= HEIGHT {
            return self;
        }
        // The side that is most too long decides; no side falls below one pixel.
        let (width, height) = if self.width * HEIGHT >= self.height * WIDTH {
            (WIDTH, (self.height * WIDTH / self.width).max(1))
        } else {
            ((self.width * HEIGHT / self.height).max(1), HEIGHT)
        };
        let mut pixels = Vec::with_capacity((width * height) as usize);
        for y in 0..height {
            let rows = y * self.height / height..((y + 1) * self.height).div_ceil(height);
            for x in 0..width {
                let columns = x * self.width / width..((x + 1) * self.width).div_ceil(width);
                pixels.push(self.mean(rows.clone(), &columns));
            }
        }
        Self { width, height, pixels }
    }

    fn mean(&self, rows: std::ops::Range<u32>, columns: &std::ops::Range<u32>) -> [u8; 3] {
        let mut sums = [0_u64; 3];
        let mut count = 0;
        for row in rows {
            let start = (row * self.width + columns.start) as usize;
            let end = (row * self.width + columns.end) as usize;
            for pixel in self.pixels.get(start..end).unwrap_or_default() {
                for (sum, channel) in sums.iter_mut().zip(pixel) {
                    *sum += u64::from(*channel);
                }
                count += 1;
            }
        }
        sums.map(|sum| u8::try_from((sum + count / 2).checked_div(count).unwrap_or(255)).unwrap_or(255))
    }

    fn encode(&self) -> Result<Vec<u8>, ImageError> {
        let grey = self.pixels.iter().all(|[red, green, blue]| red == green && green == blue);
        let bytes: Vec<u8> =
            if grey { self.pixels.iter().map(|[grey, ..]| *grey).collect() } else { self.pixels.concat() };
        let color = if grey { ColorType::Grayscale } else { ColorType::Rgb };
        // Which filter packs best depends on the pen; the smallest file is kept, the first of equals.
        let mut smallest: Option<Vec<u8>> = None;
        for filter in [Filter::NoFilter, Filter::Up, Filter::Paeth, Filter::Adaptive] {
            let file = self.encode_with(color, filter, &bytes)?;
            if smallest.as_ref().is_none_or(|smallest| file.len() < smallest.len()) {
                smallest = Some(file);
            }
        }
        Ok(smallest.unwrap_or_default())
    }

    fn encode_with(&self, color: ColorType, filter: Filter, bytes: &[u8]) -> Result<Vec<u8>, ImageError> {
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, self.width, self.height);
        encoder.set_color(color);
        encoder.set_depth(BitDepth::Eight);
        encoder.set_compression(Compression::High);
        encoder.set_filter(filter);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(bytes)?;
        writer.finish()?;
        Ok(file)
    }
}

/// The pixels of a canonical PNG, still packed (zlib, rows filtered as PNG does).
pub(crate) struct PackedPixels {
    pub(crate) width: u16,
    pub(crate) height: u16,
    /// One byte a pixel instead of three.
    pub(crate) grey: bool,
    pub(crate) stream: Vec<u8>,
}

/// The picture as [`flatten_signature`] makes it; a picture that is so already stays as it is.
pub(crate) fn canonical(source: &[u8]) -> Result<Vec<u8>, ImageError> {
    let picture = decode(source)?;
    let fits = picture.width <= WIDTH && picture.height <= HEIGHT;
    if fits && packed_pixels(source).is_some() {
        Ok(source.to_vec())
    } else {
        picture.scaled_to_fit().encode()
    }
}

/// The packed pixels, if the PNG has one byte a channel, no transparency and no interlacing.
pub(crate) fn packed_pixels(png: &[u8]) -> Option<PackedPixels> {
    let mut rest = png.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
    let mut header = None;
    let mut stream = Vec::new();
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (kind, after) = after.split_first_chunk::<4>()?;
        let data = after.get(..length)?;
        match kind {
            b"IHDR" => header = Some(data),
            b"IDAT" => stream.extend_from_slice(data),
            b"IEND" => break,
            b"tRNS" | b"PLTE" => return None,
            _ => {}
        }
        rest = after.get(length + 4..)?;
    }
    let [w1, w2, w3, w4, h1, h2, h3, h4, 8, colour @ (0 | 2), 0, 0, 0] = *header? else { return None };
    Some(PackedPixels {
        width: u16::try_from(u32::from_be_bytes([w1, w2, w3, w4])).ok()?,
        height: u16::try_from(u32::from_be_bytes([h1, h2, h3, h4])).ok()?,
        grey: colour == 0,
        stream,
    })
}
