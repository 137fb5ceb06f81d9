//! What `tools![]` cannot read.
#![allow(unused)]
use copilot_sdk::tools;

fn main() {
    let _ = tools![..];
    let _ = tools![a b];
    let _ = tools![,];
    let _ = tools![let];
}

/// The compiler's word for it would stand at the whole list.
fn primitives() {
    let _ = tools![bool, str];
}

fn attributes() {
    let _ = tools![
        #[allow(unused)]
        one,
        #[cfg_attr(all(), cfg(any()))]
        ..Vec::<copilot_sdk::Tool>::new(),
    ];
}

/// One.
#[copilot_sdk::tool]
async fn one() {}

fn path_of_the_tool() {
    let _ = tools![one::tool, crate::one::tool];
}
