//! The specification of a child process: program, arguments, environment, working directory.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::process::Command;

use crate::sorted_map::SortedMap;

/// The variable that marks a child and all its descendants.
pub(crate) const INSTANCE_VARIABLE: &str = "COPILOT_SDK_INSTANCE";

/// The specification of a child process.
#[derive(Debug, Clone)]
pub(crate) struct Spec {
    /// The program; a bare name is looked up on `PATH`.
    pub(crate) program: PathBuf,
    pub(crate) args: Vec<OsString>,
    pub(crate) environment: Environment,
    /// The child's working directory; `None` means that of this program.
    pub(crate) cwd: Option<PathBuf>,
    pub(crate) stdin: Stdin,
}

/// The child's stdin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stdin {
    /// A pipe; closing it asks the CLI to exit.
    Piped,
    Null,
}

/// Changes to this program's environment, for the child.
#[derive(Default, Clone)]
pub(crate) struct Environment {
    changes: SortedMap<OsString, Option<OsString>>,
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
        self.changes.insert(key(name.into()), Some(value.into()));
    }

    /// Sets what neither this program's own environment nor a change has.
    pub(crate) fn set_if_absent(&mut self, name: &str, value: impl Into<OsString>) {
        if self.lookup(name).is_none() {
            self.set(name, value);
        }
    }

    pub(crate) fn remove(&mut self, name: impl Into<OsString>) {
        self.changes.insert(key(name.into()), None);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Whether a value for `name` is set here, regardless of this program's environment.
    pub(crate) fn sets(&self, name: &str) -> bool {
        self.changes.get(&key(name.into())).is_some_and(Option::is_some)
    }

    /// The value of `name` in the child's environment.
    pub(crate) fn lookup(&self, name: &str) -> Option<OsString> {
        match self.changes.get(&key(name.into())) {
            Some(change) => change.clone(),
            None => std::env::var_os(name),
        }
    }

    /// Makes the child bypass proxies for this machine, since local model servers and MCP servers
    /// must not be reached through another machine. The user's exclusions are kept.
    pub(crate) fn spare_loopback(&mut self) {
        let value = |name: &str| self.lookup(name).filter(|value| !value.is_empty());
        if !PROXIES.iter().any(|name| value(name).is_some()) {
            return;
        }
        let [upper, lower] = NO_PROXY.map(value);
        // Programs read only one of the two variables.
        let lists = [upper.clone().or_else(|| lower.clone()), lower.or(upper)];
        for (name, list) in NO_PROXY.into_iter().zip(lists) {
            self.set(name, with_loopback(list.unwrap_or_default()));
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

/// The name as the system compares it: Windows ignores the case.
fn key(name: OsString) -> OsString {
    if cfg!(windows) { name.to_ascii_uppercase() } else { name }
}

/// Variables that set a proxy.
const PROXIES: [&str; 8] = [
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "npm_config_proxy",
    "npm_config_https_proxy",
];
/// Variables that exclude hosts from the proxy.
const NO_PROXY: [&str; 2] = ["NO_PROXY", "no_proxy"];
const LOOPBACK: [&str; 3] = ["127.0.0.1", "localhost", "::1"];

/// Adds the missing names of this machine to the list.
fn with_loopback(mut list: OsString) -> OsString {
    let text = list.to_string_lossy().into_owned();
    let entries: Vec<_> = text.split([',', ' ']).map(str::trim).collect();
    if entries.contains(&"*") {
        return list;
    }
    for name in LOOPBACK.iter().filter(|name| !entries.contains(name)) {
        if !list.is_empty() {
            list.push(",");
        }
        list.push(name);
    }
    list
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Values may be tokens.
        f.debug_set().entries(self.changes.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::{Environment, NO_PROXY, PROXIES};

    /// What becomes of `NO_PROXY` and `no_proxy`.
    fn excluded(variables: &[(&str, &str)]) -> [Option<String>; 2] {
        let mut environment = Environment::default();
        for name in PROXIES.iter().chain(&NO_PROXY) {
            environment.remove(name);
        }
        for (name, value) in variables {
            environment.set(name, value);
        }
        environment.spare_loopback();
        NO_PROXY.map(|name| environment.lookup(name).map(|value| value.into_string().unwrap()))
    }

    #[test]
    fn a_proxy_is_not_for_this_machine() {
        let own = "127.0.0.1,localhost,::1";
        let both = |list: &str| [Some(list.to_owned()), Some(list.to_owned())];
        let proxy = ("https_proxy", "http://proxy:3128");
        assert_eq!(excluded(&[]), [None, None]);
        assert_eq!(excluded(&[("HTTP_PROXY", "")]), [None, None]);
        for name in PROXIES {
            assert_eq!(excluded(&[(name, "http://proxy:3128")]), both(own), "{name}");
        }
        assert_eq!(excluded(&[proxy, ("NO_PROXY", ".corp")]), both(&format!(".corp,{own}")));
        assert_eq!(excluded(&[proxy, ("no_proxy", ".corp")]), both(&format!(".corp,{own}")));
        // On Windows, the two are one.
        #[cfg(unix)]
        assert_eq!(
            excluded(&[proxy, ("NO_PROXY", "a, localhost"), ("no_proxy", "::1 b")]),
            [
                Some("a, localhost,127.0.0.1,::1".to_owned()),
                Some("::1 b,127.0.0.1,localhost".to_owned())
            ]
        );
        assert_eq!(excluded(&[proxy, ("NO_PROXY", "*")]), both("*"));
        assert_eq!(excluded(&[proxy, ("no_proxy", own)]), both(own));
    }

    #[test]
    #[cfg(windows)]
    fn names_are_compared_without_case() {
        let mut environment = Environment::default();
        environment.set("Path", "one");
        environment.set("PATH", "other");
        assert_eq!(environment.lookup("path"), Some("other".into()));
        assert!(environment.sets("pAtH"));
    }

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
