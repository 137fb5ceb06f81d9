//! The versions of the CLI, and what to do where it is too old.

use std::fmt;

use serde_json::value::RawValue;

use super::ANSWER_PERMISSION;
use super::decision::PolicyDecision;
use super::json::{fields, raw};
use crate::excerpt::Excerpt;
use crate::jsonrpc::{CODE_METHOD_NOT_FOUND, Dialect, Translated};
use crate::transport::locate::VERSION;

/// A CLI by its versions. Displays as words for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CliVersions {
    pub(crate) protocol: u32,
    /// Unknown where the CLI does not say it.
    pub(crate) version: Option<String>,
    /// Whether its greeting has what only newer ones say.
    pub(crate) is_recent: bool,
    /// Whether it takes permission decisions in the words of protocol 2.
    pub(crate) has_older_decisions: bool,
}

impl CliVersions {
    /// What to do about something that this CLI does not have.
    pub(super) fn remedy() -> String {
        format!("use cli {VERSION} (`copilot_sdk::cli::install()`)")
    }
}

impl fmt::Display for CliVersions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let protocol = self.protocol;
        match &self.version {
            Some(version) => {
                write!(f, "this cli ({}, protocol {protocol})", Excerpt::of(version))
            }
            None => write!(f, "this cli (protocol {protocol})"),
        }
    }
}

/// Protocol 3, in which the words of decisions have changed.
impl Dialect for CliVersions {
    fn translates(&self, method: &str) -> bool {
        self.has_older_decisions && method == ANSWER_PERMISSION
    }

    fn translate(&self, _: &str, params: &RawValue) -> Translated {
        let mut params = params.to_owned();
        if let Ok(mut answer) = fields(&params)
            && let Some(decision) = answer.get_mut("result")
        {
            *decision = PolicyDecision::of(decision).older();
            params = raw(&answer);
        }
        Translated::Call { method: None, params }
    }

    fn advice(&self, code: i64) -> Option<String> {
        let is_older = code == CODE_METHOD_NOT_FOUND && self.version.as_deref() != Some(VERSION);
        is_older.then(|| format!("{self} has no such method: {}", Self::remedy()))
    }
}
