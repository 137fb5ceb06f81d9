//! Helpers for tokens that are emitted unparsed, and for spans.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};

/// An item that cannot be parsed, without the attributes known only to the macros.
pub(crate) fn unreadable(item: &TokenStream) -> TokenStream {
    without(item, &["tool", "data", "serde", "schemars"])
}

/// `tokens` without the attributes with these names.
pub(crate) fn without(tokens: &TokenStream, names: &[&str]) -> TokenStream {
    strip(tokens, names).unwrap_or_else(|| tokens.clone())
}

/// All of `tokens` at `span`.
pub(crate) fn respan(tokens: TokenStream, span: Span) -> TokenStream {
    let respanned = tokens.into_iter().map(|mut token| {
        if let TokenTree::Group(group) = &token {
            token = TokenTree::Group(Group::new(group.delimiter(), respan(group.stream(), span)));
        }
        token.set_span(span);
        token
    });
    respanned.collect()
}

/// Returns `None` if there is nothing to strip: new groups have other spans, which would change the
/// compiler's errors.
fn strip(tokens: &TokenStream, names: &[&str]) -> Option<TokenStream> {
    let mut tokens = tokens.clone().into_iter().peekable();
    let (mut kept, mut changed) = (Vec::new(), false);
    while let Some(token) = tokens.next() {
        if let (TokenTree::Punct(punct), Some(TokenTree::Group(group))) = (&token, tokens.peek())
            && punct.as_char() == '#'
            && is_attribute(group, names)
        {
            tokens.next();
            changed = true;
            continue;
        }
        let inside = match &token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
                strip(&group.stream(), &["arg", "doc", "serde", "schemars", "cfg"])
            }
            TokenTree::Group(group) => strip(&group.stream(), names),
            _ => None,
        };
        changed |= inside.is_some();
        kept.push(match (token, inside) {
            (TokenTree::Group(group), Some(inside)) => {
                let mut stripped = Group::new(group.delimiter(), inside);
                stripped.set_span(group.span());
                stripped.into()
            }
            (token, _) => token,
        });
    }
    changed.then(|| kept.into_iter().collect())
}

/// Whether the brackets after a `#` hold an attribute whose path ends in one of `names`.
fn is_attribute(brackets: &Group, names: &[&str]) -> bool {
    let path =
        brackets.stream().into_iter().take_while(|token| !matches!(token, TokenTree::Group(_)));
    let words = path.filter_map(|token| match token {
        TokenTree::Ident(word) => Some(word.to_string()),
        _ => None,
    });
    brackets.delimiter() == Delimiter::Bracket
        && words.last().is_some_and(|last| names.contains(&last.as_str()))
}
