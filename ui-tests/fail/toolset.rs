//! `#[toolset]` and the methods in it.
#![allow(unused)]
use copilot_sdk::{tool, toolset};

struct Crm;

#[toolset]
struct NotABlock;

#[toolset]
fn not_a_block() {}

#[toolset]
impl Clone for Crm {
    fn clone(&self) -> Self {
        Self
    }
}

struct Shop;

trait Sells {
    type Price;
    async fn sell(&self, text: String) -> String;
}

/// Its tools are no second mistake.
#[toolset]
impl Sells for Shop {
    type Price = u8;

    /// Sell.
    #[tool]
    async fn sell(&self, #[arg(default)] text: String) -> String {
        text
    }
}

/// What the compiler says of them is not said too.
struct Foreign;

#[toolset]
impl Foreign {
    /// A number.
    #[tool]
    async fn number(self: u8) -> u8 {
        self + 1
    }

    /// Another type.
    #[tool]
    async fn other(self: Crm, text: String) -> String {
        self.find();
        text
    }
}

struct Empty;

#[toolset]
impl Empty {
    fn helper() {}
}

struct Receivers;

#[toolset]
impl Receivers {
    /// Mutable.
    #[tool]
    async fn mutable(&mut self) {}

    /// By value.
    #[tool]
    async fn value(self) {}

    /// Box.
    #[tool]
    async fn boxed(self: Box<Self>) {}

    /// Generic.
    #[tool]
    async fn generic<T>(&self, x: T) {}

    #[tool]
    async fn undocumented(&self) {}

    /// Handle.
    #[tool(handle = Find)]
    async fn handle(&self) {}

    /// Twice.
    #[tool]
    #[tool]
    async fn twice(&self) {}

    /// Keys.
    #[tool(nme = "x")]
    async fn keys(&self, #[arg(defalt)] x: u8) {}
}

struct Names;

#[toolset]
impl Names {
    /// One.
    #[tool]
    async fn one(&self) {}

    /// Other.
    #[tool(name = "one")]
    async fn other(&self) {}
}

/// What it is called does not depend on the methods with mistakes, nor they on it.
struct Mixed;

#[toolset]
impl Mixed {
    /// Not a method of a trait.
    #[tool]
    async fn bodiless(&self);

    /// One.
    #[tool]
    async fn one(&self, (a, b): (u8, u8), #[arg(rename = "x")] y: u8, x: u8) {}

    /// Half of a signature's braces are no body.
    fn helper(&self) -> std::array::IntoIter<u8, { 1 + 1 }> {
        [1, 2].into_iter()
    }
}

struct Borrows<'a>(&'a str);

#[toolset]
impl Borrows<'_> {
    /// Text.
    #[tool]
    async fn text(&self) -> String {
        self.0.to_owned()
    }
}

macro_rules! borrowing {
    ($ty:ty) => {
        #[toolset]
        impl $ty {
            /// Text.
            #[tool]
            async fn text(&self) -> String {
                self.0.to_owned()
            }
        }
    };
}
struct BorrowsToo<'a>(&'a str);
borrowing!(BorrowsToo<'_>);

struct Keys;

#[toolset(prt = admin)]
impl Keys {
    /// One.
    #[tool]
    async fn one(&self) {}
}

struct Parts;

#[toolset(part = admin, parts(other))]
impl Parts {
    /// One.
    #[tool]
    async fn one(&self) {}
}

#[toolset(parts = admin)]
impl Parts {
    /// Two.
    #[tool]
    async fn two(&self) {}
}

#[toolset(part = a::b)]
impl Parts {
    /// Three.
    #[tool]
    async fn three(&self) {}
}

fn main() {
    not_a_block();
    Empty::helper();
    let _ = (copilot_sdk::tools![..Receivers, ..Names, ..Mixed, ..Keys, ..Shop, ..Foreign], NotABlock, Crm, Parts);
    let _ = (Mixed.helper(), Mixed.bodiless(), Borrows("a").text());
}
