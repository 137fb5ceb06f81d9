//! Mistakes in the attributes of serde and schemars, in their words; one error each.
#![allow(unused)]
use copilot_sdk::{data, tool};

#[data]
#[serde(rename_al = "camelCase")]
struct Container {
    a: u8,
}

#[data]
struct Fields {
    #[serde(defalt)]
    a: u8,
    #[schemars(rnge(min = 1))]
    b: u8,
}

fn main() {}
