//! Mistakes that have nothing to do with each other are all reported at once.
#![allow(unused)]
use copilot_sdk::tool;

#[tool(timeout = "x")]
async fn no_description(_: u8) {}

#[tool(nme = "x")]
async fn no_description_either() {}

#[tool(name = )]
async fn nor_here() {}

/// This is the description, whatever the key says.
#[tool(descripton = 5)]
async fn described() {}

/// The names of the other arguments are compared all the same.
#[tool]
async fn names(_: u8, #[arg(rename = "c")] c2: u8, c: u8) {}

/// The keys of a pattern are read.
#[tool]
async fn pattern(#[arg(range(min = "a"), colour = "red")] (a, b): (u8, u8)) {}

/// Everything.
#[tool(handle = "SearchTool", name = "a b", timeout = 3, metadata)]
async unsafe fn everything<T>(#[arg(range(min = 5, max = 1), rename = "")] x: &str) -> ! {
    loop {}
}

fn main() {
    let _ = copilot_sdk::tools![no_description, names, pattern, everything];
}
