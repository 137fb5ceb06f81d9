//! Checks that a shell command does only what a policy allows.
//!
//! The text is parsed here as well, so that a mistake in the CLI's analysis approves nothing:
//! whatever this small parser does not understand does not match.

mod check;
mod line;
mod pattern;
mod powershell;

pub(super) use self::check::{is_allowed, is_read_only};
pub(super) use self::pattern::CommandPattern;
