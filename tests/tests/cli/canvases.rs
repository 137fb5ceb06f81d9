//! Canvases of the program, opened by it and by the agent of the real CLI.

use copilot_sdk::canvas::{Canvas, CanvasActionCall, CanvasClosing, CanvasOpening, CanvasPage};
use copilot_sdk::testing::{ModelReply, ModelRequest};
use copilot_sdk::{ErrorKind, permission};
use copilot_sdk_tests::Stage;
use serde_json::json;
use tokio::sync::mpsc;

fn chart(told: mpsc::UnboundedSender<String>) -> Canvas {
    let closed = told.clone();
    Canvas::new("chart", "Chart", "Shows numbers")
        .input_schema(json!({"type": "object", "properties": {"table": {"type": "string"}}}))
        .on_open(move |opening: CanvasOpening| {
            let _ = told.send(format!("open {} {}", opening.instance_id, opening.input));
            async move {
                match opening.input["table"].as_str() {
                    Some(table) => Ok(CanvasPage::new()
                        .url(format!("http://localhost:1/{table}"))
                        .title(table)
                        .status("drawn")),
                    None => Err("which table?"),
                }
            }
        })
        .action("highlight", "Highlights a column", |call: CanvasActionCall| async move {
            match call.input["column"].as_u64() {
                Some(column) => Ok(json!({"highlighted": column})),
                None => Err("which column?"),
            }
        })
        .on_close(move |closing: CanvasClosing| {
            let _ = closed.send(format!("close {}", closing.instance_id));
            async {}
        })
}

#[tokio::test]
async fn a_canvas_is_listed_opened_used_and_closed() {
    let stage = Stage::shared([]).await;
    let (told, mut seen) = mpsc::unbounded_channel();
    let session = stage.session().canvas(chart(told)).create().await.unwrap();
    let listed = session.canvases().await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!((&*listed[0].canvas_id, &*listed[0].description), ("chart", "Shows numbers"));

    let opened = session.open_canvas("chart", "one", json!({"table": "sales"})).await.unwrap();
    assert_eq!(opened.url.as_deref(), Some("http://localhost:1/sales"));
    assert_eq!(seen.recv().await.as_deref(), Some(r#"open one {"table":"sales"}"#));
    assert_eq!(session.open_canvases().await.unwrap(), [opened]);
    let result = session.invoke_canvas("one", "highlight", json!({"column": 3})).await.unwrap();
    assert_eq!(result, json!({"highlighted": 3}));

    // What a handler says of its failure reaches the caller.
    for (failed, why) in [
        (session.invoke_canvas("one", "highlight", json!({})).await.map(drop), "which column?"),
        (session.invoke_canvas("one", "erase", json!({})).await.map(drop), "erase"),
        (session.open_canvas("chart", "two", json!({})).await.map(drop), "which table?"),
        (session.open_canvas("none", "two", json!({})).await.map(drop), "none"),
    ] {
        let failed = failed.unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::Rpc);
        assert!(failed.to_string().contains(why), "{failed}");
    }
    session.close_canvas("one").await.unwrap();
    assert_eq!(seen.recv().await.as_deref(), Some("open two {}"));
    assert_eq!(seen.recv().await.as_deref(), Some("close one"));
    assert_eq!(session.open_canvases().await.unwrap(), []);
    stage.stop().await;
}

#[tokio::test]
async fn the_agent_opens_a_canvas_and_invokes_its_action() {
    let stage =
        Stage::shared_answering(|request: &ModelRequest| match request.tool_results().len() {
            0 => ModelReply::tool(
                "open_canvas",
                json!({"canvasId": "chart", "instanceId": "one", "input": {"table": "sales"}}),
            ),
            1 => ModelReply::tool(
                "invoke_canvas_action",
                json!({"instanceId": "one", "actionName": "highlight", "input": {"column": 2}}),
            ),
            _ => ModelReply::text("shown"),
        })
        .await;
    let (told, mut seen) = mpsc::unbounded_channel();
    let session = stage.session().canvas(chart(told)).permissions(permission::approve_all());
    let session = session.create().await.unwrap();
    session.ask("Show the sales.").await.unwrap();
    let requests = stage.model.requests();
    println!("{:?}", requests[0].tool_names());
    let results = requests.last().unwrap().tool_results();
    assert!(results[1].text.contains("highlighted"), "{results:?}");
    assert_eq!(seen.recv().await.as_deref(), Some(r#"open one {"table":"sales"}"#));
    stage.stop().await;
}
