//! `#[tool]` on something that is no function.
#![allow(unused)]
use copilot_sdk::tool;

#[tool]
struct Weather;

#[tool]
enum Unit {
    Celsius,
}

#[tool]
impl Weather {}

#[tool]
const LIMIT: u8 = 3;

#[tool]
static STATE: u8 = 3;

#[tool]
type Alias = u8;

#[tool]
trait Station {}

#[tool]
mod inner {}

#[tool]
use std::fmt as _;

#[tool]
macro_rules! made {
    () => {};
}

/// Twice.
#[tool]
#[tool]
async fn twice() {}

/// Without a body.
#[tool]
async fn bodiless();

trait Finds {
    /// Outside of a toolset, and without a body: it needs none.
    #[tool]
    fn find(&self, text: String) -> String;
}

struct Crm;

impl Crm {
    /// Outside of a toolset.
    #[tool]
    async fn find(&self, text: String) -> String {
        text
    }
}

struct Shop {
    open: bool,
}

/// It is a toolset, and used as one.
#[tool]
impl Shop {
    /// With a value to share.
    #[tool]
    async fn close(&self, #[arg(default)] text: String) -> String {
        text
    }

    /// Without one.
    #[tool]
    async fn sum(#[arg(range(min = 1))] a: u8) -> u8 {
        a
    }

    const OPEN: bool = true;
}

#[tool]
trait Sells {
    /// None of its own.
    #[tool]
    fn sell(&self, #[arg(default)] text: String);
}

#[tool]
struct Arguments {
    #[arg(default)]
    text: String,
}

fn main() {
    let _ = copilot_sdk::tools![..Shop { open: Shop::OPEN }];
    let _ = (Weather, Unit::Celsius, LIMIT, STATE, Crm);
    let _: Alias = 1;
    let _ = copilot_sdk::tools![twice];
    let _ = (twice(), bodiless());
    made!();
}
