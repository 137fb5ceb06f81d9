//! Doc comments as descriptions.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// The text of doc comments, known now or only when the user's crate is compiled.
pub(crate) enum Docs {
    None,
    Text(String),
    /// Contains `#[doc = include_str!(..)]` or another macro.
    Expression(TokenStream),
}

impl Docs {
    /// Reads every `#[doc = ..]` in `attrs`.
    pub(crate) fn of(attrs: &[Attribute]) -> Self {
        let pieces: Vec<&Expr> = attrs.iter().filter_map(piece).collect();
        if pieces.is_empty() {
            return Self::None;
        }
        let texts: Option<Vec<String>> = pieces.iter().copied().map(literal).collect();
        if let Some(texts) = texts {
            let text = trim(&texts.join("\n"));
            return if text.is_empty() { Self::None } else { Self::Text(text) };
        }
        let span = Span::mixed_site();
        let pieces = pieces.into_iter().map(|piece| match literal(piece) {
            Some(text) => text.strip_prefix(' ').unwrap_or(&text).to_token_stream(),
            None => piece.to_token_stream(),
        });
        Self::Expression(quote_spanned! {span=> ::core::concat!(#(#pieces, "\n"),*) })
    }

    pub(crate) fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }
}

impl ToTokens for Docs {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::None => "".to_tokens(tokens),
            Self::Text(text) => text.to_tokens(tokens),
            Self::Expression(expression) => expression.to_tokens(tokens),
        }
    }
}

fn piece(attr: &Attribute) -> Option<&Expr> {
    match &attr.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => Some(&pair.value),
        _ => None,
    }
}

fn literal(piece: &Expr) -> Option<String> {
    match piece {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    }
}

/// Strips the syntax of the comment: the common indentation, stars of block comments, blank ends.
fn trim(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let starred = lines.len() > 1
        && lines.iter().skip(1).all(|line| line.is_empty() || line.trim_start().starts_with('*'));
    let lines: Vec<&str> = if starred {
        lines.iter().map(|line| line.trim_start().strip_prefix('*').unwrap_or(line)).collect()
    } else {
        lines
    };
    let margin =
        |line: &&str| (!line.trim().is_empty()).then(|| line.len() - line.trim_start().len());
    // The first line of a block comment follows its opening, so it has no margin.
    let margin = lines.iter().filter_map(margin).min().unwrap_or_default();
    let lines: Vec<&str> =
        lines.iter().map(|line| line.get(margin..).unwrap_or_default().trim_end()).collect();
    lines.join("\n").trim_matches('\n').trim_end().to_owned()
}
