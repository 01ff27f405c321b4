//! A sample association to click through: invented people, one coherent story over two years.

pub mod cli;
pub mod giving;
pub mod large;
pub mod money;
pub mod people;
pub mod small;
pub mod words;
pub mod writing;
