//! Tool filters: which tools the agent sees.
//!
//! Tools come from the CLI (`builtin:`), from MCP servers (`mcp:`), and from this program and other
//! clients (`custom:`). A session sees all of them unless they are filtered.
//!
//! ```no_run
//! # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
//! use copilot_sdk::tool_filter::ToolFilter;
//!
//! let session = client
//!     .session()
//!     .available_tools([ToolFilter::all_custom(), ToolFilter::builtin("view"), "grep".into()])
//!     .create()
//!     .await?;
//! for tool in session.tools().await? {
//!     println!("{}", tool.name);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! [`SessionBuilder::available_tools`](crate::SessionBuilder::available_tools) lists the tools to
//! keep, [`SessionBuilder::excluded_tools`](crate::SessionBuilder::excluded_tools) those to remove.
//! A call to a visible tool may still be denied by the [policy](crate::permission).

use std::fmt;

use serde::{Serialize, Serializer};

/// An entry of `available_tools` or `excluded_tools`: a tool by name, or all tools of a source.
///
/// ```
/// use copilot_sdk::tool_filter::ToolFilter;
///
/// let filters = [ToolFilter::builtin("view"), ToolFilter::all_custom(), "grep".into()];
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ToolFilter {
    source: Option<ToolSource>,
    name: String,
}

/// The source of a tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ToolSource {
    /// The CLI itself (wire prefix `builtin:`).
    Builtin,
    /// An MCP server (wire prefix `mcp:`).
    Mcp,
    /// This program or another client (wire prefix `custom:`).
    Custom,
}

const ALL: &str = "*";

/// The built-in tools that do not access the machine.
const ISOLATED_BUILTINS: [&str; 10] = [
    "ask_user",
    "context_board",
    "exit_plan_mode",
    "list_agents",
    "read_agent",
    "send_inbox",
    "skill",
    "task",
    "task_complete",
    "write_agent",
];

impl ToolFilter {
    /// A tool of the CLI.
    pub fn builtin(name: impl Into<String>) -> Self {
        Self { source: Some(ToolSource::Builtin), name: name.into() }
    }

    /// A tool of an MCP server, prefixed with the server's name: `files-list` is the tool `list` of
    /// the server `files`.
    pub fn mcp(name: impl Into<String>) -> Self {
        Self { source: Some(ToolSource::Mcp), name: name.into() }
    }

    /// A tool of this program.
    pub fn custom(name: impl Into<String>) -> Self {
        Self { source: Some(ToolSource::Custom), name: name.into() }
    }

    /// All tools of the CLI.
    pub fn all_builtin() -> Self {
        Self::builtin(ALL)
    }

    /// All tools of MCP servers.
    pub fn all_mcp() -> Self {
        Self::mcp(ALL)
    }

    /// All tools of this program and of other clients.
    pub fn all_custom() -> Self {
        Self::custom(ALL)
    }

    /// The built-in tools that do not access the machine: asking the user, plans, agents and their
    /// messages, skills. For [`isolated`](crate::client::ClientBuilder::isolated) clients.
    ///
    /// ```
    /// use copilot_sdk::tool_filter::ToolFilter;
    ///
    /// let filters = ToolFilter::isolated_builtins();
    /// assert!(filters.contains(&ToolFilter::builtin("ask_user")));
    /// assert!(!filters.contains(&ToolFilter::builtin("bash")));
    /// ```
    pub fn isolated_builtins() -> [Self; 10] {
        ISOLATED_BUILTINS.map(Self::builtin)
    }

    /// Whether it matches a tool of the given source.
    pub fn matches(&self, source: ToolSource, name: &str) -> bool {
        match self.source {
            Some(own) => own == source && (self.name == ALL || self.name == name),
            // A bare `*` matches nothing.
            None => self.name == name,
        }
    }

    /// Whether it may match a tool of the given MCP server.
    pub(crate) fn may_match_server(&self, server: &str) -> bool {
        let of_server = || self.name.strip_prefix(server).is_some_and(|rest| rest.starts_with('-'));
        match self.source {
            Some(ToolSource::Mcp) => self.name == ALL || of_server(),
            Some(ToolSource::Builtin | ToolSource::Custom) => false,
            None => of_server(),
        }
    }

    /// Every filter that the CLI would accept but that would match nothing.
    /// The filter without the source of the tool; `None` if it names no single tool.
    pub(crate) fn without_source(&self) -> Option<Self> {
        (self.name != ALL).then(|| Self { source: None, name: self.name.clone() })
    }

