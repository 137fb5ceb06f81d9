//! Parses the keys of `#[toolset(..)]` and the `impl` block below it.

use darling::{Error, FromMeta, Result};
use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, ImplItem, ItemImpl, Meta, Path, Token, Visibility};

use crate::attributes::values::{self, key, value_span};
use crate::attributes::{KeyList, Keys};
use crate::errors::{Errors, message};
use crate::tool::Function;

#[derive(Default, FromMeta)]
#[darling(default)]
pub(super) struct ToolsetKeys {
    #[darling(rename = "crate", with = values::crate_path, map = Some)]
    pub(super) sdk: Option<Path>,
    #[darling(with = values::name, map = Some)]
    pub(super) part: Option<Ident>,
    #[darling(with = read_parts)]
    pub(super) parts: Vec<Ident>,
}

impl Keys for ToolsetKeys {
    const ALL: &'static [&'static str] = &["crate", "part", "parts"];
}

pub(super) fn toolset_keys(list: TokenStream, errors: &mut Errors) -> KeyList<ToolsetKeys> {
    KeyList::read("#[toolset(..)]", [list], errors)
}

/// `parts(admin, search)`.
fn read_parts(item: &Meta) -> Result<Vec<Ident>> {
    let Meta::List(list) = item else {
        let problem = format!("`{}` needs the names of the parts", key(item));
        let text = message(problem, "write `parts(admin, search)`");
        return Err(Error::custom(text).with_span(&value_span(item)));
    };
    let names = Punctuated::<Ident, Token![,]>::parse_terminated.parse2(list.tokens.clone())?;
    Ok(names.into_iter().collect())
}

/// An `impl` block whose methods have bodies that are not parsed.
pub(super) struct Block {
    /// The block without its items.
    pub(super) header: ItemImpl,
    pub(super) items: Vec<BlockItem>,
    braces: Span,
}

pub(super) enum BlockItem {
    Method(Box<Function>),
    Other(Box<ImplItem>),
}

/// Fails for anything but an `impl` block, and for one that cannot be parsed.
pub(super) fn block(tokens: TokenStream) -> syn::Result<Block> {
    let mut header: Vec<TokenTree> = ungrouped(tokens).into_iter().collect();
    let braces = match header.pop() {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => group,
        _ => return Err(syn::Error::new(Span::call_site(), "expected an `impl` block")),
    };
    let mut empty = Group::new(Delimiter::Brace, TokenStream::new());
    empty.set_span(braces.span());
    header.push(empty.into());
    Ok(Block {
        header: syn::parse2(header.into_iter().collect())?,
        items: items.parse2(braces.stream())?,
        braces: braces.span(),
    })
}

/// Removes the invisible group around an item from a `macro_rules!` variable.
pub(super) fn ungrouped(tokens: TokenStream) -> TokenStream {
    let mut inside = tokens.clone().into_iter();
    match (inside.next(), inside.next()) {
        (Some(TokenTree::Group(group)), None) if group.delimiter() == Delimiter::None => {
            ungrouped(group.stream())
        }
        _ => tokens,
    }
}

fn items(input: ParseStream<'_>) -> syn::Result<Vec<BlockItem>> {
    let mut items = Vec::new();
    while !input.is_empty() {
        items.push(match method(&input.fork()) {
            Ok(_) => BlockItem::Method(Box::new(method(input)?)),
            Err(_) => BlockItem::Other(input.parse()?),
        });
    }
    Ok(items)
}

fn method(input: ParseStream<'_>) -> syn::Result<Function> {
    let attrs = input.call(Attribute::parse_outer)?;
    let visibility: Visibility = input.parse()?;
    Function::parse(input, attrs, visibility)
}

impl Block {
    /// Removes attributes known only to the macros, and anything already reported.
    pub(super) fn clean(&mut self) {
        for item in &mut self.items {
            if let BlockItem::Method(method) = item {
                method.clean();
                method.complete();
            }
        }
    }
}

impl ToTokens for Block {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let items = &self.items;
        let mut header: Vec<TokenTree> = self.header.to_token_stream().into_iter().collect();
        header.pop();
        let mut braces = Group::new(Delimiter::Brace, quote!(#(#items)*));
        braces.set_span(self.braces);
        tokens.extend(header);
        tokens.extend([TokenTree::from(braces)]);
    }
}

impl ToTokens for BlockItem {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Method(method) => method.to_tokens(tokens),
            Self::Other(item) => item.to_tokens(tokens),
        }
    }
}
