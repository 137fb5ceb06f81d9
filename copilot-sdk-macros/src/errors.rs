//! All mistakes of one item, each at the token to edit.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// Collects mistakes, so that the user sees all of them in one run.
#[derive(Default)]
pub(crate) struct Errors(Option<syn::Error>);

impl Errors {
    pub(crate) fn at(&mut self, tokens: impl ToTokens, problem: impl AsRef<str>, help: &str) {
        self.push(syn::Error::new_spanned(tokens, text(problem.as_ref(), help)));
    }

    pub(crate) fn at_span(&mut self, span: Span, problem: impl AsRef<str>, help: &str) {
        self.push(syn::Error::new(span, text(problem.as_ref(), help)));
    }

    pub(crate) fn push(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(all) => all.combine(error),
            none => *none = Some(error),
        }
    }

    pub(crate) fn extend(&mut self, other: Self) {
        other.0.into_iter().for_each(|error| self.push(error));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    pub(crate) fn into_tokens(self) -> TokenStream {
        self.0.map(syn::Error::into_compile_error).unwrap_or_default()
    }
}

/// The compiler indents a second line, so that it reads like its own help.
pub(crate) fn text(problem: &str, help: &str) -> String {
    if help.is_empty() { problem.to_owned() } else { format!("{problem}\n= help: {help}") }
}
