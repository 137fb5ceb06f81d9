//! A `#[data]` struct with fields that are no data: many errors in serde's words, all of them at the fields or naming
//! the type that needs `#[data]`.
#![allow(unused)]
use copilot_sdk::data;

struct Place;

#[data]
struct Trip {
    place: Place,
    list: Vec<Place>,
    other: Option<Place>,
}

fn main() {}
