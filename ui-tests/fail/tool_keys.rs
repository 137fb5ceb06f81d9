//! The keys of `#[tool(..)]`.
#![allow(unused)]
use copilot_sdk::tool;

#[tool(desciption = "Misspelled")]
async fn misspelled() {}

/// Unknown.
#[tool(colour = "red")]
async fn unknown() {}

/// Twice.
#[tool(name = "a", name = "b")]
async fn twice() {}

#[tool(description = 42)]
async fn number() {}

#[tool(description = true)]
async fn boolean() {}

#[tool(description = "  ")]
async fn blank() {}

#[tool]
async fn undocumented() {}

///
#[tool]
async fn empty_comment() {}

#[tool("Look up the weather")]
async fn literal() {}

/// Value.
#[tool(name)]
async fn no_value() {}

/// List.
#[tool(name("a"))]
async fn list() {}

/// Value.
#[tool(name = 5)]
async fn wrong_value() {}

/// Flag.
#[tool(skip_permission = "yes")]
async fn flag_with_value() {}

/// Flag.
#[tool(terminal(true))]
async fn flag_with_list() {}

/// Comma.
#[tool(name = "a" description = "b")]
async fn comma() {}

/// Crate.
#[tool(crate = copilot)]
async fn relative_crate() {}

/// Crate.
#[tool(crate = "copilot")]
async fn text_crate() {}

/// Half-typed.
#[tool(name = )]
async fn half_typed() {}

/// Timeout.
#[tool(timeout = "5 apples")]
async fn unit() {}

/// Timeout.
#[tool(timeout = "30")]
async fn no_unit() {}

/// Timeout.
#[tool(timeout = 30)]
async fn number_timeout() {}

/// Timeout.
#[tool(timeout = "0s")]
async fn zero() {}

/// Defer.
#[tool(defer = "later")]
async fn later() {}

/// Defer.
#[tool(defer)]
async fn defer_flag() {}

/// Handle.
#[tool(handle = a::B)]
async fn handle_path() {}

/// Handle.
#[tool(handle = u8)]
async fn handle_primitive() {}

/// Handle.
#[tool(handle = "SearchTool")]
async fn handle_text() {}

/// Metadata.
#[tool(metadata)]
async fn metadata_flag() {}

/// Exclude.
#[tool(ask, skip_permission)]
async fn exclude() {}

/// Three mistakes in one list.
#[tool(nme = "a", terminal = 1, timeout = "x")]
async fn three() {}

/// A flag that is off is not written.
#[tool(ask = false, terminal = true)]
async fn flags() {}

/// JSON is no expression.
#[tool(metadata = {"team": "weather", "tags": [1, 2]})]
async fn json() {}

/// Nor is this, though it is one.
#[tool(metadata = {})]
async fn empty_json() {}

#[tool(desc = "Words of other macros")]
async fn desc() {}

#[tool(doc = "Words of other macros", rename = "other", args(a = "A number"))]
async fn words() {}

#[tool(summary)]
async fn word_alone() {}

/// One mistake each.
#[tool(timeout: "3s", handle: Colons)]
async fn colons() {}

#[tool(description: "One mistake")]
async fn described_by_colon() {}

/// What comes after the mistake is read as well.
#[tool(timeout: 3 + 4, colour)]
async fn more() {}

macro_rules! made {
    ($name:literal, $timeout:expr, $handle:ident) => {
        /// Values that are variables of a macro.
        #[tool(name = $name, timeout = $timeout, handle = $handle)]
        async fn made_by_macro() {}
    };
}
made!("a b", 3, u8);

/// Too much to say of a tool in so many words that no provider of models takes them.
/// Too much to say of a tool in so many words that no provider of models takes them.
/// Too much to say of a tool in so many words that no provider of models takes them.
/// Too much to say of a tool in so many words that no provider of models takes them.
/// Too much to say of a tool in so many words that no provider of models takes them.
/// Too much to say of a tool in so many words that no provider of models takes them.
/// Too much to say of a tool in so many words that no provider of models takes them.
/// Too much to say of a tool in so many words that no provider of models takes them.
/// Too much to say of a tool in so many words that no provider of models takes them.
/// Too much to say of a tool in so many words that no provider of models takes them.
/// Too much to say of a tool in so many words that no provider of models takes them.
/// Too much to say of a tool in so many words that no provider of models takes them.
/// Too much to say of a tool in so many words that no provider of models takes them.
/// Too much to say of a tool in so many words that no provider of models takes them.
#[tool]
async fn talkative() {}

#[tool(description = "Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. Too much to say. ")]
async fn talkative_key() {}

fn main() {
    let _ = copilot_sdk::tools![desc, words, Colons, more];
    // None of these is a second error.
    let _ = copilot_sdk::tools![misspelled, half_typed, three];
    let _ = (half_typed::NAME, half_typed::schema(), half_typed::call(()), half_typed());
}
