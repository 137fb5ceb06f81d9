//! OpenTelemetry: the trace that a session is part of reaches the tools.

use copilot_sdk::client::Telemetry;
use copilot_sdk::session::TraceContext;
use copilot_sdk::testing::{Reply, ScriptedModel};
use copilot_sdk::{ToolContext, tool, tools};
use copilot_sdk_tests::Place;
use serde_json::json;

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

/// Say which trace this call belongs to.
#[tool]
async fn trace(context: ToolContext) -> Option<String> {
    context.traceparent().map(str::to_owned)
}

#[tokio::test]
async fn with_telemetry_a_tool_call_carries_the_callers_trace() {
    let place = Place::new();
    let file = place.work().join("traces.jsonl");
    let client = place.client().await.telemetry(Telemetry::file(&file)).start().await.unwrap();
    let model = ScriptedModel::start([Reply::tool("trace", json!({})), Reply::text("done")]).await.unwrap();
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
