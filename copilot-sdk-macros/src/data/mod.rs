//! `#[data]`: the three derives of types exchanged as JSON.

mod attribute;
mod expand;
mod fallback;
mod parse;
#[cfg(test)]
mod tests;
mod validate;

pub(crate) use attribute::data;
