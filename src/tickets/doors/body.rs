//! The bytes of a mail as they come over the line: a small one stays in memory, a large one goes to a file.

use std::io::Write;
use std::path::Path;

use crate::platform::Failure;
use crate::tickets::actions::intake::Raw;

/// Bytes kept in memory; beyond, they go to a file.
const IN_MEMORY: usize = 256 << 10;
/// Bytes that stay at hand: the end of a mail is found by taking its last ones back.
const AT_HAND: usize = 16;

/// A mail that is being received.
#[derive(Debug)]
pub struct Body {
    /// What came last; the receiver writes here.
    pub fresh: Vec<u8>,
    file: Option<tempfile::NamedTempFile>,
    written: usize,
    most: usize,
    failure: Option<Failure>,
}

impl Body {
    /// A mail of at most `most` bytes, beginning with `head` (which does not count).
    pub fn new(head: String, most: usize) -> Self {
        let most = most.saturating_add(head.len());
        Self { fresh: head.into_bytes(), file: None, written: 0, most, failure: None }
    }

    /// Whether it is larger than allowed.
    pub fn is_too_large(&self) -> bool {
        self.written + self.fresh.len() > self.most
    }

    /// Puts what is in memory into a file of `folder` once it is much. Blocking, and short. If the disk takes no more,
    /// the rest is heard and dropped, so that the other side can be told at the end.
    pub fn settle(&mut self, folder: &Path) {
        if self.fresh.len() < IN_MEMORY {
            return;
        }
        let kept = self.fresh.split_off(self.fresh.len() - AT_HAND);
        if self.failure.is_none()
            && let Err(failure) = self.put_away(folder)
        {
            self.failure = Some(failure);
            self.file = None;
        }
        self.written += self.fresh.len();
        self.fresh = kept;
    }

    fn put_away(&mut self, folder: &Path) -> Result<(), Failure> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::Builder::new().prefix(".mail-").tempfile_in(folder)?),
        };
        Ok(file.write_all(&self.fresh)?)
    }

    /// The whole mail, or why some of it could not be kept.
    pub fn finish(self) -> Result<Raw, Failure> {
        match (self.failure, self.file) {
            (Some(failure), _) => Err(failure),
            (None, None) => Ok(Raw::bytes(self.fresh)),
            (None, Some(mut file)) => {
                file.write_all(&self.fresh)?;
                Ok(Raw::File(file.into_temp_path()))
            }
        }
    }
}
