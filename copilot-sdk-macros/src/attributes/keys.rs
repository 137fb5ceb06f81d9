//! The keys of a list, and what is wrong with them.

use std::slice;

use darling::ast::NestedMeta;
use darling::error::Accumulator;
use darling::util::path_to_string;
use darling::{Error, FromMeta};
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Lit, Meta, Path};

use super::list::parse;
use super::values;
use crate::errors::{Errors, message};
use crate::suggest;

/// A struct whose fields are the keys of a list.
pub(crate) trait Keys: Default + FromMeta {
    /// All keys, in alphabetical order.
    const ALL: &'static [&'static str];
    /// Keys that may be repeated.
    const REPEATABLE: &'static [&'static str] = &[];

    /// The key that other macros or libraries call `word`.
    fn synonym(_word: &str) -> Option<&'static str> {
        None
    }

    /// What to write instead of a word that is not a key.
    fn instead_of(_word: &str, _item: &NestedMeta) -> Option<String> {
        None
    }
}

/// The keys read from the lists of an attribute.
#[derive(Default)]
pub(crate) struct KeyList<K> {
    pub(crate) keys: K,
    /// The keys as written, with valid or invalid values.
    written: Vec<String>,
    /// Whether the list ends in a mistake, so that later keys are unknown.
    is_broken: bool,
}

impl<K: Keys> KeyList<K> {
    /// Reads the lists of all attributes with one name, which messages call `shown`. Mistakes are
    /// reported and their keys skipped.
    pub(crate) fn read(
        shown: &str,
        lists: impl IntoIterator<Item = TokenStream>,
        errors: &mut Errors,
    ) -> Self {
        let mut found = Error::accumulator();
        let (mut items, mut is_broken) = (Vec::new(), false);
        for list in lists {
            is_broken |= !parse(list, &mut items, &mut found);
        }
        let written = items.iter().map(written).collect();
        let mut items = known::<K>(shown, items, &mut found);
        found.into_inner().into_iter().for_each(|error| errors.push(error));
        items.retain(|item| {
            let read = K::from_list(slice::from_ref(item));
            read.map_err(|error| report(item, error, errors)).is_ok()
        });
        let keys = K::from_list(&items).unwrap_or_default();
        Self { keys, written, is_broken }
    }

    /// Whether the key is present, with a valid or invalid value.
    pub(crate) fn mentions(&self, key: &str) -> bool {
        self.written.iter().any(|word| word == key)
    }

    /// Whether the key is present or was probably intended.
    pub(crate) fn may_mention(&self, key: &str) -> bool {
        let means = |word| K::synonym(word).or_else(|| suggest::similar(word, K::ALL)) == Some(key);
        self.is_broken || self.written.iter().any(|word| word == key || means(word))
    }
}

/// Reads the list of a key, such as that of `range(..)`.
pub(crate) fn nested<K: Keys>(shown: &str, list: TokenStream) -> darling::Result<K> {
    let mut errors = Error::accumulator();
    let mut items = Vec::new();
    parse(list, &mut items, &mut errors);
    let items = known::<K>(shown, items, &mut errors);
    let keys = errors.handle(K::from_list(&items)).unwrap_or_default();
    errors.finish_with(keys)
}

/// Keeps items with known keys, each once, and reports what to write instead of the others.
fn known<K: Keys>(
    shown: &str,
    items: Vec<NestedMeta>,
    errors: &mut Accumulator,
) -> Vec<NestedMeta> {
    let mut known: Vec<NestedMeta> = Vec::new();
    for item in items {
        let key = key(&item);
        let is_repeated = known.iter().any(|other| self::key(other) == key);
        match &item {
            NestedMeta::Lit(lit) => {
                let text = message("expected `key = value`", instead_of_literal::<K>(lit));
                errors.push(Error::custom(text).with_span(lit));
            }
            item if !K::ALL.contains(&key.as_str()) => {
                let text =
                    message(format!("unknown key `{key}` in `{shown}`"), instead::<K>(&key, item));
                errors.push(Error::custom(text).with_span(&path(item)));
            }
            item if is_repeated && !K::REPEATABLE.contains(&key.as_str()) => {
                let problem = format!("`{key}` is given twice in `{shown}`");
                let text = message(problem, "remove one of them");
                errors.push(Error::custom(text).with_span(&path(item)));
            }
            NestedMeta::NameValueInvalidExpr(pair) if pair.value.is_empty() => {
                let problem = format!("`{key}` needs a value after `=`");
                let text = message(problem, suggest::assignment(&key));
                errors.push(Error::custom(text).with_span(&pair.path));
            }
            NestedMeta::NameValueInvalidExpr(pair) => {
                let error = values::json_without_macro(&key, &pair.value);
                errors.push(error.unwrap_or_else(|| pair.error.clone()));
            }
            NestedMeta::Meta(_) => known.push(item),
        }
    }
    known
}

/// Reports an invalid value at the whole value, because a darling error points at a single token of
/// it.
fn report(item: &NestedMeta, error: Error, errors: &mut Errors) {
    let error = syn::Error::from(error);
    match item {
        NestedMeta::Meta(Meta::NameValue(pair)) => {
            errors.push(syn::Error::new_spanned(&pair.value, error));
        }
        _ => errors.push(error),
    }
}

/// The key of an item. A literal is a description without a key.
fn written(item: &NestedMeta) -> String {
    match item {
        NestedMeta::Lit(_) => "description".to_owned(),
        item => key(item),
    }
}

/// The help for an unknown key.
fn instead<K: Keys>(word: &str, item: &NestedMeta) -> String {
    match (K::synonym(word), item) {
        (Some(key), NestedMeta::Meta(Meta::NameValue(pair))) => {
            format!("write `{key} = {}`", pair.value.to_token_stream())
        }
        (Some(key), _) => suggest::assignment(key),
        (None, _) => K::instead_of(word, item)
            .or_else(|| {
                Some(format!("there is a similar key, `{}`", suggest::similar(word, K::ALL)?))
            })
            .unwrap_or_else(|| suggest::expected(K::ALL)),
    }
}

fn instead_of_literal<K: Keys>(lit: &Lit) -> String {
    match lit {
        Lit::Str(text) if K::ALL.contains(&"description") => {
            format!("write `description = {}`, or use a doc comment", text.token())
        }
        _ => suggest::expected(K::ALL),
    }
}

fn key(item: &NestedMeta) -> String {
    path(item).map(path_to_string).unwrap_or_default()
}

fn path(item: &NestedMeta) -> Option<&Path> {
    match item {
        NestedMeta::Meta(meta) => Some(meta.path()),
        NestedMeta::NameValueInvalidExpr(pair) => Some(&pair.path),
        NestedMeta::Lit(_) => None,
    }
}
