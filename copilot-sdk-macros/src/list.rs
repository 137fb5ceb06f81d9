//! `tools![a, fs::b, ..toolset, expr]`.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Expr, Path, Token};

use crate::keys::ungroup;

/// What `tools!` of the SDK hands over: its own path in brackets, then what the user wrote.
struct Input {
    sdk: Path,
    entries: Punctuated<Entry, Token![,]>,
}

enum Entry {
    Tool(Path),
    Spread(Expr),
    Value(Expr),
}

impl Parse for Input {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let content;
        syn::bracketed!(content in input);
        let sdk = content.call(Path::parse_mod_style)?;
        Ok(Self { sdk, entries: Punctuated::parse_terminated(input)? })
    }
}

impl Parse for Entry {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(Token![..]) {
            input.parse::<Token![..]>()?;
            return Ok(Self::Spread(input.parse()?));
        }
        Ok(match ungroup(input.parse()?) {
            Expr::Path(path) if path.qself.is_none() => Self::Tool(path.path),
            value => Self::Value(value),
        })
    }
}

pub(crate) fn tools(input: TokenStream) -> TokenStream {
    let last = input.clone().into_iter().last();
    let Input { sdk, entries } = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) if error.to_string().starts_with("unexpected end of input") => {
            // Of itself it would point at all of `tools![..]`, and name the macro behind it.
            return syn::Error::new_spanned(last, "expected an expression after this").into_compile_error();
        }
        Err(error) => return error.into_compile_error(),
    };
    let span = Span::mixed_site();
    let support = quote_spanned! {span=> #sdk::macro_support };
    let pushes = entries.iter().map(|entry| match entry {
        Entry::Tool(path) => quote_spanned! {span=> #support::push(&mut tools, <#path>::tool()); },
        Entry::Value(value) | Entry::Spread(value) => quote_spanned! {span=> #support::spread(&mut tools, #value); },
    });
    quote_spanned! {span=>
        {
            #[allow(unused_mut)]
            let mut tools = #support::std::vec::Vec::<#sdk::Tool>::new();
            #(#pushes)*
            tools
        }
    }
}
