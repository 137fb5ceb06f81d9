//! The session builder: one file of setters per kind of option.

mod agents;
mod context;
mod create;
mod environment;
mod handlers;
mod host;
mod mcp;
mod model;
mod requests;
mod resume;
mod skills;
#[cfg(test)]
mod tests;
mod tools;

pub use create::SessionBuilder;
