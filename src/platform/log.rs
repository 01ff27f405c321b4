//! Structured logs on standard error; standard output carries data only.

use tracing_subscriber::EnvFilter;

use super::config::{Config, LogFormat};

/// Starts the log of this process.
pub fn start(config: &Config) {
    let filter = EnvFilter::try_new(&config.log).unwrap_or_else(|_| EnvFilter::new("info"));
    let colours = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let log =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colours);
    let started = match config.log_format {
        LogFormat::Text => log.compact().try_init(),
        LogFormat::Json => log.json().try_init(),
    };
    if started.is_err() {
        eprintln!("The log was already started.");
    }
}
