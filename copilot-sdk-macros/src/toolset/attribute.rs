//! What becomes of the `impl` block below `#[toolset]`.

use proc_macro2::TokenStream;
use quote::quote;

use super::model::Toolset;
use super::{expand, fallback, parse, validate};
use crate::attributes::KeyList;
use crate::errors::Errors;
use crate::tokens;

pub(crate) fn toolset(keys: TokenStream, tokens: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let keys = parse::toolset_keys(keys, &mut errors);
    let Ok(block) = parse::block(tokens.clone()) else {
        return fallback::unreadable(keys, tokens, errors);
    };
    let toolset = Toolset::new(keys, block, &mut errors);
    validate::validate(&toolset, &mut errors);
    let is_complete = errors.is_empty()
        && !toolset.methods.iter().any(|method| method.tool.has_unsized_argument());
    let expanded =
        if is_complete { expand::toolset(&toolset) } else { fallback::toolset(&toolset) };
    with_block(toolset, errors, Some(&expanded))
}

/// Handles an `impl` block under `#[tool]`, which has been reported already.
pub(crate) fn misnamed(tokens: &TokenStream, mut errors: Errors) -> TokenStream {
    let Ok(block) = parse::block(tokens.clone()) else {
        let (errors, item) = (errors.into_tokens(), tokens::unreadable(tokens));
        return quote!(#errors #item);
    };
    let toolset = Toolset::new(KeyList::default(), block, &mut errors);
    // A block with tools was meant to be a toolset, and is used as one.
    let expanded = (!toolset.methods.is_empty()).then(|| {
        validate::validate(&toolset, &mut errors);
        fallback::toolset(&toolset)
    });
    with_block(toolset, errors, expanded.as_ref())
}

/// The user's block, followed by the generated items.
fn with_block(mut toolset: Toolset, errors: Errors, expanded: Option<&TokenStream>) -> TokenStream {
    let import = expand::import(&toolset);
    toolset.block.clean();
    let (errors, block) = (errors.into_tokens(), toolset.block);
    quote!(#errors #block #expanded #import)
}
