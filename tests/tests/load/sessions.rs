//! Many sessions and many clients at once.

use std::future::IntoFuture as _;

use copilot_sdk::{Client, Session, Tool, ToolError};
use serde_json::json;
use tokio::task::JoinSet;

use crate::MEMORY;
use crate::stage::{alone, connect};

fn tool() -> Tool {
    Tool::new("double").description("Doubles a number").raw_handler(|call| async move {
        let number =
            call.arguments["number"].as_u64().ok_or_else(|| ToolError::new("no number"))?;
        Ok::<_, ToolError>((2 * number).to_string())
    })
}

/// One turn with a tool call and a streamed answer; how many events its subscriber saw.
async fn turn(session: Session, agent: copilot_sdk::testing::FakeSession, number: usize) -> usize {
    let mut events = session.events();
    let script = async {
        let turn = agent.prompt().await?;
        assert_eq!(turn.prompt(), format!("double {number}"));
        let result = turn.call_tool("double", json!({"number": number})).await?;
        let text = result["textResultForLlm"].as_str().unwrap_or_default().to_owned();
        turn.stream(["it is ", &text]);
        turn.end();
        Ok(())
    };
    let prompt = format!("double {number}");
    let (reply, ()) = tokio::try_join!(session.ask(prompt).into_future(), script).unwrap();
    assert_eq!(reply.text(), format!("it is {}", 2 * number));
    session.disconnect().await.unwrap();
    let mut seen = 0;
    while let Some(event) = events.next().await {
        event.unwrap();
        seen += 1;
    }
    seen
}

#[test]
fn a_thousand_sessions_of_one_client_work_at_once_and_leave_nothing() {
    const SESSIONS: usize = 1000;
    alone(async {
        let (fake, client) = connect().await;
        fake.timeout(std::time::Duration::from_secs(60));
        let before = MEMORY.current_usage();
        let mut created = JoinSet::new();
        for number in 0..SESSIONS {
            let builder = client.session().session_id(format!("s{number}")).tool(tool());
            created.spawn(async move { (number, builder.create().await.unwrap()) });
        }
        let sessions = created.join_all().await;
        let each = (MEMORY.current_usage() - before) / SESSIONS;
        assert!(each < 64 * 1024, "{each} bytes for an idle session");
        let mut turns = JoinSet::new();
        for (number, session) in sessions {
            let agent = fake.session(session.id());
            turns.spawn(turn(session, agent, number));
        }
        let seen = turns.join_all().await;
        assert_eq!(seen.len(), SESSIONS);
        assert!(seen.iter().all(|count| *count == seen[0] && *count > 8), "{seen:?}");
        assert_eq!(fake.problems(), [""; 0]);
    });
}

#[test]
fn sixty_four_clients_work_side_by_side() {
    alone(async {
        let mut clients = JoinSet::new();
        for client_number in 0..64 {
            clients.spawn(async move {
                let (fake, client): (_, Client) = connect().await;
                let mut turns = JoinSet::new();
                for number in 0..4 {
                    let session = client.session().tool(tool()).create().await.unwrap();
                    let agent = fake.session(session.id());
                    turns.spawn(turn(session, agent, 100 * client_number + number));
                }
                let seen = turns.join_all().await.len();
                client.stop().await.unwrap();
                assert_eq!(fake.problems(), [""; 0]);
                seen
            });
        }
        assert_eq!(clients.join_all().await, [4; 64]);
    });
}
