//! What `tools![]` cannot read.
#![allow(unused)]
use copilot_sdk::tools;

fn main() {
    let _ = tools![..];
    let _ = tools![a b];
    let _ = tools![,];
    let _ = tools![let];
}
