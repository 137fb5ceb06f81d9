//! OpenTelemetry: the trace that a session is part of reaches the tools.

use copilot_sdk::client::Telemetry;
use copilot_sdk::testing::{ModelReply, ScriptedModel};
use copilot_sdk::trace::TraceContext;
use copilot_sdk::{ToolContext, tool, tools};
use copilot_sdk_tests::Place;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::trace::SdkTracerProvider;
use serde_json::json;
use tracing::Instrument as _;
use tracing_subscriber::layer::SubscriberExt as _;

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

/// Say which trace this call belongs to.
#[tool]
async fn trace(context: ToolContext) -> Option<String> {
    context.trace_context().map(|trace| trace.traceparent().to_owned())
}

/// Say which trace a span of this call belongs to.
#[tool]
async fn trace_of_a_span(context: ToolContext) -> Option<String> {
    let span = tracing::info_span!("work");
    context.trace_context()?.adopt(&span);
    span.in_scope(TraceContext::current).map(|trace| trace.traceparent().to_owned())
}

#[tokio::test]
async fn with_telemetry_a_tool_call_carries_the_callers_trace() {
    let place = Place::new();
    let file = place.work().join("traces.jsonl");
    let client = place.client().await.telemetry(Telemetry::file(&file)).start().await.unwrap();
    let model =
        ScriptedModel::start([ModelReply::tool("trace", json!({})), ModelReply::text("done")])
            .await
            .unwrap();
    let session = client
        .session()
        .model("scripted")
        .provider(model.provider())
        .tools(tools![trace])
        .on_trace_context(|| Some(TraceContext::new(format!("00-{TRACE}-b7ad6b7169203331-01"))))
        .create()
        .await
        .unwrap();
    let reply = session.ask("go").await.unwrap();
    let traceparent = &reply.tool_calls()[0].output;
    assert!(traceparent.starts_with(&format!("00-{TRACE}-")), "{traceparent}");
    client.stop().await.unwrap();
    let written = std::fs::read_to_string(file).unwrap();
    assert!(written.contains(TRACE), "{written}");
}

#[tokio::test]
async fn the_trace_of_the_current_span_goes_to_the_cli_and_comes_back_to_a_tools_span() {
    let spans = SdkTracerProvider::builder().build();
    let layer = tracing_opentelemetry::layer().with_tracer(spans.tracer("tests"));
    let _recorded = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
    assert_eq!(TraceContext::current(), None);

    let place = Place::new();
    let file = place.work().join("traces.jsonl");
    let client = place.client().await.telemetry(Telemetry::file(&file)).start().await.unwrap();
    let model = ScriptedModel::start([
        ModelReply::tool("trace_of_a_span", json!({})),
        ModelReply::text("done"),
    ])
    .await
    .unwrap();
    let span = tracing::info_span!("request");
    let asked = async {
        let here = TraceContext::current().unwrap();
        let session = client
            .session()
            .model("scripted")
            .provider(model.provider())
            .tools(tools![trace_of_a_span])
            .on_trace_context(TraceContext::current)
            .create()
            .await
            .unwrap();
        (here, session.ask("go").await.unwrap())
    };
    let (here, reply) = asked.instrument(span).await;
    let trace = |context: &str| context.split('-').nth(1).map(str::to_owned);
    let output = &reply.tool_calls()[0].output;
    assert_eq!(trace(output), trace(here.traceparent()), "{output}");
    assert_ne!(output, here.traceparent());
    client.stop().await.unwrap();
}
