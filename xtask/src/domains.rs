//! The domains of the protocol: each is a cargo feature and a module of types.

/// The domains with the namespaces that they hold: the first words of method names, without
/// `session.`.
pub(crate) const DOMAINS: [(&str, &[&str]); 8] = [
    ("account", &["account", "accounts", "gitHubAuth", "managedSettings", "secrets", "user"]),
    (
        "host",
        &[
            "environments",
            "hooks",
            "host",
            "llmInference",
            "ping",
            "registerExtensionLaunchProvider",
            "runtime",
            "sessionFs",
        ],
    ),
    ("mcp", &["connectors", "mcp"]),
    (
        "models",
        &["azureMl", "limitPrediction", "model", "models", "provider", "providers", "quota"],
    ),
    (
        "plugins",
        &[
            "agent",
            "agents",
            "canvas",
            "catalog",
            "customizations",
            "extensions",
            "instructions",
            "lsp",
            "plugins",
            "skills",
        ],
    ),
    (
        "session",
        &[
            "abort",
            "autopilotObjective",
            "cancelAllBackgroundAgents",
            "commands",
            "completions",
            "debug",
            "diagnostics",
            "eventLog",
            "history",
            "interruptMainTurn",
            "log",
            "metadata",
            "mode",
            "name",
            "options",
            "plan",
            "queue",
            "remote",
            "schedule",
            "send",
            "sendMessages",
            "sendSystemNotification",
            "sessions",
            "shutdown",
            "suspend",
            "telemetry",
            "ui",
            "usage",
            "visibility",
            "workspaces",
        ],
    ),
    ("tasks", &["agentRegistry", "fleet", "tasks", "workflow"]),
    ("tools", &["contentExclusion", "permissions", "sandbox", "shell", "tools"]),
];

/// The module of the payloads of events.
pub(crate) const EVENTS: &str = "events";
/// The module of types that several domains use.
pub(crate) const SHARED: &str = "shared";

/// The domain of a namespace.
///
/// # Errors
///
/// If no domain has it.
pub(crate) fn domain(namespace: &str) -> Result<&'static str, String> {
    let found = DOMAINS.iter().find(|(_, namespaces)| namespaces.contains(&namespace));
    found.map(|(domain, _)| *domain).ok_or_else(|| {
        format!(
            "no domain has the methods `{namespace}.*`: add `{namespace}` to xtask/src/domains.rs"
        )
    })
}
