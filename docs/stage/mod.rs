//! The stage on which the programs of the pages run: GitHub, its models and the user's files are
//! played, the CLI is the real one.

mod run;
mod scripts;

pub use run::play;
