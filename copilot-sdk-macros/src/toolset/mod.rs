//! `#[toolset]`: the methods of an `impl` block as tools that share `self`.

mod attribute;
mod expand;
mod fallback;
mod model;
mod parse;
#[cfg(test)]
mod tests;
mod validate;

pub(crate) use attribute::{misnamed, toolset};
