//! Locating the CLI.

mod cache;
mod examine;
mod located;
mod path;
#[cfg(test)]
pub(crate) mod scratch;
mod search;
#[cfg(any(windows, test))]
mod shim;
#[cfg(test)]
mod tests;
mod trust;
mod version;

pub(crate) use self::cache::{Cache, create_private};
pub(crate) use self::located::Located;
#[cfg(windows)]
pub(crate) use self::path::has_extension;
pub(crate) use self::path::{directories, file_names, find_program, on_path};
pub(crate) use self::search::locate;
pub(crate) use self::version::PROGRAM;
pub use self::version::VERSION;
