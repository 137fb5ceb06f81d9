//! The database of a session, in which the agent keeps lists: a file among those of the session.

mod guard;
#[cfg(test)]
mod hostile_tests;
mod keep;
mod requests;
mod run;
#[cfg(test)]
mod tests;
mod value;
mod wire;

pub(super) use requests::register;
