//! Files kept by the SHA-256 of their bytes. A file and its folder are on disk before a row names them.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use entities::blob;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, EntityTrait};
use sha2::{Digest, Sha256};

use super::failure::Failure;
use super::tx::Tx;

/// The store: a folder of 256 folders, each for the names that begin alike.
#[derive(Clone, Debug)]
pub struct Blobs {
    dir: PathBuf,
}

/// A file that is being written under no name yet; gone again if it never gets one, so that a full disk is not
/// filled with halves.
struct Aside {
    file: std::fs::File,
    path: Option<PathBuf>,
}

impl Aside {
    fn in_folder(dir: &Path) -> std::io::Result<Self> {
        let path = dir.join(format!(".{}", hex::encode(super::keys::random::<8>())));
        Ok(Self { file: std::fs::File::create(&path)?, path: Some(path) })
    }

    fn rename(mut self, to: &Path) -> std::io::Result<()> {
        if let Some(path) = &self.path {
            std::fs::rename(path, to)?;
        }
        self.path = None;
        Ok(())
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            let _gone = std::fs::remove_file(path);
        }
    }
}

/// A file that is safely stored; [`Blobs::name_in`] makes it a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// SHA-256, hexadecimal.
    pub hash: String,
    /// Bytes.
    pub size: i64,
}

impl Blobs {
    /// Opens the folder, making it if missing.
    pub fn open(dir: &Path) -> Result<Self, Failure> {
        std::fs::create_dir_all(dir)?;
        // All folders at once, the last one when the others are on disk: whoever sees it need not look for them.
        if !dir.join("ff").is_dir() {
            for first in 0..=254 {
                std::fs::create_dir_all(dir.join(format!("{first:02x}")))?;
            }
            std::fs::File::open(dir)?.sync_all()?;
            std::fs::create_dir_all(dir.join("ff"))?;
            std::fs::File::open(dir)?.sync_all()?;
        }
        Ok(Self { dir: dir.to_owned() })
    }

    /// The folder, for files on their way into it.
    pub fn folder(&self) -> &Path {
        &self.dir
    }

    /// Stores `bytes`; returns once file and folder are on disk. The same bytes are stored once.
    pub async fn put(&self, bytes: impl Into<Arc<Vec<u8>>>) -> Result<Stored, Failure> {
        let (this, bytes) = (self.clone(), bytes.into());
        tokio::task::spawn_blocking(move || this.put_now(&bytes))
            .await
            .map_err(|e| Failure::new(e.to_string()))?
    }

    /// The same, on this thread.
    pub fn put_now(&self, bytes: &[u8]) -> Result<Stored, Failure> {
        let hash = hex::encode(Sha256::digest(bytes));
        let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        if self.path(&hash).metadata().is_ok_and(|m| m.len() == bytes.len() as u64) {
            return Ok(Stored { hash, size });
        }
        let folder = self.folder_of(&hash)?;
        let mut aside = Aside::in_folder(&folder)?;
        aside.file.write_all(bytes)?;
        Self::settle(aside, &folder, &hash)?;
        Ok(Stored { hash, size })
    }

    /// The folder for a name, there to stay.
    fn folder_of(&self, hash: &str) -> Result<PathBuf, Failure> {
        let folder = self.place(hash).parent().unwrap_or(&self.dir).to_owned();
        if !folder.is_dir() {
            std::fs::create_dir_all(&folder)?;
            std::fs::File::open(&self.dir)?.sync_all()?;
        }
        Ok(folder)
    }

    /// Gives what was written aside its name; file and folders are on disk when this returns.
    fn settle(aside: Aside, folder: &Path, hash: &str) -> Result<(), Failure> {
        aside.file.sync_all()?;
        aside.rename(&folder.join(hash))?;
        Ok(std::fs::File::open(folder)?.sync_all()?)
    }

    /// Stores a file of any size, in pieces.
    pub async fn put_file(&self, from: PathBuf) -> Result<Stored, Failure> {
        let this = self.clone();
        tokio::task::spawn_blocking(move || this.put_file_now(&from))
            .await
            .map_err(|e| Failure::new(e.to_string()))?
    }

