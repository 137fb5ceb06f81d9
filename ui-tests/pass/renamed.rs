//! The crate under another name, and a tool with more arguments than anybody needs.
#![deny(warnings)]
extern crate copilot_sdk as renamed;

use renamed::{data, tool, toolset};

#[data(crate = ::renamed)]
struct Page {
    size: u8,
}

/// Page.
#[tool(crate = ::renamed)]
async fn page(page: Page, #[arg(default = 1)] number: u8) -> Result<Page, String> {
    Err(format!("{} {number}", page.size))
}

struct Crm;

#[toolset(crate = ::renamed)]
impl Crm {
    /// Count.
    #[tool]
    async fn count(&self) -> u8 {
        1
    }
}

/// Forty.
#[tool(crate = ::renamed)]
#[allow(clippy::too_many_arguments)]
async fn forty(
    a0: u32,
    a1: u32,
    a2: u32,
    a3: u32,
    a4: u32,
    a5: u32,
    a6: u32,
    a7: u32,
    a8: u32,
    a9: u32,
    a10: u32,
    a11: u32,
    a12: u32,
    a13: u32,
    a14: u32,
    a15: u32,
    a16: u32,
    a17: u32,
    a18: u32,
    a19: u32,
    a20: u32,
    a21: u32,
    a22: u32,
    a23: u32,
    a24: u32,
    a25: u32,
    a26: u32,
    a27: u32,
    a28: u32,
    a29: u32,
    a30: u32,
    a31: u32,
    a32: u32,
    a33: u32,
    a34: u32,
    a35: u32,
    a36: u32,
    a37: u32,
    a38: u32,
    a39: u32,
) -> u32 {
    a0 + a1
        + a2
        + a3
        + a4
        + a5
        + a6
        + a7
        + a8
        + a9
        + a10
        + a11
        + a12
        + a13
        + a14
        + a15
        + a16
        + a17
        + a18
        + a19
        + a20
        + a21
        + a22
        + a23
        + a24
        + a25
        + a26
        + a27
        + a28
        + a29
        + a30
        + a31
        + a32
        + a33
        + a34
        + a35
        + a36
        + a37
        + a38
        + a39
}

fn main() {
    assert_eq!(renamed::tools![page, forty, ..Crm].len(), 3);
    assert_eq!(
        forty::schema().get("required").and_then(|names| names.as_array()).map(Vec::len),
        Some(40)
    );
}
