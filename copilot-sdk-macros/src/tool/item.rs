//! The item below `#[tool]`.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, FnArg, Ident, Signature, Token, Visibility};

use crate::errors::Errors;

/// The help for a function without a body.
pub(crate) const NO_BODY: &str =
    "write one; a tool that runs elsewhere is `Tool::new(\"name\")` without a handler";

/// A function whose body is not parsed: the compiler says what is wrong with it, and reads it
/// faster.
pub(crate) struct ToolItem {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) signature: Signature,
    pub(crate) body: TokenStream,
}

pub(super) enum Item {
    Function(Box<ToolItem>),
    /// A function that cannot be read, of which the compiler has told the user already.
    Unreadable(Box<(Visibility, Ident)>),
    /// No function; the error is noted.
    Other,
}

impl Item {
    pub(super) fn parse(tokens: TokenStream, errors: &mut Errors) -> Self {
        let parsed = (|input: ParseStream<'_>| Self::read(input, errors)).parse2(tokens);
        parsed.unwrap_or_else(|error| {
            errors.push(error);
            Self::Other
        })
    }

    fn read(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Self> {
        let mut attrs = input.call(Attribute::parse_outer)?;
        let visibility: Visibility = input.parse()?;
        if !is_function(input) {
            let keyword: TokenTree = input.parse()?;
            let help = match keyword.to_string().as_str() {
                "impl" => {
                    "write `#[toolset]` above the `impl` block and `#[tool]` above its methods"
                }
                "struct" | "enum" => "for the arguments of a tool write `#[data]`",
                _ => "write it above a function",
            };
            errors.at(keyword, "`#[tool]` can only be applied to a function", help);
            input.parse::<TokenStream>()?;
            return Ok(Self::Other);
        }
        let signature: Signature = match input.fork().parse::<Signature>() {
            Ok(_) => input.parse()?,
            Err(_) => return Self::unreadable(input, visibility),
        };
        attrs.retain(|attr| {
            let twice = is_named(attr, "tool");
            if twice {
                errors.at(attr, "`#[tool]` is applied twice", "remove one of them");
            }
            !twice
        });
        let body = if input.peek(Token![;]) {
            let semicolon: Token![;] = input.parse()?;
            // Of a method the caller says something else.
            if signature.receiver().is_none() {
                errors.at(semicolon, "a tool needs a body", NO_BODY);
                quote::quote!({ loop {} })
            } else {
                semicolon.to_token_stream()
            }
        } else {
            input.parse()?
        };
        Ok(Self::Function(Box::new(ToolItem { attrs, visibility, signature, body })))
    }
}

impl Item {
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

impl ToolItem {
    /// Takes away what only the macro knows, and what it has reported.
    pub(crate) fn clean(&mut self) {
        self.signature.variadic = None;
        for input in &mut self.signature.inputs {
            if let FnArg::Typed(argument) = input {
                argument.attrs.retain(|attr| {
                    !["arg", "doc", "serde", "schemars", "cfg", "cfg_attr"]
                        .iter()
                        .any(|name| is_named(attr, name))
                });
            }
        }
    }

    /// The conditions under which the function exists.
    pub(crate) fn cfgs(&self) -> Vec<Attribute> {
        self.attrs.iter().filter(|attr| attr.path().is_ident("cfg")).cloned().collect()
    }
}

impl ToTokens for ToolItem {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.attrs.iter().for_each(|attr| attr.to_tokens(tokens));
        self.visibility.to_tokens(tokens);
        self.signature.to_tokens(tokens);
        self.body.to_tokens(tokens);
    }
}

/// Whether the attribute's path ends in `name`: `#[tool]` and `#[copilot_sdk::tool]`.
pub(crate) fn is_named(attr: &Attribute, name: &str) -> bool {
    attr.path().segments.last().is_some_and(|last| last.ident == name)
}

fn is_function(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    while let Ok(token) = ahead.parse::<TokenTree>() {
        match token.to_string().as_str() {
            "fn" => return true,
            "const" | "async" | "unsafe" | "safe" | "extern" => {}
            text if text.starts_with('"') => {}
            _ => return false,
        }
    }
    false
}
