//! Placeholders for a toolset with mistakes, so that its uses do not cause further errors.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};

use super::expand;
use super::model::Toolset;
use super::parse::{self, ToolsetKeys};
use crate::attributes::KeyList;
use crate::errors::Errors;
use crate::tokens;

pub(super) fn toolset(toolset: &Toolset) -> TokenStream {
    let sdk = &toolset.sdk;
    let body = quote_spanned! {Span::mixed_site()=> #sdk::macro_support::unreadable() };
    expand::implementation(toolset, &body)
}

/// Handles items that are not a block, or cannot be parsed, which the compiler has reported
/// already.
pub(super) fn unreadable(
    keys: KeyList<ToolsetKeys>,
    tokens: &TokenStream,
    mut errors: Errors,
) -> TokenStream {
    let item = parse::ungrouped(tokens.clone());
    let is_block = |token: TokenTree| matches!(token, TokenTree::Ident(word) if word == "impl");
    if !item.clone().into_iter().any(is_block) {
        let problem = "`#[toolset]` can only be applied to an `impl` block";
        errors.at(item.into_iter().next(), problem, "a free function takes `#[tool]`");
        let errors = errors.into_tokens();
        return quote!(#errors #tokens);
    }
    let header = item.into_iter().map(|token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => quote!({}),
        token => token.to_token_stream(),
    });
    let fallback = parse::block(header.collect()).ok().map(|block| {
        // Its mistakes have been reported already.
        toolset(&Toolset::new(keys, block, &mut Errors::default()))
    });
    let (errors, item) = (errors.into_tokens(), tokens::unreadable(tokens));
    quote!(#errors #fallback #item)
}
