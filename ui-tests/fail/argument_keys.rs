//! The keys of `#[arg(..)]`.
#![allow(unused)]
use copilot_sdk::tool;

/// Keys.
#[tool]
async fn keys(
    #[arg(descripton = "a")] a: u8,
    #[arg(colour = "red")] b: u8,
    #[arg(default = 1, default = 2)] c: u8,
    #[arg] d: u8,
    #[arg()] e: u8,
    #[arg = "x"] f: u8,
    #[arg("x")] g: u8,
    #[arg(rename)] h: u8,
    #[arg(rename = "")] i: u8,
    #[arg(rename = 3)] j: u8,
    #[arg(description = "")] k: u8,
    #[arg(description = 3)] l: u8,
    #[arg(default)] m: Option<u8>,
    #[arg(default())] n: u8,
) {
    let _ = (a, b, c, d, e, f, g, h, i, j, k, l, m, n);
}

/// Names.
#[tool]
async fn names(#[arg(rename = "city")] town: String, city: String) {
    let _ = (town, city);
}

/// Names.
#[tool]
async fn names_again(city: String, #[arg(rename = "city")] town: String) {
    let _ = (town, city);
}

/// Flatten.
#[tool]
async fn flatten(
    #[arg(flatten)] a: String,
    #[arg(flatten)] b: Vec<u8>,
    #[arg(flatten)] c: (u8, u8),
    #[arg(flatten)] d: Option<u8>,
    #[arg(flatten = true)] e: u8,
) {
    let _ = (a, b, c, d, e);
}

#[copilot_sdk::data]
struct Page {
    size: u8,
}

/// Flatten.
#[tool]
async fn flatten_keys(#[arg(flatten, rename = "p")] a: Page, #[arg(flatten, default)] b: Page) {
    let _ = (a, b);
}

/// Limits.
#[tool]
async fn limits(
    #[arg(range)] a: u8,
    #[arg(range())] b: u8,
    #[arg(range = 5)] c: u8,
    #[arg(range(mn = 5))] d: u8,
    #[arg(range(min = "a"))] e: u8,
    #[arg(range(min = 5, max = 1))] f: u8,
    #[arg(length(min = -1))] g: String,
    #[arg(length(max = 1.5))] h: String,
    #[arg(pattern)] i: String,
    #[arg(pattern = 5)] j: String,
    #[arg(range(min = 1, min = 2))] k: u8,
    #[arg(range(max = 340282366920938463463374607431768211455))] l: u128,
    #[arg(range(min = -9223372036854775809))] m: i64,
    #[arg(length(max = "a", min = -1))] n: String,
    #[arg(range(min = ))] o: u8,
) {
    let _ = (a, b, c, d, e, f, g, h, i, j, k, l, m, n, o);
}

/// Limits have names.
#[tool]
async fn ranges(
    #[arg(range(1..=14))] a: u8,
    #[arg(range(1..14))] b: u8,
    #[arg(range(..=14))] c: u8,
    #[arg(range(LEAST..))] d: u8,
    #[arg(range = 1..=14)] e: u8,
    #[arg(length(1, 14))] f: String,
    #[arg(length(..MOST))] g: String,
    #[arg(range(min: 1))] h: u8,
) {
    let _ = (a, b, c, d, e, f, g, h);
}

const LEAST: u8 = 1;
const MOST: u8 = 9;

/// Words of other macros.
#[tool]
async fn words(
    #[arg(doc = "A number", name = "number")] a: u8,
    #[arg(min = 3)] b: u8,
    #[arg(maximum = 3, max_length = 5)] c: String,
    #[arg(regex = "^a$", required)] d: String,
    #[arg(default: 3)] e: u8,
) {
    let _ = (a, b, c, d, e);
}

/// What stands in two attributes is read as if it stood in one.
#[tool]
async fn twice(
    #[arg(range(min = 1))] #[arg(range(min = 2, max = 9))] a: u8,
    #[arg(rename = "x")] #[arg(rename = "y")] b: u8,
    #[arg(range(min = 9))] #[arg(range(max = 1))] c: u8,
    #[arg(flatten)] #[arg(default)] d: Page,
) {
    let _ = (a, b, c, d);
}

/// Integers as strings.
#[tool]
async fn strings(
    #[arg(string)] a: String,
    #[arg(string)] b: Option<Vec<f64>>,
    #[arg(string, range(max = 9))] c: u64,
    #[arg(string = true)] d: u64,
    #[arg(as_string)] e: u64,
    #[arg(flatten, string)] f: Page,
) {
    let _ = (a, b, c, d, e, f);
}

fn main() {
    let _ = copilot_sdk::tools![keys, limits];
}
