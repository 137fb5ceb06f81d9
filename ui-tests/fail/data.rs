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

/// None of them is a second error.
#[copilot_sdk::tool]
async fn uses(a: Derived, b: DerivedTwice, c: Key, d: Twice, e: Crate, f: Union, g: Generic<u8>) -> Key {
    drop((a, b, d, e));
    c
}

#[data]
#[derive(Clone, Serialize, schemars::JsonSchema)]
#[serde(bound = "T: Clone")]
struct Generic<T> {
    a: T,
}

#[derive(copilot_sdk::macro_support::serde::Serialize)]
#[serde(crate = "copilot_sdk::macro_support::serde")]
struct Holds {
    key: Key,
}

fn main() {
    let _ = copilot_sdk::tools![uses];
    function();
    let _ = (Key { a: 1 }, Twice { a: 1 }, CONSTANT);
}
