//! The attribute that is being expanded.

use proc_macro2::Span;
use syn::{Path, parse_quote};

/// Whether the attribute being expanded is `#[name = "text"]`, which the compiler itself refuses.
/// Its tokens equal those of `#[name("text")]`; only the source distinguishes them.
pub(crate) fn is_assigned() -> bool {
    let source = Span::call_site().source_text().unwrap_or_default();
    let path = source.trim_start_matches("#[").split_once('=').map(|(path, _)| path);
    path.is_some_and(|path| !path.contains(['(', '[', '{']))
}

/// The path of the SDK, given by the key `crate`.
pub(crate) fn sdk(path: Option<&Path>) -> Path {
    path.cloned().unwrap_or_else(|| parse_quote!(::copilot_sdk))
}
