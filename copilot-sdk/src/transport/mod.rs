//! How bytes get to the CLI and back.

pub(crate) mod locate;
pub(crate) mod process;
