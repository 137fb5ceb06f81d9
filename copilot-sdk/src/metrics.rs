//! Metrics: `tracing` events of the target `copilot_sdk::metrics`, level `DEBUG`.
//!
//! The names of their fields follow the convention of the metrics layer of `tracing-opentelemetry`:
//! what stands before the first dot says how values are aggregated. An event that nobody listens to
//! costs one load of an atomic.

use std::time::Duration;

const TARGET: &str = "copilot_sdk::metrics";

macro_rules! metric {
    ($($fields:tt)*) => { tracing::event!(target: TARGET, tracing::Level::DEBUG, $($fields)*) };
}

/// A session was opened: `create` or `resume`.
pub(crate) fn session_opened(how: &'static str) {
    metric!(
        monotonic_counter.copilot_sdk.sessions_opened = 1_u64,
        counter.copilot_sdk.sessions = 1_i64,
        how
    );
}

pub(crate) fn session_ended() {
    metric!(counter.copilot_sdk.sessions = -1_i64);
}

pub(crate) fn turn_ended(outcome: &'static str, duration: Duration) {
    metric!(
        monotonic_counter.copilot_sdk.turns = 1_u64,
        histogram.copilot_sdk.turn_seconds = duration.as_secs_f64(),
        outcome
    );
}

pub(crate) fn tool_call_ended(tool: &str, success: bool, duration: Duration) {
    metric!(
        monotonic_counter.copilot_sdk.tool_calls = 1_u64,
        histogram.copilot_sdk.tool_call_seconds = duration.as_secs_f64(),
        tool,
        success
    );
}

pub(crate) fn model_call(model: &str, input_tokens: u64, output_tokens: u64) {
    metric!(
        monotonic_counter.copilot_sdk.model_calls = 1_u64,
        monotonic_counter.copilot_sdk.input_tokens = input_tokens,
        monotonic_counter.copilot_sdk.output_tokens = output_tokens,
        model
    );
}

/// A CLI that ended was restarted, or the client gave up.
pub(crate) fn restarted(success: bool) {
    metric!(monotonic_counter.copilot_sdk.restarts = 1_u64, success);
}

/// A consumer exceeded its budget of undelivered events.
pub(crate) fn lagged() {
    metric!(monotonic_counter.copilot_sdk.lags = 1_u64);
}

/// A session on a store changed hands without a release: `to` this program, or `from` it.
pub(crate) fn taken_over(direction: &'static str) {
    metric!(monotonic_counter.copilot_sdk.take_overs = 1_u64, direction);
}
