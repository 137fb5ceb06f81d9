//! The metrics: `tracing` events that a subscriber counts.

use std::future::IntoFuture as _;

use copilot_sdk::Client;
use copilot_sdk::client::{AutoRestart, LifecycleEvent};
use copilot_sdk::testing::FakeRuntime;
use copilot_sdk_tests::Log;
use opentelemetry_sdk::metrics::data::{
    AggregatedMetrics, Metric, MetricData, ResourceMetrics, ScopeMetrics,
};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, SdkMeterProvider};
use serde_json::json;
use tracing_opentelemetry::MetricsLayer;
use tracing_subscriber::layer::SubscriberExt as _;

use super::stage::{connect, open, within};

/// The metrics written so far, without durations, which differ.
fn metrics(log: &Log) -> Vec<String> {
    let is_duration = |field: &&str| !field.starts_with("histogram.");
    let all = log.complaints().into_iter().filter(|line| line.contains("counter.copilot_sdk."));
    all.map(|line| {
        line.trim_start_matches("DEBUG ")
            .split(' ')
            .filter(is_duration)
            .collect::<Vec<_>>()
            .join(" ")
    })
    .map(|line| line.trim_start().replace("copilot_sdk.", ""))
    .collect()
}

fn durations(log: &Log, name: &str) -> usize {
    let name = format!("histogram.copilot_sdk.{name}=");
    log.complaints().iter().filter(|line| line.contains(&name)).count()
}

#[tokio::test]
async fn a_session_counts_its_turns_and_what_they_call() {
    let log = Log::capture_all();
    let (_fake, agent, _client, session) = open().await;
    let script = async {
        let turn = agent.prompt().await?;
        let usage = json!({"model": "m", "inputTokens": 90, "outputTokens": 10});
        agent.emit("assistant.usage", usage);
        for (id, tool, success) in [("c1", "view", true), ("c2", "bash", false)] {
            agent.emit("tool.execution_start", json!({"toolCallId": id, "toolName": tool}));
            let done = json!({"toolCallId": id, "success": success});
            agent.emit("tool.execution_complete", done);
        }
        turn.end();
        agent.prompt().await?.fail("query", "no");
        agent.prompt().await?.abort();
        Ok(())
    };
    let asked = async {
        session.ask("one").await?;
        let failed = session.ask("two").await;
        assert!(failed.is_err() && session.ask("three").await.is_err());
        Ok(())
    };
    let asked = asked.into_future();
    tokio::try_join!(asked, script).map_err(|error: copilot_sdk::Error| error).unwrap();
    session.disconnect().await.unwrap();
    assert_eq!(
        metrics(&log),
        [
            "monotonic_counter.sessions_opened=1 counter.sessions=1 how=\"create\"",
            "monotonic_counter.model_calls=1 monotonic_counter.input_tokens=90 \
             monotonic_counter.output_tokens=10 model=\"m\"",
            "monotonic_counter.tool_calls=1 tool=\"view\" success=true",
            "monotonic_counter.tool_calls=1 tool=\"bash\" success=false",
            "monotonic_counter.turns=1 outcome=\"answered\"",
            "monotonic_counter.turns=1 outcome=\"failed\"",
            "monotonic_counter.turns=1 outcome=\"aborted\"",
            "counter.sessions=-1",
        ]
    );
    assert_eq!((durations(&log, "turn_seconds"), durations(&log, "tool_call_seconds")), (3, 2));
}

#[tokio::test]
async fn a_turn_over_budget_and_one_that_was_cut_off_are_told_apart() {
    let log = Log::capture_all();
    let (_fake, agent, _client, session) = open().await;
    let budget = copilot_sdk::budget::Budget::new().model_calls(1);
    let script = async {
        let turn = agent.prompt().await.unwrap();
        agent.emit("assistant.usage", json!({"model": "m", "numToolCalls": 1}));
        within(agent.expect("session.abort")).await.unwrap();
        turn.abort();
    };
    let (asked, ()) = tokio::join!(session.ask("go").budget(budget).into_future(), script);
    asked.unwrap_err();
    session.send("more").await.unwrap();
    let mut events = session.events();
    let _turn = agent.prompt().await.unwrap();
    while within(events.next()).await.unwrap().unwrap().event_type() != "assistant.turn_start" {}
    session.disconnect().await.unwrap();
    let turns: Vec<_> = metrics(&log).into_iter().filter(|line| line.contains(".turns=")).collect();
    assert_eq!(
        turns,
        [
            "monotonic_counter.turns=1 outcome=\"budget\"",
            "monotonic_counter.turns=1 outcome=\"closed\"",
        ]
    );
}

