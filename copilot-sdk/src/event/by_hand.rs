//! What the generated payloads cannot say: values with secrets, and the meaning of some payloads.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use super::hook::{HookEnd, HookType};
use crate::heap_size::HeapSize;
use crate::payload::{Lenient, Slot, answers, read_whole};

/// JSON that may contain secrets, which its `Debug` output omits.
#[derive(Clone, Serialize)]
#[serde(transparent)]
pub struct SecretJson(Box<RawValue>);

impl SecretJson {
    /// The JSON itself, secrets included.
    pub fn expose(&self) -> &RawValue {
        &self.0
    }
}

impl fmt::Debug for SecretJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretJson({} bytes)", self.0.get().len())
    }
}

impl<'de> Deserialize<'de> for SecretJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::deserialize(deserializer).map(Self)
    }
}

impl HeapSize for SecretJson {
    fn heap_size(&self) -> usize {
        self.0.heap_size()
    }
}

impl Lenient for SecretJson {
    const REQUIRED: bool = true;

    fn empty() -> Self {
        Self(Lenient::empty())
    }

    fn slot(&mut self) -> Slot<'_> {
        self.0.slot()
    }
}

impl HookEnd {
    /// Whether this agent-stop hook keeps the agent from stopping.
    pub(crate) fn sends_agent_back(&self) -> bool {
        answers! {
            struct Output {
                decision: String = "decision" [required],
            }
        }
        let output = self.output.as_ref().filter(|_| self.hook_type == HookType::AgentStop);
        let output = output.and_then(|json| read_whole::<Output>(json.get()));
        output.is_some_and(|output| output.decision == "block")
    }
}
