//! Copies of a session: the files of one session as those of another, as the CLI copies them in
//! its own home.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::path::{EVENTS, below};
use super::record::{Change, StoredData};
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{EventId, SessionId};
use crate::session_fs::STATE_PATH;

/// What a session consists of, read at one moment.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct SessionContent {
    pub(crate) files: Vec<(String, Vec<u8>)>,
    /// The calls of tools that were begun, and what they gave.
    pub(crate) calls: Vec<(String, Option<Vec<u8>>)>,
}

/// How the copy differs.
#[derive(Debug)]
pub(crate) struct ForkPlan<'a> {
    pub(crate) id: &'a SessionId,
    /// The event before which the copy ends.
    pub(crate) before: Option<&'a EventId>,
    pub(crate) name: Option<&'a str>,
    /// The time of the copy, as the wire writes it.
    pub(crate) now: String,
}

/// The files and folders that belong to the conversation. What else there may be belongs to the
/// CLI that has the session open.
const FILES: [&str; 3] = ["plan.md", "autopilot-objective.json", "client-metadata.json"];
const FOLDERS: [&str; 2] = ["files", "research"];
const CHECKPOINTS: &str = "checkpoints";
const WORKSPACE: &str = "workspace.yaml";

impl SessionContent {
    /// The changes that make an empty session the copy.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] if the session has no events, or not that one.
    pub(crate) fn fork(self, plan: &ForkPlan<'_>) -> Result<Vec<Change>> {
        let events = self.files.iter().find(|(path, _)| path == EVENTS);
        let events = Conversation::read(events.map_or(&[], |(_, bytes)| bytes), plan.before)?;
        let checkpoints = plan.before.map(|_| events.checkpoints());
        let mut changes = vec![write(EVENTS.to_owned(), events.begun_anew(plan))];
        for (path, bytes) in self.files {
            let Some(name) = below(STATE_PATH, &path) else { continue };
            let (folder, rest) = name.split_once('/').unwrap_or((name, ""));
            let bytes = match (folder, checkpoints) {
                (WORKSPACE, _) => workspace(&bytes, plan, checkpoints),
                (CHECKPOINTS, Some(last)) if number(rest).is_some_and(|at| at > last) => continue,
                (CHECKPOINTS, Some(last)) if rest == "index.md" => index(&bytes, last),
                _ if folder == CHECKPOINTS || FOLDERS.contains(&folder) => bytes,
                _ if FILES.contains(&name) => bytes,
                _ => continue,
            };
            changes.push(write(path, bytes));
        }
        // A call that is open in the session must not run again in the copy.
        for (call, result) in self.calls {
            changes.push(Change::Began { call: call.clone() });
            if let Some(result) = result {
                changes.push(Change::Ended { call, result: StoredData::Inline(result) });
            }
        }
        Ok(changes)
    }
}

fn write(path: String, bytes: Vec<u8>) -> Change {
    Change::Write { path, data: StoredData::Inline(bytes) }
}

/// The lines of the events that are copied.
struct Conversation<'a>(Vec<&'a [u8]>);

/// What is read of an event.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EventLine<'a> {
    id: EventId,
    #[serde(rename = "type", borrow)]
    event_type: std::borrow::Cow<'a, str>,
    #[serde(default)]
    agent_id: Option<String>,
    #[serde(default)]
    data: CheckpointData,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct CheckpointData {
    success: Value,
    checkpoint_number: Value,
}

impl<'a> Conversation<'a> {
    fn read(events: &'a [u8], before: Option<&EventId>) -> Result<Self> {
        let lines = events.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let mut lines: Vec<_> = lines.collect();
        if let Some(before) = before {
            let at = lines.iter().position(|line| {
                serde_json::from_slice::<EventLine<'_>>(line).is_ok_and(|line| line.id == *before)
            });
            let at = at.ok_or_else(|| {
                let text = format!("the session on the session store has no event `{before}`");
                Error::new(ErrorKind::NotFound, text)
            })?;
            lines.truncate(at);
        }
        if lines.is_empty() {
            let text = "there is nothing to copy: the session store has no event of the session, \
                        or none before that one";
            return Err(Error::new(ErrorKind::NotFound, text));
        }
        Ok(Self(lines))
    }

