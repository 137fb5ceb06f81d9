//! GitHub on loopback, for the real CLI.
//!
//! A request travels `server` -> `state`, which records it and checks its token -> either an
//! answer of GitHub's own, from `state`, or the scripted model.

mod catalog;
mod fake;
mod request;
mod server;
mod state;
#[cfg(test)]
mod tests;

pub use self::catalog::GitHubModel;
pub use self::fake::FakeGitHub;
pub use self::request::GitHubRequest;
