//! The keys of `#[data(..)]`.

use darling::FromMeta;
use proc_macro2::TokenStream;
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
}

/// Where the SDK is, the only key.
pub(super) fn sdk(list: TokenStream, errors: &mut Errors) -> Path {
    let keys = KeyList::<DataKeys>::read("#[data(..)]", [list], errors).keys;
    attributes::sdk(keys.sdk.as_ref())
}
