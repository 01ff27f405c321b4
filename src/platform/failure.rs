//! Two kinds of error. A *refusal* is for the person: a sentence in their language. A *failure* is for
//! us: logged once, shown as a plain page with the request's id.

use sea_orm::DbErr;

/// Something broke; never the person's fault.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The database.
    #[error("database: {0}")]
    Db(#[from] DbErr),
    /// A file or a socket.
    #[error("input/output: {0}")]
    Io(#[from] std::io::Error),
    /// A template or a message of the catalogue.
    #[error("rendering: {0}")]
    Render(String),
    /// JSON of ours that does not read.
    #[error("json: {0}")]
    Json(#[from] serde_json::Error),
    /// Anything else, in words.
    #[error("{0}")]
    Other(String),
}

impl Failure {
    /// A failure in words.
    pub fn new(words: impl Into<String>) -> Self {
        Self::Other(words.into())
    }
}

/// Why a verb did not happen: refused to the person, or failed on us.
#[derive(Debug)]
pub enum Stop<R> {
    /// The person is told this.
    Refused(R),
    /// We are told this.
    Failed(Failure),
}

impl<R> From<Failure> for Stop<R> {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl<R> From<DbErr> for Stop<R> {
    fn from(error: DbErr) -> Self {
        Self::Failed(error.into())
    }
}

impl<R> From<serde_json::Error> for Stop<R> {
    fn from(error: serde_json::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl<R> Stop<R> {
    /// Splits what the verb gave into the person's answer and our failure: `Ok(Ok(done))`,
    /// `Ok(Err(refusal))` or `Err(failure)`.
    pub fn split<T>(result: Result<T, Self>) -> Result<Result<T, R>, Failure> {
        match result {
            Ok(done) => Ok(Ok(done)),
            Err(Self::Refused(refusal)) => Ok(Err(refusal)),
            Err(Self::Failed(failure)) => Err(failure),
        }
    }
}

/// Whether a unique constraint refused the write; the caller maps it where it expects it.
pub fn is_unique_violation(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(sea_orm::SqlErr::UniqueConstraintViolation(_)))
}
