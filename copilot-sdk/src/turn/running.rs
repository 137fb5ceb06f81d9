//! Tracks running work, for the text of timeout errors.

use std::fmt;

use crate::event::system::SystemNotification;
use crate::event::{Event, EventData, ToolExecutionStart};
use crate::excerpt::Excerpt;
use crate::ids::ToolCallId;
use crate::payload::{answers, read_whole};

/// How much work is listed; an error names a few of them.
const LISTED: usize = 1000;
/// The longest tool call id that is listed; those of models have about 30 characters.
const ID_LENGTH: usize = 1000;

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
                    WorkKind::Tool { name: short(&start.tool_name), leaves },
                );
            }
            EventData::ToolExecutionComplete(done) => {
                self.end_tool(&done.tool_call_id, done.success);
            }
            EventData::SubagentStarted(agent) => {
                self.begin(&agent.tool_call_id, WorkKind::Agent(short(&agent.agent_display_name)));
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
        if self.0.len() < LISTED && id.as_str().len() <= ID_LENGTH {
            self.0.push(Work { id: id.clone(), kind });
        }
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
    answers! {
        struct ShellArguments {
            mode: String = "mode" [required],
            detach: bool = "detach",
            description: String = "description",
        }
    }
    if !matches!(start.tool_name.as_str(), "bash" | "powershell") {
        return None;
    }
    let arguments: ShellArguments = read_whole(start.arguments.as_deref()?.get())?;
    (arguments.mode == "async" && !arguments.detach).then(|| short(&arguments.description))
}

/// The description of a background command that has ended.
fn ended_shell(notification: &SystemNotification) -> Option<String> {
    answers! {
        struct What {
            kind: String = "type" [required],
            description: String = "description",
        }
    }
    let what: What = read_whole(notification.kind.as_deref()?.get())?;
    (what.kind == "shell_completed").then(|| short(&what.description))
}

fn short(text: &str) -> String {
    Excerpt::of(text).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{LISTED, RunningWork};
    use crate::event::Event;

    #[test]
    fn what_never_ends_takes_bounded_memory() {
        let mut running = RunningWork::default();
        let start = |id: String| {
            let data = json!({"toolCallId": id, "toolName": "x".repeat(10_000)});
            let event = json!({"type": "tool.execution_start", "id": "e", "data": data});
            serde_json::from_value::<Event>(event).unwrap()
        };
        running.fold(&start("y".repeat(10_000)));
        for number in 0..2 * LISTED {
            running.fold(&start(number.to_string()));
        }
        assert_eq!(running.iter().count(), LISTED);
        let first = format!("tool `{}... (10000 bytes)` (0)", "x".repeat(120));
        assert_eq!(running.iter().next().map(ToString::to_string), Some(first));
    }
}