    pub(crate) fn check_all(setter: &str, filters: &[Self]) -> Vec<String> {
        filters
            .iter()
            .filter_map(Self::problem)
            .map(|problem| format!("{setter}: {problem}"))
            .collect()
    }

    fn problem(&self) -> Option<String> {
        match (self.source, self.name.as_str()) {
            (None, ALL) => Some(
                "a bare \"*\" matches nothing: use \"builtin:*\", \"mcp:*\" and \"custom:*\", or \
                 leave it out for all tools"
                    .to_owned(),
            ),
            (_, ALL) => None,
            (_, name)
                if name.is_empty()
                    || name.contains(|c: char| c.is_whitespace() || c == '*' || c == ':') =>
            {
                Some(format!(
                    "{:?} is not the name of a tool; only a whole source can be `*`: \
                     \"builtin:*\", \"mcp:*\", \"custom:*\"",
                    self.to_string()
                ))
            }
            _ => None,
        }
    }
}

impl From<&str> for ToolFilter {
    /// Parses the wire form: `name`, `builtin:name`, `mcp:name`, `custom:name`, or a source with
    /// `*`.
    fn from(text: &str) -> Self {
        let source = |prefix: &str| match prefix {
            "builtin" => Some(ToolSource::Builtin),
            "mcp" => Some(ToolSource::Mcp),
            "custom" => Some(ToolSource::Custom),
            _ => None,
        };
        match text.split_once(':').and_then(|(prefix, name)| Some((source(prefix)?, name))) {
            Some((source, name)) => Self { source: Some(source), name: name.to_owned() },
            None => Self { source: None, name: text.to_owned() },
        }
    }
}

impl From<String> for ToolFilter {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl fmt::Display for ToolFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.source {
            Some(ToolSource::Builtin) => f.write_str("builtin:")?,
            Some(ToolSource::Mcp) => f.write_str("mcp:")?,
            Some(ToolSource::Custom) => f.write_str("custom:")?,
            None => {}
        }
        f.write_str(&self.name)
    }
}

impl Serialize for ToolFilter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{ToolFilter, ToolSource};

    #[test]
    fn filters_are_written_as_they_are_read() {
        let filters = [
            ToolFilter::builtin("view"),
            ToolFilter::all_mcp(),
            ToolFilter::custom("get_weather"),
            ToolFilter::from("bash"),
            ToolFilter::all_builtin(),
        ];
        let wire = json!(["builtin:view", "mcp:*", "custom:get_weather", "bash", "builtin:*"]);
        assert_eq!(serde_json::to_value(&filters).ok(), Some(wire));
        assert_eq!(filters.each_ref().map(|filter| ToolFilter::from(filter.to_string())), filters);
    }

    #[test]
    fn a_filter_matches_as_the_cli_does() {
        for (filter, source, name, expected) in [
            ("bash", ToolSource::Builtin, "bash", true),
            ("bash", ToolSource::Custom, "bash", true),
            ("builtin:bash", ToolSource::Custom, "bash", false),
            ("custom:*", ToolSource::Custom, "anything", true),
            ("custom:*", ToolSource::Mcp, "anything", false),
            ("*", ToolSource::Custom, "anything", false),
        ] {
            assert_eq!(ToolFilter::from(filter).matches(source, name), expected, "{filter} {name}");
        }
    }

    #[test]
    fn a_filter_reaches_a_server_by_its_name_or_with_all_of_its_kind() {
        let reaching = ["mcp:*", "mcp:srv-echo", "srv-echo"].map(ToolFilter::from);
        assert!(reaching.iter().all(|filter| filter.may_match_server("srv")));
        let others =
            ["builtin:*", "custom:*", "mcp:srv", "mcp:other-echo", "echo", "srv", "srv2-echo"];
        assert!(!others.map(ToolFilter::from).iter().any(|filter| filter.may_match_server("srv")));
    }

    #[test]
    fn what_matches_nothing_is_a_problem() {
        let filters = ["*", "", "files-*", "tool:x", "builtin:view", "mcp:*"].map(ToolFilter::from);
        let problems = ToolFilter::check_all("available_tools", &filters);
        assert_eq!(problems.len(), 4, "{problems:?}");
        assert!(
            problems[0].starts_with("available_tools: a bare \"*\" matches nothing"),
            "{problems:?}"
        );
        assert!(
            problems[2].starts_with("available_tools: \"files-*\" is not the name of a tool"),
            "{problems:?}"
        );
    }
}
