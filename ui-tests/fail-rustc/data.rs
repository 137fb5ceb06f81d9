//! `#[data]` types with something in them that is no data.
#![allow(unused)]
use copilot_sdk::{data, tool};

struct Place;

#[data]
struct Named {
    place: Place,
}

struct Inner;

#[data]
enum Choice {
    Tuple(Inner),
    Other { count: u8 },
}

struct Item;

#[data]
struct Listed {
    items: Vec<Item>,
    again: Option<Item>,
}

/// The types above are arguments all the same.
#[tool]
async fn search(named: Named, choice: Choice, listed: Listed) {
    drop((named, choice, listed));
}

fn main() {}
