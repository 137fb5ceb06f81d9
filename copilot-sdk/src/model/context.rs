use serde::{Serialize, Serializer};

use crate::open_enum::open_enum;

open_enum! {
    /// How much the model thinks before it answers (wire name `reasoningEffort`).
    ///
    /// With a provider of your own, [`None`](Self::None) also says that the model knows nothing of
    /// thinking: see [what the CLI sends](crate::provider#parameters-that-nobody-set).
    pub enum ReasoningEffort {
        /// Not at all.
        None = "none",
        /// As little as it can.
        Minimal = "minimal",
        /// Little.
        Low = "low",
        /// Some.
        Medium = "medium",
        /// Much.
        High = "high",
        /// Very much.
        XHigh = "xhigh",
        /// As much as it can.
        Max = "max",
    }
}

open_enum! {
    /// What is shown of the model's thoughts (wire name `reasoningSummary`).
    pub enum ReasoningSummary {
        /// Nothing.
        None = "none",
        /// The gist.
        Concise = "concise",
        /// More than that.
        Detailed = "detailed",
    }
}

open_enum! {
    /// How much context the model is given room for (wire name `contextTier`).
    pub enum ContextTier {
        /// The usual.
        Default = "default",
        /// More, at another price.
        LongContext = "long_context",
    }
}

open_enum! {
    /// How long answers are (wire name `verbosity`).
    pub enum Verbosity {
        /// Short.
        Low = "low",
        /// Neither.
        Medium = "medium",
        /// Long.
        High = "high",
    }
}

/// Whether and when old messages are summarized to make room (wire name `infiniteSessions`).
///
/// The CLI does so by default. Thresholds are fractions of the prompt's token limit.
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

    /// Old messages are summarized.
    pub fn enabled() -> Self {
        Self::from(true)
    }

    /// They are not: a session ends when its context is full.
    pub fn disabled() -> Self {
        Self::from(false)
    }

    /// From which fraction on a summary is made in the background; default 0.80.
    pub fn background_compaction_threshold(mut self, fraction: f64) -> Self {
        self.background_compaction_threshold = Some(fraction);
        self
    }

    /// From which fraction on the turn waits for the summary; default 0.95.
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
                 most \
                 buffer_exhaustion_threshold ({exhaustion})"
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
