//! A function, parsed up to its body.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::ParseStream;
use syn::{Attribute, FnArg, ReceiverKind, Signature, Token, Visibility, parse_quote, token};

use crate::syntax::{is_named, is_shared_self};

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
