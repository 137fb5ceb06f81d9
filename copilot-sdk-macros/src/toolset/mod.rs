//! `#[toolset]`: the methods of an `impl` block as tools that share `self`.

mod expand;
mod fallback;
mod model;
mod parse;
#[cfg(test)]
mod tests;
mod validate;

use proc_macro2::TokenStream;
use quote::quote;

use crate::errors::Errors;
use model::Toolset;

pub(crate) fn toolset(keys: TokenStream, tokens: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let keys = parse::toolset_keys(keys, &mut errors);
    let Ok(block) = parse::block(tokens.clone()) else {
        return fallback::unreadable(keys, tokens, errors);
    };
    let mut toolset = Toolset::new(keys, block, &mut errors);
    validate::validate(&toolset, &mut errors);
    let import = expand::import(&toolset);
    let is_complete = errors.is_empty()
        && !toolset.methods.iter().any(|method| method.tool.has_unsized_argument());
    let expanded =
        if is_complete { expand::toolset(&toolset) } else { fallback::toolset(&toolset) };
    toolset.block.clean();
    let (errors, block) = (errors.into_tokens(), toolset.block);
    quote!(#errors #block #expanded #import)
}
