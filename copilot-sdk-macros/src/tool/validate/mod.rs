//! The requirements on a tool beyond those of the compiler.

mod arguments;
mod keys;
mod limits;
mod signature;
mod whole;

pub(crate) use whole::validate;
