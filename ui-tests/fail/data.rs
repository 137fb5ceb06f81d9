//! `#[data]`.
#![allow(unused)]
use copilot_sdk::data;

#[data]
fn function() {}

#[data]
union Union {
    a: u8,
}

#[data]
#[derive(Debug, Serialize)]
struct Derived {
    a: u8,
}

#[data]
#[derive(serde::Deserialize)]
#[derive(schemars::JsonSchema)]
struct DerivedTwice {
    #[serde(default)]
    a: u8,
}

#[data(rename_all = "camelCase")]
struct Key {
    a: u8,
}

#[data]
#[data]
struct Twice {
    a: u8,
}

#[data(crate = sdk)]
struct Crate {
    a: u8,
}

#[data]
trait Trait {}

#[data]
const CONSTANT: u8 = 1;

fn main() {
    function();
    let _ = (Key { a: 1 }, Twice { a: 1 }, CONSTANT);
}
