//! Shows what a mail says once it is read: `cargo run -p mailin --example read_mail -- FILE…`

use mailin::{Limits, read};

fn main() -> std::io::Result<()> {
    for file in std::env::args().skip(1) {
        let mail = read(&std::fs::read(&file)?, &Limits::default());
        println!("{file}\n{}", serde_json::to_string_pretty(&mail)?);
    }
    Ok(())
}
