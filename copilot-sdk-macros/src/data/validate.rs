//! The requirements on `#[data]` types.

use darling::ast::NestedMeta;
use quote::{ToTokens, quote};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Attribute, Data, DeriveInput, Field, Meta, Path, Token};

use crate::attributes::values;
use crate::errors::Errors;
use crate::syntax::{ends_in, is_named};

const DERIVED: [&str; 3] = ["Serialize", "Deserialize", "JsonSchema"];

/// Validates the type, removing derives that are reported.
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
    match &input.data {
        Data::Struct(data) => data.fields.iter().for_each(|field| argument_keys(field, errors)),
        Data::Enum(data) => {
            let fields = data.variants.iter().flat_map(|variant| &variant.fields);
            fields.for_each(|field| argument_keys(field, errors));
        }
        Data::Union(_) => {}
    }
}

/// Reports `#[arg(..)]` on a field, and the serde or schemars attributes to use instead.
fn argument_keys(field: &Field, errors: &mut Errors) {
    for attr in field.attrs.iter().filter(|attr| is_named(attr, "arg")) {
        let items = Punctuated::<NestedMeta, Token![,]>::parse_terminated
            .parse2(values::tokens(&attr.meta))
            .unwrap_or_default();
        let written: Vec<String> = items.iter().filter_map(field_attribute).collect();
        let help = if written.is_empty() {
            "use `#[serde(..)]`, `#[schemars(..)]` and doc comments".to_owned()
        } else {
            format!("write {}", written.join(" and "))
        };
        errors.at(
            attr,
            "`#[arg]` is for the arguments of a tool, not for the fields of data",
            help,
        );
    }
}

/// The field attribute equivalent to the argument key `item`.
fn field_attribute(item: &NestedMeta) -> Option<String> {
    let NestedMeta::Meta(item) = item else { return None };
    let text = item.to_token_stream().to_string();
    let value = values::tokens(item);
    match values::key(item).as_str() {
        "default" if value.is_empty() => Some("`#[serde(default)]`".to_owned()),
        "default" => {
            Some("`#[serde(default = \"function\")]` with a function that gives it".to_owned())
        }
        "description" | "desc" | "doc" => Some("a doc comment above the field".to_owned()),
        "flatten" => Some("`#[serde(flatten)]`".to_owned()),
        "rename" | "name" => Some(format!("`#[serde(rename = {value})]`")),
        "length" | "range" => Some(format!("`#[schemars({})]`", text.replace(" (", "("))),
        "pattern" => Some(format!("`#[schemars(regex(pattern = {value}))]`")),
        _ => None,
    }
}

/// Reports derives of the same traits, for which the compiler's own message would be confusing.
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
