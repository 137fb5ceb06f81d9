//! Tracks running work, for the text of timeout errors.

use std::fmt;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::event::system::SystemNotification;
use crate::event::{Event, EventData, ToolExecutionStart};
use crate::ids::ToolCallId;

/// Work that has started and not ended.
#[derive(Debug, Default)]
pub(crate) struct RunningWork(Vec<Work>);

#[derive(Debug)]
pub(crate) struct Work {
    /// The tool call that started it.
    id: ToolCallId,
    kind: WorkKind,
}

#[derive(Debug)]
enum WorkKind {
    Tool {
        name: String,
        /// The description of the command that keeps running after the call.
        leaves: Option<String>,
    },
    Agent(String),
    Shell(String),
}

impl RunningWork {
    pub(crate) fn fold(&mut self, event: &Event) {
        match &event.data {
            EventData::ToolExecutionStart(start) => {
                let leaves = background_shell(start);
                self.begin(
                    &start.tool_call_id,
                    WorkKind::Tool { name: start.tool_name.clone(), leaves },
                );
            }
            EventData::ToolExecutionComplete(done) => {
                self.end_tool(&done.tool_call_id, done.success);
            }
            EventData::SubagentStarted(agent) => {
                self.begin(&agent.tool_call_id, WorkKind::Agent(agent.agent_display_name.clone()));
            }
            EventData::SubagentCompleted(agent) => self.end_agent(&agent.tool_call_id),
            EventData::SubagentFailed(agent) => self.end_agent(&agent.tool_call_id),
            EventData::SystemNotification(notification) => {
                if let Some(ended) = ended_shell(notification) {
                    self.0.retain(|work| match &work.kind {
                        WorkKind::Shell(description) => *description != ended,
                        WorkKind::Tool { .. } | WorkKind::Agent(_) => true,
                    });
                }
            }
            _ => {}
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Work> {
        self.0.iter()
    }

    fn begin(&mut self, id: &ToolCallId, kind: WorkKind) {
        self.0.push(Work { id: id.clone(), kind });
    }

    fn end_tool(&mut self, id: &ToolCallId, success: bool) {
        self.0.retain_mut(|work| match &mut work.kind {
            WorkKind::Tool { leaves, .. } if work.id == *id => {
                match leaves.take().filter(|_| success) {
                    Some(description) => {
                        work.kind = WorkKind::Shell(description);
                        true
                    }
                    None => false,
                }
            }
            _ => true,
        });
    }

    fn end_agent(&mut self, id: &ToolCallId) {
        self.0.retain(|work| work.id != *id || !matches!(work.kind, WorkKind::Agent(_)));
    }
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, kind } = self;
        match kind {
            WorkKind::Tool { name, .. } => write!(f, "tool `{name}` ({id})"),
            WorkKind::Agent(name) => write!(f, "agent `{name}` ({id})"),
            WorkKind::Shell(description) => write!(f, "shell command `{description}` ({id})"),
        }
    }
}

/// The description of the background command started by this call, if the session waits for it.
fn background_shell(start: &ToolExecutionStart) -> Option<String> {
    #[derive(Deserialize)]
    struct ShellArguments {
        mode: String,
        #[serde(default)]
        detach: bool,
        #[serde(default)]
        description: String,
    }
    if !matches!(start.tool_name.as_str(), "bash" | "powershell") {
        return None;
    }
    let arguments: ShellArguments = read(start.arguments.as_deref())?;
    (arguments.mode == "async" && !arguments.detach).then_some(arguments.description)
}

/// The description of a background command that has ended.
fn ended_shell(notification: &SystemNotification) -> Option<String> {
    #[derive(Deserialize)]
    struct What {
        #[serde(rename = "type")]
        kind: String,
        #[serde(default)]
        description: String,
    }
    let what: What = read(notification.kind.as_deref())?;
    (what.kind == "shell_completed").then_some(what.description)
}

fn read<'a, T: Deserialize<'a>>(json: Option<&'a RawValue>) -> Option<T> {
    serde_json::from_str(json?.get()).ok()
}
