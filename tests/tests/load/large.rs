//! Prompts, results, events and answers of ten megabytes.

use std::future::IntoFuture as _;

use copilot_sdk::event::EventData;
use copilot_sdk::{Tool, ToolError};
use serde_json::json;

use crate::MEMORY;
use crate::stage::{MIB, alone, connect};

const SIZE: usize = 10 * MIB;

#[test]
fn ten_megabytes_pass_in_every_place_and_are_freed() {
    alone(async {
        let (fake, client) = connect().await;
        let large = "0123456789abcdef".repeat(SIZE / 16);
        let result = large.clone();
        let tool = Tool::new("large").description("Large").raw_handler(move |call| {
            let result = result.clone();
            async move {
                assert_eq!(call.arguments["text"].as_str().map(str::len), Some(SIZE));
                Ok::<_, ToolError>(result)
            }
        });
        let session = client.session().tool(tool).create().await.unwrap();
        let agent = fake.session(session.id());
        let mut events = session.events();
        client.ping("warm").await.unwrap();
        let before = MEMORY.current_usage();
        let script = async {
            let turn = agent.prompt().await?;
            assert!(turn.prompt() == large, "the prompt");
            let result = turn.call_tool("large", json!({"text": large})).await?;
            assert!(result["textResultForLlm"] == large, "the result");
            agent.emit("x.large", json!({"text": large}));
            turn.say(&large);
            turn.end();
            Ok(())
        };
        let asked = session.ask(&*large).into_future();
        let (reply, ()) = tokio::try_join!(asked, script).unwrap();
        assert!(reply.text() == large, "the answer");
        session.disconnect().await.unwrap();
        let mut sizes = Vec::new();
        while let Some(event) = events.next().await {
            let event = event.unwrap();
            if let EventData::Other(other) = &event.data {
                sizes.push(other.json.get().len());
            }
        }
        assert_eq!(sizes, [SIZE + r#"{"text":""}"#.len()]);
        let held = MEMORY.current_usage() - before;
        drop((reply, events, session, client));
        drop((agent, fake));
        tokio::task::yield_now().await;
        let left = MEMORY.current_usage().saturating_sub(before);
        assert!(left < MIB, "{left} bytes stay of {held}");
    });
}