    /// The number of the last checkpoint that the events know of.
    fn checkpoints(&self) -> u64 {
        let numbers = self.0.iter().filter_map(|line| {
            let line = serde_json::from_slice::<EventLine<'_>>(line).ok()?;
            let counts = line.event_type == "session.compaction_complete"
                && line.agent_id.is_none()
                && line.data.success == Value::Bool(true);
            line.data.checkpoint_number.as_u64().filter(|_| counts)
        });
        numbers.max().unwrap_or_default()
    }

    /// The events, of which the first says that the copy was begun.
    fn begun_anew(&self, plan: &ForkPlan<'_>) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut rest = self.0.iter();
        if let Some(first) = rest.next() {
            match start(first, plan) {
                Some(start) => bytes.extend(start.to_string().into_bytes()),
                None => bytes.extend_from_slice(first),
            }
            bytes.push(b'\n');
        }
        for line in rest {
            bytes.extend_from_slice(line);
            bytes.push(b'\n');
        }
        bytes
    }
}

/// The event `session.start` of the copy; `None` if the line is another event.
fn start(line: &[u8], plan: &ForkPlan<'_>) -> Option<Value> {
    let mut event: Map<String, Value> = serde_json::from_slice(line).ok()?;
    if event.get("type")? != "session.start" {
        return None;
    }
    event.insert("timestamp".to_owned(), plan.now.clone().into());
    let data = event.get_mut("data")?.as_object_mut()?;
    data.remove("remoteSteerable");
    data.insert("sessionId".to_owned(), plan.id.as_str().into());
    data.insert("startTime".to_owned(), plan.now.clone().into());
    data.insert("alreadyInUse".to_owned(), false.into());
    Some(event.into())
}

/// The description of the copy's workspace: YAML, of whose keys some are written anew, as JSON,
/// which is YAML too.
fn workspace(bytes: &[u8], plan: &ForkPlan<'_>, checkpoints: Option<u64>) -> Vec<u8> {
    let mut anew: Vec<(&str, Option<Value>)> = vec![
        ("id", Some(plan.id.as_str().into())),
        ("created_at", Some(plan.now.clone().into())),
        ("updated_at", Some(plan.now.clone().into())),
        ("fork_count", Some(0.into())),
    ];
    let elsewhere = ["remote_steerable", "mc_task_id", "mc_session_id", "mc_last_event_id"];
    anew.extend(elsewhere.map(|key| (key, None)));
    anew.extend(checkpoints.map(|last| ("summary_count", Some(last.into()))));
    if let Some(name) = plan.name {
        anew.extend([("name", Some(name.into())), ("user_named", Some(true.into()))]);
    }
    let text = String::from_utf8_lossy(bytes);
    let mut is_kept = true;
    let kept = text.lines().filter(|line| {
        // Indented lines belong to the key above them.
        if !line.starts_with([' ', '\t', '-']) {
            let key = line.split_once(':').map_or(*line, |(key, _)| key);
            is_kept = !line.is_empty() && anew.iter().all(|(other, _)| *other != key);
        }
        is_kept
    });
    let mut lines: Vec<_> = kept.map(str::to_owned).collect();
    lines.extend(anew.into_iter().filter_map(|(key, value)| Some(format!("{key}: {}", value?))));
    lines.push(String::new());
    lines.join("\n").into_bytes()
}

/// The list of the checkpoints up to `last`.
fn index(bytes: &[u8], last: u64) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let lines = text.split('\n').filter(|line| {
        let mut words = line.split(['|', ' ', '\t', '(', '[', ']']);
        let file = words.find(|word| word.contains(".md") && number(word).is_some());
        file.and_then(number).is_none_or(|at| at <= last)
    });
    lines.collect::<Vec<_>>().join("\n").into_bytes()
}

/// The number of the checkpoint that a file is named after, such as 3 for `003-title.md`.
fn number(name: &str) -> Option<u64> {
    let name = name.strip_prefix("checkpoint-").unwrap_or(name);
    let digits = name.len() - name.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    name.get(..digits)?.parse().ok()
}

#[cfg(test)]
mod tests;
