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

#[data(tag = "kind", Debug, derive(Clone, Copy), title = "A title", colour)]
struct Keys {
    a: u8,
}

/// What `#[arg]` says of an argument, attributes of serde and schemars say of a field.
#[data]
struct Fields {
    #[arg(default)]
    a: u8,
    #[arg(rename = "bee", range(min = 1, max = 3))]
    b: u8,
    #[arg(description = "A text", length(max = 9), pattern = "^a")]
    c: String,
    #[arg(default = 3)]
    d: u8,
    #[arg]
    e: u8,
}

#[data]
enum Variants {
    One(#[arg(flatten)] Key),
    Two {
        #[arg(colour)]
        a: u8,
    },
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
async fn uses(a: Derived, b: DerivedTwice, c: Key, d: Twice, e: Crate, f: Union, g: Generic<u8>, h: Fields, i: Variants) -> Key {
    drop((a, b, d, e, h, i));
    c
}

#[data]
#[derive(Clone, Serialize, schemars::JsonSchema)]
#[serde(bound = "T: Clone")]
struct Generic<T> {
    a: T,
}

/// Names that what stands for the derives could have.
#[data]
#[derive(Serialize)]
struct Names<'de, 'written, S: Clone, D> {
    a: &'de S,
    b: &'written D,
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
