//! The keys of `#[data(..)]`.

use darling::FromMeta;
use darling::ast::NestedMeta;
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::Path;

use crate::attributes::{self, KeyList, Keys, values};
use crate::errors::Errors;

#[derive(Default, FromMeta)]
#[darling(default)]
struct DataKeys {
    #[darling(rename = "crate", with = values::crate_path, map = Some)]
    sdk: Option<Path>,
}

impl Keys for DataKeys {
    const ALL: &'static [&'static str] = &["crate"];

    fn instead_of(word: &str, item: &NestedMeta) -> Option<String> {
        let serde = [
            "bound",
            "content",
            "default",
            "deny_unknown_fields",
            "from",
            "into",
            "rename",
            "rename_all",
            "rename_all_fields",
            "tag",
            "transparent",
            "try_from",
            "untagged",
        ];
        let schemars = ["description", "example", "extend", "inline", "title", "transform"];
        let code = item.to_token_stream();
        if serde.contains(&word) {
            Some(format!("write `#[serde({code})]` below `#[data]`"))
        } else if schemars.contains(&word) {
            Some(format!("write `#[schemars({code})]` below `#[data]`"))
        } else if word == "derive" {
            Some(format!("write `#[{}]` below `#[data]`", code.to_string().replace(' ', "")))
        } else {
            let is_trait = word.starts_with(|first: char| first.is_ascii_uppercase());
            is_trait.then(|| format!("write `#[derive({code})]` below `#[data]`"))
        }
    }
}

/// Parses the path of the SDK, the only key.
pub(super) fn sdk(list: TokenStream, errors: &mut Errors) -> Path {
    let keys = KeyList::<DataKeys>::read("#[data(..)]", [list], errors).keys;
    attributes::sdk(keys.sdk.as_ref())
}
