//! Attachments of a prompt: files, directories, selections, data, and references to GitHub.
//!
//! ```no_run
//! # fn take_screenshot() -> Vec<u8> { Vec::new() }
//! # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
//! use copilot_sdk::Prompt;
//! use copilot_sdk::attachment::Attachment;
//!
//! let prompt = Prompt::new("Why does the page look like this?")
//!     .attachment(Attachment::blob(take_screenshot(), "image/png"))
//!     .attachment(Attachment::file("src/page.css"));
//! println!("{}", session.ask(prompt).await?);
//! # Ok(())
//! # }
//! ```
//!
//! The table at [`Attachment`] shows what the model gets for each kind. Attachments are part of a
//! [`Prompt`](crate::Prompt). A tool returns images and data in its result, as
//! [`Binary`](crate::tool::Binary).
//!
//! The book has a page with a complete program: `docs/src/attachments.md` in the repository.

#[expect(clippy::module_inception, reason = "the room is named after its main type")]
mod attachment;
mod github;
mod kind;
#[cfg(test)]
mod tests;

pub use attachment::Attachment;
pub use github::{GitHubFile, GitHubReferenceType, GitHubRepo, GitHubTree};
pub use kind::Position;
