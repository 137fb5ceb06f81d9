//! The items of a list.

use darling::Error;
use darling::ast::NestedMeta;
use darling::error::Accumulator;
use darling::util::path_to_string;
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Meta, MetaNameValue, Path, Token};

use crate::errors::message;

/// Reads the items of a list. Returns whether it was read to its end.
pub(super) fn parse(
    list: TokenStream,
    items: &mut Vec<NestedMeta>,
    errors: &mut Accumulator,
) -> bool {
    let (mut mistakes, mut is_read) = (Vec::new(), false);
    let parser = |input: ParseStream<'_>| {
        while !input.is_empty() {
            let item: NestedMeta = input.parse()?;
            items.push(match item {
                NestedMeta::Meta(Meta::Path(path)) if input.peek(Token![:]) => {
                    let (item, error) = assigned_with_colon(path, input)?;
                    mistakes.push(error);
                    item
                }
                item => item,
            });
            input.parse::<Token![,]>()?;
        }
        is_read = true;
        Ok(())
    };
    let parsed = parser.parse2(terminated(list)).map_err(Error::from);
    errors.extend(mistakes);
    if !is_read {
        errors.handle(parsed);
    }
    is_read
}

/// `key: value`, read as `key = value`.
fn assigned_with_colon(path: Path, input: ParseStream<'_>) -> syn::Result<(NestedMeta, Error)> {
    let colon: Token![:] = input.parse()?;
    let value: Expr = input.parse()?;
    let help = format!("write `{} = {}`", path_to_string(&path), value.to_token_stream());
    let error = Error::custom(message("expected `=` after a key", help)).with_span(&colon);
    let pair = MetaNameValue { path, eq_token: Token![=](colon.span), value };
    Ok((NestedMeta::Meta(Meta::NameValue(pair)), error))
}

/// Adds a trailing comma to the list. Without it, darling treats a negative number at the end as
/// one token, and errors point at the minus.
fn terminated(list: TokenStream) -> TokenStream {
    let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(p) if p.as_char() == ',');
    match list.clone().into_iter().last() {
        Some(end) if !is_comma(&end) => {
            let comma = Token![,](end.span());
            quote!(#list #comma)
        }
        _ => list,
    }
}
