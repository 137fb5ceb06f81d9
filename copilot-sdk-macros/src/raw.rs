//! Code as tokens, where the parser is not asked: the compiler itself says what is wrong with it.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{ImplItem, ImplItemFn};

/// `tokens` without the attributes that only the macros know.
pub(crate) fn without_attributes(tokens: TokenStream) -> TokenStream {
    strip(&tokens, &["tool", "data", "serde", "schemars"]).unwrap_or(tokens)
}

/// `None` when there is nothing to strip: new groups have other spans, and the compiler would see
/// another mistake.
fn strip(tokens: &TokenStream, names: &[&str]) -> Option<TokenStream> {
    let mut tokens = tokens.clone().into_iter().peekable();
    let (mut kept, mut changed) = (Vec::new(), false);
    while let Some(token) = tokens.next() {
        if let (TokenTree::Punct(punct), Some(TokenTree::Group(group))) = (&token, tokens.peek())
            && punct.as_char() == '#'
            && is_one_of(group, names)
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

fn is_one_of(attribute: &Group, names: &[&str]) -> bool {
    let path =
        attribute.stream().into_iter().take_while(|token| !matches!(token, TokenTree::Group(_)));
    let words = path.filter_map(|token| match token {
        TokenTree::Ident(word) => Some(word.to_string()),
        _ => None,
    });
    attribute.delimiter() == Delimiter::Bracket
        && words.last().is_some_and(|last| names.contains(&last.as_str()))
}

/// The bodies of the methods of an `impl` block, in their order; `;` where there is none.
pub(crate) struct Bodies(Vec<TokenTree>);

impl Bodies {
    /// The block with empty methods, and their bodies.
    pub(crate) fn take(block: TokenStream) -> (TokenStream, Self) {
        let mut tokens: Vec<TokenTree> = block.into_iter().collect();
        let mut bodies = Self(Vec::new());
        if let Some(TokenTree::Group(group)) = tokens.last_mut()
            && group.delimiter() == Delimiter::Brace
        {
            let span = group.span();
            *group = Group::new(Delimiter::Brace, bodies.empty(group.stream()));
            group.set_span(span);
        }
        (tokens.into_iter().collect(), bodies)
    }

    fn empty(&mut self, methods: TokenStream) -> TokenStream {
        let mut tokens = methods.into_iter().peekable();
        let (mut emptied, mut in_method) = (Vec::new(), false);
        while let Some(token) = tokens.next() {
            let next = tokens.peek();
            if in_method && ends_method(&token, next) {
                let mut body = Group::new(Delimiter::Brace, TokenStream::new());
                body.set_span(token.span());
                emptied.push(body.into());
                self.0.push(token);
                in_method = false;
                continue;
            }
            // `fn(` is a type.
            let named = matches!(next, Some(TokenTree::Ident(_)));
            in_method |= named && matches!(&token, TokenTree::Ident(word) if word == "fn");
            emptied.push(token);
        }
        emptied.into_iter().collect()
    }

    /// The `;` of the method at `index`, if that has no body.
    pub(crate) fn missing(&self, index: usize) -> Option<&TokenTree> {
        self.0.get(index).filter(|body| matches!(body, TokenTree::Punct(_)))
    }

    /// Gives the methods in `items` their bodies.
    pub(crate) fn put_back(self, items: &mut [ImplItem]) {
        let methods = items.iter_mut().filter(|item| matches!(item, ImplItem::Fn(_)));
        for (item, body) in methods.zip(self.0) {
            let ImplItem::Fn(ImplItemFn { attrs, vis, modifiers, sig, .. }) = &item else {
                continue;
            };
            let default = &modifiers.defaultness;
            let body = match body {
                TokenTree::Punct(_) => quote!({ loop {} }),
                body => body.to_token_stream(),
            };
            *item = ImplItem::Verbatim(quote!(#(#attrs)* #vis #default #sig #body));
        }
    }
}

/// A brace in the middle of a signature is the argument of a generic type.
fn ends_method(token: &TokenTree, next: Option<&TokenTree>) -> bool {
    match token {
        TokenTree::Punct(punct) => punct.as_char() == ';',
        TokenTree::Group(group) => {
            let goes_on =
                matches!(next, Some(TokenTree::Punct(next)) if matches!(next.as_char(), ',' | '>'));
            group.delimiter() == Delimiter::Brace && !goes_on
        }
        _ => false,
    }
}
