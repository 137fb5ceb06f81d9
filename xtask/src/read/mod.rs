//! Reads the schemas into the model.

mod collect;
mod facts;
mod shapes;
mod source;
mod unions;

pub(crate) use collect::protocol;
pub(crate) use source::Schemas;
