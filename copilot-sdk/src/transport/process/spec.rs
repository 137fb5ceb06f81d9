//! What to start: program, arguments, environment, working directory.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::PathBuf;
use std::process::Command;

/// A child process to be started.
#[derive(Debug, Clone)]
pub(crate) struct Spec {
    /// The program; a bare name is looked up on `PATH`.
    pub(crate) program: PathBuf,
    pub(crate) args: Vec<OsString>,
    pub(crate) environment: Environment,
    /// The child's working directory; this program's own when absent.
    pub(crate) cwd: Option<PathBuf>,
    pub(crate) stdin: Stdin,
}

/// What the child reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stdin {
    /// A pipe; closing it asks the CLI to end.
    Piped,
    Null,
}

/// Changes to this program's own environment, seen by the child.
#[derive(Default, Clone)]
pub(crate) struct Environment {
    changes: BTreeMap<OsString, Option<OsString>>,
}

impl Spec {
    pub(crate) fn new(program: impl Into<PathBuf>, stdin: Stdin) -> Self {
        Self {
            program: program.into(),
            args: Vec::new(),
            environment: Environment::default(),
            cwd: None,
            stdin,
        }
    }
}

impl Environment {
    pub(crate) fn set(&mut self, name: impl Into<OsString>, value: impl Into<OsString>) {
        self.changes.insert(name.into(), Some(value.into()));
    }

    pub(crate) fn remove(&mut self, name: impl Into<OsString>) {
        self.changes.insert(name.into(), None);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Whether a value for `name` was given, whatever this program's own environment holds.
    pub(crate) fn sets(&self, name: &str) -> bool {
        self.changes.get(OsStr::new(name)).is_some_and(Option::is_some)
    }

    /// What the child will see under `name`.
    pub(crate) fn lookup(&self, name: &str) -> Option<OsString> {
        match self.changes.get(OsStr::new(name)) {
            Some(change) => change.clone(),
            None => std::env::var_os(name),
        }
    }

    pub(super) fn apply(&self, command: &mut Command) {
        for (name, change) in &self.changes {
            match change {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Values may be tokens.
        f.debug_set().entries(self.changes.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::Environment;

    #[test]
    fn changes_win_over_the_ambient_environment_and_their_values_are_not_shown() {
        let mut environment = Environment::default();
        let ambient = environment.lookup("PATH");
        assert_eq!(ambient, std::env::var_os("PATH"));
        environment.set("COPILOT_GITHUB_TOKEN", "secret");
        environment.remove("PATH");
        assert_eq!(environment.lookup("COPILOT_GITHUB_TOKEN"), Some("secret".into()));
        assert_eq!(environment.lookup("PATH"), None);
        assert_eq!(format!("{environment:?}"), r#"{"COPILOT_GITHUB_TOKEN", "PATH"}"#);
    }
}
