//! Collects the mistakes in one item, each at the code to edit.

use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// The mistakes found so far, so that the user sees all of them in one run.
///
/// Holds errors of syn and not of darling: on stable Rust, a darling error points at a single
/// token, and the code to edit is often longer.
#[derive(Default)]
pub(crate) struct Errors(Option<syn::Error>);

impl Errors {
    /// Adds an error that spans all of `code`.
    pub(crate) fn at(&mut self, code: impl ToTokens, problem: impl Display, help: impl Display) {
        self.push(syn::Error::new_spanned(code, message(problem, help)));
    }

    pub(crate) fn at_span(&mut self, span: Span, problem: impl Display, help: impl Display) {
        self.push(syn::Error::new(span, message(problem, help)));
    }

    pub(crate) fn push(&mut self, error: impl Into<syn::Error>) {
        match &mut self.0 {
            Some(all) => all.combine(error.into()),
            none => *none = Some(error.into()),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    pub(crate) fn into_tokens(self) -> TokenStream {
        self.0.map(syn::Error::into_compile_error).unwrap_or_default()
    }
}

/// The text of an error. The compiler indents the second line, so that it looks like its own help.
pub(crate) fn message(problem: impl Display, help: impl Display) -> String {
    format!("{problem}\n= help: {help}")
}
