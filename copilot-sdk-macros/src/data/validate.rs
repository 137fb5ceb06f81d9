//! What a type must not be, or have, to be data.

use quote::quote;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Attribute, Data, DeriveInput, Meta, Path, Token};

use crate::errors::Errors;
use crate::syntax::{ends_in, is_named};

const DERIVED: [&str; 3] = ["Serialize", "Deserialize", "JsonSchema"];

/// Takes derives that are reported away.
pub(super) fn validate(input: &mut DeriveInput, errors: &mut Errors) {
    if let Data::Union(union) = &input.data {
        errors.at(union.union_token, "`#[data]` cannot be applied to a union", "use an enum");
    }
    for attr in &mut input.attrs {
        if is_named(attr, "data") {
            errors.at(&attr, "`#[data]` is applied twice", "remove one of them");
        }
        derives(attr, errors);
    }
}

/// A derive of the same traits would be a second implementation; the compiler says so in a baffling
/// way.
fn derives(attr: &mut Attribute, errors: &mut Errors) {
    let Meta::List(list) = &mut attr.meta else { return };
    if !list.path.is_ident("derive") {
        return;
    }
    let paths = Punctuated::<Path, Token![,]>::parse_terminated
        .parse2(list.tokens.clone())
        .unwrap_or_default();
    let (ours, theirs): (Vec<Path>, Vec<Path>) =
        paths.into_iter().partition(|path| derived(path).is_some());
    for path in &ours {
        let name = derived(path).unwrap_or_default();
        let help = format!("remove `{name}` from this derive");
        errors.at(path, format!("`#[data]` derives `{name}` already"), help);
    }
    if !ours.is_empty() {
        list.tokens = quote!(#(#theirs),*);
    }
}

fn derived(path: &Path) -> Option<&'static str> {
    DERIVED.into_iter().find(|name| ends_in(path, name))
}
