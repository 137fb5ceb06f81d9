use serde::{Serialize, Serializer};

use crate::open_enum::open_enum;
use crate::payload::enum_fields;

open_enum! {
    /// How much a model reasons before it answers (wire name `reasoningEffort`).
    ///
    /// With a provider of your own, [`None`](Self::None) also turns off the reasoning parameters
    /// that the CLI sends by default: see
    /// [default parameters](crate::provider#default-parameters).
    pub enum ReasoningEffort {
        /// No reasoning.
        None = "none",
        /// The least that the model supports.
        Minimal = "minimal",
        /// Low effort.
        Low = "low",
        /// Medium effort.
        Medium = "medium",
        /// High effort.
        High = "high",
        /// Extra high effort.
        XHigh = "xhigh",
        /// Maximum effort.
        Max = "max",
    }
}

open_enum! {
    /// How reasoning is summarized (wire name `reasoningSummary`).
    pub enum ReasoningSummary {
        /// No summary.
        None = "none",
        /// A short summary.
        Concise = "concise",
        /// A detailed summary.
        Detailed = "detailed",
    }
}

open_enum! {
    /// The context size tier (wire name `contextTier`).
    pub enum ContextTier {
        /// The model's usual context size.
        Default = "default",
        /// A larger context, billed differently.
        LongContext = "long_context",
    }
}

open_enum! {
    /// The length of answers (wire name `verbosity`).
    pub enum Verbosity {
        /// Short answers.
        Low = "low",
        /// Answers of medium length.
        Medium = "medium",
        /// Long answers.
        High = "high",
    }
}

enum_fields! { ContextTier ReasoningEffort ReasoningSummary Verbosity }

/// Automatic compaction: whether and when old messages are summarized to free context (wire name
/// `infiniteSessions`).
///
/// On by default. Thresholds are fractions of the prompt's token limit.
///
/// ```
/// use copilot_sdk::model::InfiniteSessions;
///
/// let off = InfiniteSessions::from(false);
/// let early = InfiniteSessions::enabled()
///     .background_compaction_threshold(0.60)
///     .buffer_exhaustion_threshold(0.90);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[must_use]
pub struct InfiniteSessions {
    enabled: bool,
    background_compaction_threshold: Option<f64>,
    buffer_exhaustion_threshold: Option<f64>,
}

impl InfiniteSessions {
    const BACKGROUND_DEFAULT: f64 = 0.80;
    const EXHAUSTION_DEFAULT: f64 = 0.95;

    /// Enables compaction.
    pub fn enabled() -> Self {
        Self::from(true)
    }

    /// Disables compaction. A session then ends when its context is full.
    pub fn disabled() -> Self {
        Self::from(false)
    }

    /// The fraction at which compaction starts in the background. Defaults to 0.80.
    pub fn background_compaction_threshold(mut self, fraction: f64) -> Self {
        self.background_compaction_threshold = Some(fraction);
        self
    }

    /// The fraction at which the turn waits for the compaction. Defaults to 0.95.
    pub fn buffer_exhaustion_threshold(mut self, fraction: f64) -> Self {
        self.buffer_exhaustion_threshold = Some(fraction);
        self
    }

    pub(crate) fn check(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let thresholds = [
            (
                "background_compaction_threshold",
                self.background_compaction_threshold,
                Self::BACKGROUND_DEFAULT,
            ),
            (
                "buffer_exhaustion_threshold",
                self.buffer_exhaustion_threshold,
                Self::EXHAUSTION_DEFAULT,
            ),
        ];
        for (setter, fraction, _) in thresholds {
            if let Some(fraction) = fraction
                && !(0.0..=1.0).contains(&fraction)
            {
                problems.push(format!(
                    "infinite_sessions: {setter} is {fraction}: give a fraction from 0 to 1"
                ));
            }
        }
        let [(_, background, default), (_, exhaustion, later_default)] = thresholds;
        let (background, exhaustion) =
            (background.unwrap_or(default), exhaustion.unwrap_or(later_default));
        if problems.is_empty() && background > exhaustion {
            problems.push(format!(
                "infinite_sessions: background_compaction_threshold ({background}) has to be at \
                 most buffer_exhaustion_threshold ({exhaustion})"
            ));
        }
        if !self.enabled && thresholds.iter().any(|(_, fraction, _)| fraction.is_some()) {
            problems.push(
                "infinite_sessions: thresholds have no meaning where it is disabled".to_owned(),
            );
        }
        problems
    }
}

impl From<bool> for InfiniteSessions {
    fn from(enabled: bool) -> Self {
        Self { enabled, background_compaction_threshold: None, buffer_exhaustion_threshold: None }
    }
}

impl Serialize for InfiniteSessions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Wire {
            enabled: bool,
            #[serde(skip_serializing_if = "Option::is_none")]
            background_compaction_threshold: Option<f64>,
            #[serde(skip_serializing_if = "Option::is_none")]
            buffer_exhaustion_threshold: Option<f64>,
        }
        let Self { enabled, background_compaction_threshold, buffer_exhaustion_threshold } = *self;
        Wire { enabled, background_compaction_threshold, buffer_exhaustion_threshold }
            .serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{ContextTier, InfiniteSessions, ReasoningEffort};

    #[test]
    fn words_are_kept_even_when_they_are_new() {
        for (word, effort) in
            [("xhigh", ReasoningEffort::XHigh), ("huge", ReasoningEffort::from("huge"))]
        {
            assert_eq!(
                serde_json::from_value::<ReasoningEffort>(json!(word)).ok(),
                Some(effort.clone())
            );
            assert_eq!(serde_json::to_value(&effort).ok(), Some(json!(word)));
        }
        assert_eq!(ContextTier::from("long_context").to_string(), "long_context");
    }

    #[test]
    fn infinite_sessions_are_an_object_without_nulls() {
        let wire = |settings: InfiniteSessions| {
            serde_json::to_value(settings).expect("plain data serializes")
        };
        assert_eq!(wire(false.into()), json!({"enabled": false}));
        assert_eq!(
            wire(
                InfiniteSessions::enabled()
                    .background_compaction_threshold(0.5)
                    .buffer_exhaustion_threshold(0.75)
            ),
            json!({"enabled": true, "backgroundCompactionThreshold": 0.5, "bufferExhaustionThreshold": 0.75})
        );
    }

    #[test]
    fn thresholds_are_fractions_in_order() {
        let on = InfiniteSessions::enabled;
        for (settings, problems) in [
            (on(), vec![]),
            (on().background_compaction_threshold(0.0).buffer_exhaustion_threshold(1.0), vec![]),
            (
                on().background_compaction_threshold(80.0).buffer_exhaustion_threshold(f64::NAN),
                vec![
                    "infinite_sessions: background_compaction_threshold is 80: give a fraction \
                     from 0 to 1",
                    "infinite_sessions: buffer_exhaustion_threshold is NaN: give a fraction from \
                     0 to 1",
                ],
            ),
            (
                on().buffer_exhaustion_threshold(0.5),
                vec![
                    "infinite_sessions: background_compaction_threshold (0.8) has to be at most \
                     buffer_exhaustion_threshold (0.5)",
                ],
            ),
            (
                InfiniteSessions::disabled().background_compaction_threshold(0.5),
                vec!["infinite_sessions: thresholds have no meaning where it is disabled"],
            ),
        ] {
            assert_eq!(settings.check(), problems);
        }
    }
}