#[tokio::test]
async fn a_session_that_was_never_opened_does_not_end() {
    let log = Log::capture_all();
    let (fake, client) = connect().await;
    fake.refuse("session.create", -32603, "no");
    client.session().create().await.unwrap_err();
    client.stop().await.unwrap();
    assert_eq!(metrics(&log), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn restarts_count_and_so_does_giving_up() {
    let log = Log::capture_all();
    let (first, transport) = FakeRuntime::new();
    let (second, next) = FakeRuntime::new();
    let transports = std::sync::Mutex::new(vec![next, transport]);
    let make = move || {
        let next = transports.lock().unwrap().pop();
        async move { next.ok_or("there is no other cli") }
    };
    let builder =
        Client::builder().transport_with(make).auto_restart(AutoRestart::new().attempts(3));
    let client = builder.start().await.unwrap();
    let mut lifecycle = client.lifecycle();
    first.kill();
    while !matches!(
        within(lifecycle.next()).await.unwrap().unwrap(),
        LifecycleEvent::Restarted { .. }
    ) {}
    second.kill();
    while !matches!(within(lifecycle.next()).await.unwrap().unwrap(), LifecycleEvent::GaveUp { .. })
    {
    }
    assert_eq!(
        metrics(&log),
        ["monotonic_counter.restarts=1 success=true", "monotonic_counter.restarts=1 success=false",]
    );
}

#[tokio::test]
async fn a_consumer_that_lags_counts() {
    let log = Log::capture_all();
    let (_fake, agent, _client, session) = open().await;
    let mut events = session.events().budget(1000);
    for _ in 0..2 {
        agent.emit("session.title_changed", json!({"title": "t".repeat(2000)}));
    }
    let read = async { while let Some(Ok(_)) = events.next().await {} };
    agent.emit("session.title_changed", json!({"title": "t"}));
    session.call::<serde_json::Value>("session.mode.get", json!({})).await.ok();
    within(read).await;
    let lags: Vec<_> = metrics(&log).into_iter().filter(|line| line.contains("lags")).collect();
    assert_eq!(lags, ["monotonic_counter.lags=1"]);
}

/// The values of an exported metric; of a histogram, how many there are.
fn exported(metric: &Metric) -> String {
    let values: Vec<_> = match metric.data() {
        AggregatedMetrics::U64(MetricData::Sum(sum)) => {
            sum.data_points().map(|point| point.value().to_string()).collect()
        }
        AggregatedMetrics::I64(MetricData::Sum(sum)) => {
            sum.data_points().map(|point| point.value().to_string()).collect()
        }
        AggregatedMetrics::F64(MetricData::Histogram(all)) => {
            all.data_points().map(|point| format!("of {}", point.count())).collect()
        }
        other => panic!("{} is {other:?}", metric.name()),
    };
    format!("{}: {}", metric.name(), values.join(", "))
}

#[tokio::test]
async fn opentelemetry_exports_them() {
    // Keeps the places that write metrics alive while other tests come and go.
    let _log = Log::capture();
    let exporter = InMemoryMetricExporter::default();
    let provider = SdkMeterProvider::builder().with_periodic_exporter(exporter.clone()).build();
    let layer = MetricsLayer::new(provider.clone());
    let _current = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
    let (_fake, agent, _client, session) = open().await;
    let script = async {
        let turn = agent.prompt().await.unwrap();
        let usage = json!({"model": "m", "inputTokens": 90, "outputTokens": 10});
        agent.emit("assistant.usage", usage);
        agent.emit("tool.execution_start", json!({"toolCallId": "c", "toolName": "view"}));
        agent.emit("tool.execution_complete", json!({"toolCallId": "c", "success": true}));
        turn.end();
    };
    let (reply, ()) = tokio::join!(session.ask("go").into_future(), script);
    reply.unwrap();
    provider.force_flush().unwrap();
    let batches = exporter.get_finished_metrics().unwrap();
    let scopes = batches.iter().flat_map(ResourceMetrics::scope_metrics);
    let mut metrics: Vec<_> = scopes.flat_map(ScopeMetrics::metrics).map(exported).collect();
    metrics.sort();
    assert_eq!(
        metrics,
        [
            "copilot_sdk.input_tokens: 90",
            "copilot_sdk.model_calls: 1",
            "copilot_sdk.output_tokens: 10",
            "copilot_sdk.sessions: 1",
            "copilot_sdk.sessions_opened: 1",
            "copilot_sdk.tool_call_seconds: of 1",
            "copilot_sdk.tool_calls: 1",
            "copilot_sdk.turn_seconds: of 1",
            "copilot_sdk.turns: 1",
        ]
    );
}
