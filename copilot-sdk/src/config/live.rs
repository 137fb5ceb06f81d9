//! Changes made to a session since it was opened.

use serde_json::Value;

/// Methods that change a session until its CLI ends, what they change, and the param that
/// identifies the changed object.
const CHANGES: [(&str, &str, Option<&str>); 11] = [
    ("session.model.switchTo", "model", None),
    ("session.model.setReasoningEffort", "effort", None),
    ("session.mode.set", "mode", None),
    ("session.agent.select", "agent", None),
    ("session.agent.deselect", "agent", None),
    ("session.mcp.enable", "mcp server", Some("serverName")),
    ("session.mcp.disable", "mcp server", Some("serverName")),
    ("session.skills.enable", "skill", Some("name")),
    ("session.skills.disable", "skill", Some("name")),
    ("session.permissions.setApproveAll", "approve all", None),
    ("session.name.set", "name", None),
];

/// The calls, in order, that turn the session as opened into the session as it is now.
#[derive(Debug, Clone, Default)]
pub(crate) struct LiveChanges(Vec<LiveChange>);

#[derive(Debug, Clone)]
pub(crate) struct LiveChange {
    /// What is changed; a later change of the same thing replaces this one.
    pub(crate) what: String,
    pub(crate) method: &'static str,
    /// The params as they were sent.
    pub(crate) params: Vec<u8>,
}

impl LiveChanges {
    /// The change made by a call, if it must be repeated after a restart.
    pub(crate) fn of_call(method: &str, params: &[u8]) -> Option<LiveChange> {
        let (method, kind, key) = CHANGES.iter().find(|(own, ..)| *own == method)?;
        let json: Value = serde_json::from_str(str::from_utf8(params).ok()?).ok()?;
        let name = key.and_then(|key| json.get(key)).and_then(Value::as_str);
        let what = name.map_or_else(|| (*kind).to_owned(), |name| format!("{kind} `{name}`"));
        Some(LiveChange { what, method, params: params.to_owned() })
    }

    pub(crate) fn note(&mut self, change: LiveChange) {
        self.0.retain(|former| former.what != change.what);
        self.0.push(change);
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &LiveChange> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::LiveChanges;

    #[test]
    fn the_last_change_of_each_thing_counts() {
        let mut live = LiveChanges::default();
        let server = |name| json!({"serverName": name});
        for (method, params) in [
            ("session.mcp.disable", server("a")),
            ("session.mcp.disable", server("b")),
            ("session.mode.set", json!({"mode": "plan"})),
            ("session.mcp.enable", server("a")),
        ] {
            live.note(
                LiveChanges::of_call(method, params.to_string().as_bytes()).expect("a change"),
            );
        }
        let now: Vec<_> = live.iter().map(|change| (change.method, &*change.what)).collect();
        let expected = [
            ("session.mcp.disable", "mcp server `b`"),
            ("session.mode.set", "mode"),
            ("session.mcp.enable", "mcp server `a`"),
        ];
        assert_eq!(now, expected);
        assert!(LiveChanges::of_call("session.plan.read", b"{}").is_none());
    }
}
