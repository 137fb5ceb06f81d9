//! What a reply tells of what was said and done, also when the model's server is odd.

use serde_json::{Value, json};

use super::stage::open;

#[tokio::test]
async fn each_call_has_its_own_result_also_where_ids_come_twice() {
    let (_fake, agent, _client, session) = open().await;
    let script = async {
        let turn = agent.prompt().await?;
        let start = |id: &str, name: &str| {
            agent.emit("tool.execution_start", json!({"toolCallId": id, "toolName": name}));
        };
        let end = |id: &str, success: bool, outcome: Value| {
            let mut data = json!({"toolCallId": id, "success": success});
            data[if success { "result" } else { "error" }] = outcome;
            agent.emit("tool.execution_complete", data);
        };
        start("call_0", "left");
        start("call_0", "right");
        start("call_1", "other");
        end("call_0", true, json!({"content": "of left"}));
        end("call_1", false, json!({"message": "of other"}));
        end("call_0", true, json!({"content": "of right"}));
        start("call_0", "later");
        end("call_0", true, json!({"content": "of later"}));
        end("call_0", true, json!({"content": "of nothing"}));
        start("call_2", "unended");
        turn.say("done");
        turn.end();
        Ok(())
    };
    let (reply, ()) = tokio::try_join!(session.ask("go"), script).unwrap();
    let calls: Vec<_> = reply
        .tool_calls()
        .iter()
        .map(|call| (call.name.as_str(), call.ended, call.success, call.output.as_str()))
        .collect();
    assert_eq!(
        calls,
        [
            ("left", true, true, "of left"),
            ("right", true, true, "of right"),
            ("other", true, false, "of other"),
            ("later", true, true, "of later"),
            ("unended", false, false, ""),
        ]
    );
}

#[tokio::test]
async fn the_finish_reason_is_that_of_the_last_message_of_the_main_agent() {
    let (_fake, agent, _client, session) = open().await;
    let script = async {
        let turn = agent.prompt().await?;
        let usage = |reason: &str| json!({"model": "m", "finishReason": reason});
        agent.emit("assistant.usage", usage("tool_calls"));
        turn.say("Let me look.");
        agent.emit("assistant.usage", usage("length"));
        turn.say("Half of");
        agent.emit_from("helper", "assistant.usage", usage("stop"));
        turn.end();
        Ok(())
    };
    let (reply, ()) = tokio::try_join!(session.ask("go"), script).unwrap();
    assert_eq!((reply.text(), reply.finish_reason()), ("Half of", Some("length")));
}
