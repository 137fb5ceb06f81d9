//! Frames of many megabytes, in both directions.

use std::future::IntoFuture as _;

use copilot_sdk::{Tool, ToolError};
use serde_json::json;

use super::stage::{connect, within};

/// Five megabytes whose every part is different, with characters of several bytes.
fn text() -> String {
    (0..400_000).map(|number| format!("{number} µ→")).collect::<Vec<_>>().concat()
}

#[tokio::test]
async fn prompts_arguments_results_and_answers_of_many_megabytes_arrive_whole() {
    let (fake, client) = connect().await;
    let echo = Tool::new("echo").description("Echoes").raw_handler(|call| async move {
        let text = call.arguments["text"].as_str().ok_or_else(|| ToolError::new("no text"))?;
        Ok::<_, ToolError>(text.to_owned())
    });
    let session = client.session().tool(echo).create().await.unwrap();
    let mut events = session.events();
    let large = text();
    let agent = async {
        let turn = fake.session(session.id()).prompt().await?;
        assert!(turn.prompt() == large, "the prompt");
        let result = turn.call_tool("echo", json!({"text": large})).await?;
        assert!(result["textResultForLlm"] == large, "the result");
        turn.say(&large);
        turn.end();
        Ok(())
    };
    let (reply, ()) = within(async { tokio::try_join!(session.ask(&*large).into_future(), agent) })
        .await
        .unwrap();
    assert!(reply.text() == large, "the answer");
    assert!(reply.tool_calls()[0].output == large, "the result as an event");
    session.disconnect().await.unwrap();
    let mut count = 0;
    while let Some(event) = events.next().await {
        event.unwrap();
        count += 1;
    }
    assert_eq!(count, reply.events().len() + 2, "what is kept, and two idles");
    assert_eq!(fake.problems(), [""; 0]);
}