    fn put_file_now(&self, from: &Path) -> Result<Stored, Failure> {
        let mut source = std::fs::File::open(from)?;
        let mut aside = Aside::in_folder(&self.dir)?;
        let (mut hasher, mut size) = (Sha256::new(), 0i64);
        let mut piece = vec![0; 64 * 1024];
        loop {
            let read = source.read(&mut piece)?;
            let Some(bytes) = piece.get(..read).filter(|b| !b.is_empty()) else { break };
            hasher.update(bytes);
            aside.file.write_all(bytes)?;
            size += i64::try_from(read).unwrap_or_default();
        }
        let hash = hex::encode(hasher.finalize());
        Self::settle(aside, &self.folder_of(&hash)?, &hash)?;
        Ok(Stored { hash, size })
    }

    /// Makes the stored file a row, in the transaction that will refer to it.
    pub async fn name_in(&self, tx: &Tx, stored: &Stored) -> Result<(), Failure> {
        let row = blob::ActiveModel {
            hash: Set(stored.hash.clone()),
            size: Set(stored.size),
            created_at: Set(tx.at),
        };
        let once = OnConflict::column(blob::Column::Hash).do_nothing().to_owned();
        blob::Entity::insert(row).on_conflict(once).exec_without_returning(tx.conn()).await?;
        Ok(())
    }

    /// Where the bytes of `hash` lie, to read them in pieces.
    pub fn file(&self, hash: &str) -> PathBuf {
        self.path(hash)
    }

    /// The bytes of `hash`, checked against it.
    pub async fn get(&self, hash: &str) -> Result<Vec<u8>, Failure> {
        if hash.len() != 64 || !hash.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(Failure::new("not a blob's name"));
        }
        let bytes = tokio::fs::read(self.path(hash)).await?;
        if hex::encode(Sha256::digest(&bytes)) != hash {
            return Err(Failure::new(format!("blob {hash} is damaged: its bytes do not give its name")));
        }
        Ok(bytes)
    }

    /// Whether a file of that name and size is there; its bytes are not read.
    pub async fn has(&self, hash: &str, size: i64) -> bool {
        let found = tokio::fs::metadata(self.path(hash)).await;
        found.is_ok_and(|meta| i64::try_from(meta.len()) == Ok(size))
    }

    /// Where a new file goes.
    fn place(&self, hash: &str) -> PathBuf {
        let (first, _) = hash.split_at(2.min(hash.len()));
        self.dir.join(first).join(hash)
    }

    /// Where a file lies: those of the first version are a folder deeper.
    fn path(&self, hash: &str) -> PathBuf {
        let place = self.place(hash);
        let deeper = place.with_file_name(hash.get(2..4).unwrap_or_default()).join(hash);
        if !place.exists() && deeper.exists() { deeper } else { place }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_damaged_file_is_noticed_and_the_same_bytes_are_kept_once() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(dir.path()).unwrap();
        let one = blobs.put(b"Bonjour".to_vec()).await.unwrap();
        assert_eq!(one, blobs.put(b"Bonjour".to_vec()).await.unwrap());
        assert_eq!(blobs.get(&one.hash).await.unwrap(), b"Bonjour");
        std::fs::write(blobs.path(&one.hash), b"Bonsoir").unwrap();
        assert!(blobs.get(&one.hash).await.is_err());
        assert!(blobs.get("../../etc/passwd").await.is_err());
    }

    #[tokio::test]
    async fn files_of_the_first_version_are_found_where_they_lie() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(dir.path()).unwrap();
        let kept = blobs.put(b"Bonjour".to_vec()).await.unwrap();
        let deeper = dir.path().join(&kept.hash[..2]).join(&kept.hash[2..4]);
        std::fs::create_dir(&deeper).unwrap();
        std::fs::rename(blobs.path(&kept.hash), deeper.join(&kept.hash)).unwrap();
        assert_eq!(blobs.get(&kept.hash).await.unwrap(), b"Bonjour");
        assert!(blobs.has(&kept.hash, kept.size).await);
        assert_eq!(blobs.put(b"Bonjour".to_vec()).await.unwrap(), kept);
        assert!(!dir.path().join(&kept.hash[..2]).join(&kept.hash).exists(), "kept once");
    }
}
