//! A sample association to click through: invented people, one coherent story over two years.

pub mod large;
pub mod words;
