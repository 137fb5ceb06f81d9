//! Parses the item below `#[tool]`.

mod arg_keys;
mod tool_keys;

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::{
    Attribute, FnArg, Ident, LitStr, ReceiverKind, Signature, Token, Type, Visibility, parse_quote,
    token,
};

pub(crate) use arg_keys::{ArgKeys, DefaultValue, Limits, limits_help};
pub(crate) use tool_keys::{Defer, ToolKeys, tool_keys};

use super::model::{Parameter, ParameterKind};
use crate::errors::Errors;
use crate::syntax::{is_named, is_named_type, is_shared_self, peel};

/// A function or method. Its body is not parsed: the compiler reports its errors and parses it
/// faster.
pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) defaultness: Option<Token![default]>,
    pub(crate) signature: Signature,
    pub(crate) body: Body,
}

pub(crate) enum Body {
    Block(TokenStream),
    Missing(Token![;]),
}

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

/// The parameters with their keys. A context has none; if it is given keys, validation reports it.
pub(crate) fn parameters(signature: &Signature, errors: &mut Errors) -> Vec<Parameter> {
    let typed = signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(input) => Some(input.clone()),
        FnArg::Receiver(_) => None,
    });
    let parameters = typed.map(|input| match context(&input.ty) {
        Some(by_reference) => {
            let kind = ParameterKind::Context { by_reference };
            Parameter { input, keys: ArgKeys::default(), kind }
        }
        None => {
            let keys = arg_keys::arg_keys(&input, errors);
            Parameter { input, keys, kind: ParameterKind::Argument }
        }
    });
    parameters.collect()
}

/// Whether the type is `ToolContext`, and whether by reference. Decided by name, since macros do
/// not see types.
fn context(ty: &Type) -> Option<bool> {
    match peel(ty) {
        Type::Reference(reference) if reference.mutability.to_token_stream().is_empty() => {
            is_named_type(&reference.elem, "ToolContext").then_some(true)
        }
        ty => is_named_type(ty, "ToolContext").then_some(false),
    }
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

impl Function {
    pub(crate) fn parse(
        input: ParseStream<'_>,
        attrs: Vec<Attribute>,
        visibility: Visibility,
    ) -> syn::Result<Self> {
        let defaultness = input.parse()?;
        let signature = input.parse()?;
        let body = if input.peek(Token![;]) {
            Body::Missing(input.parse()?)
        } else if input.peek(token::Brace) {
            // A single tree, even if a `macro_rules!` variable put an invisible group around it.
            Body::Block(input.parse::<TokenTree>()?.into())
        } else {
            return Err(input.error("expected a body"));
        };
        Ok(Self { attrs, visibility, defaultness, signature, body })
    }

    /// Removes attributes known only to the macros, and anything already reported.
    pub(crate) fn clean(&mut self) {
        self.attrs.retain(|attr| !is_named(attr, "tool"));
        self.signature.variadic = None;
        for input in &mut self.signature.inputs {
            if let FnArg::Typed(parameter) = input {
                let names = ["arg", "doc", "serde", "schemars", "cfg", "cfg_attr"];
                parameter.attrs.retain(|attr| !names.iter().any(|name| is_named(attr, name)));
            }
        }
    }

    /// Adds a body if it is missing, which would be a second error.
    pub(crate) fn complete(&mut self) {
        if let Body::Missing(_) = self.body {
            self.body = Body::Block(quote!({ loop {} }));
        }
    }

    /// Replaces a receiver of an unknown type with `&self`, which avoids a second error of the
    /// compiler.
    pub(crate) fn replace_foreign_receiver(&mut self) {
        let Some(FnArg::Receiver(receiver)) = self.signature.inputs.first_mut() else { return };
        let ReceiverKind::Typed(_, ty) = &receiver.kind else { return };
        if !is_shared_self(ty) && !mentions_self(ty.to_token_stream()) {
            *receiver = parse_quote!(&self);
            self.body = Body::Block(quote!({ loop {} }));
        }
    }

    /// The `#[cfg(..)]` attributes of the function.
    pub(crate) fn cfgs(&self) -> Vec<Attribute> {
        self.attrs.iter().filter(|attr| attr.path().is_ident("cfg")).cloned().collect()
    }
}

impl ToTokens for Function {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.attrs.iter().for_each(|attr| attr.to_tokens(tokens));
        self.visibility.to_tokens(tokens);
        self.defaultness.to_tokens(tokens);
        self.signature.to_tokens(tokens);
        match &self.body {
            Body::Block(block) => block.to_tokens(tokens),
            Body::Missing(semicolon) => semicolon.to_tokens(tokens),
        }
    }
}

fn mentions_self(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == "Self",
        TokenTree::Group(group) => mentions_self(group.stream()),
        _ => false,
    })
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
