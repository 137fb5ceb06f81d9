//! A `#[data]` type with something in it that is no data: an error per trait, most of them at the field.
#![allow(unused)]
use copilot_sdk::{data, tool};

struct Place;

#[data]
enum Choice {
    Here(Place),
}

/// The type is an argument all the same.
#[tool]
async fn search(choice: Choice) {
    drop(choice);
}

fn main() {}
