//! The item below `#[tool]`, function or not.

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Ident, LitStr, Token, Visibility};

use super::function::Function;
use crate::errors::Errors;

pub(crate) enum Item {
    Function(Box<Function>),
    /// A function that cannot be parsed, which the compiler has reported already.
    Unreadable(Box<(Visibility, Ident)>),
    /// Not a function; the error has been recorded.
    Other(Other),
}

pub(crate) enum Other {
    Impl,
    Trait,
    Type,
    Item,
}

pub(crate) fn item(tokens: TokenStream, errors: &mut Errors) -> Item {
    let parsed = (|input: ParseStream<'_>| Item::parse(input, errors)).parse2(tokens);
    parsed.unwrap_or_else(|error| {
        errors.push(error);
        Item::Other(Other::Item)
    })
}

impl Item {
    fn parse(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let visibility: Visibility = input.parse()?;
        if !is_function(input) {
            let keyword: TokenTree = input.parse()?;
            let (other, help) = match keyword.to_string().as_str() {
                "impl" => (
                    Other::Impl,
                    "write `#[toolset]` above the `impl` block and `#[tool]` above its methods",
                ),
                "struct" | "enum" => (Other::Type, "for the arguments of a tool write `#[data]`"),
                "trait" => (Other::Trait, "write it above a function"),
                _ => (Other::Item, "write it above a function"),
            };
            errors.at(keyword, "`#[tool]` can only be applied to a function", help);
            input.parse::<TokenStream>()?;
            return Ok(Self::Other(other));
        }
        match Function::parse(&input.fork(), attrs.clone(), visibility.clone()) {
            Ok(_) => {
                let function = Function::parse(input, attrs, visibility)?;
                Ok(Self::Function(Box::new(function)))
            }
            Err(_) => Self::unreadable(input, visibility),
        }
    }

    fn unreadable(input: ParseStream<'_>, visibility: Visibility) -> syn::Result<Self> {
        while !input.peek(Token![fn]) {
            input.parse::<TokenTree>()?;
        }
        input.parse::<Token![fn]>()?;
        let ident = input.parse()?;
        input.parse::<TokenStream>()?;
        Ok(Self::Unreadable(Box::new((visibility, ident))))
    }
}

fn is_function(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    let is_safe = |ident: syn::Result<Ident>| ident.is_ok_and(|ident| ident == "safe");
    while !ahead.peek(Token![fn]) {
        let modifier = ahead.peek(Token![const])
            || ahead.peek(Token![async])
            || ahead.peek(Token![unsafe])
            || ahead.peek(Token![extern])
            || ahead.peek(Token![default])
            || ahead.peek(LitStr)
            || is_safe(ahead.fork().parse());
        if !modifier || ahead.parse::<TokenTree>().is_err() {
            return false;
        }
    }
    true
}
