//! Every future of the library is dropped at each of its await points, once before the answer that
//! it waits for has come and once after; then the client still works.

#![expect(clippy::async_yields_async, reason = "what a closure begins is polled by hand")]

use std::future::{IntoFuture, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;

use copilot_sdk::client::SessionFilter;
use copilot_sdk::session::RewindMode;
use copilot_sdk::testing::{FakeRuntime, FakeSession};
use copilot_sdk::tool::TimelineLevel;
use copilot_sdk::{Client, ErrorKind, Session, Tool, data};
use serde_json::{Value, json};

use crate::stage::{connect, within};

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// When a future is dropped after it was polled: at once, or when it is woken the next time.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Drop {
    AtOnce,
    WhenWoken,
}

const DROPS: [Drop; 2] = [Drop::AtOnce, Drop::WhenWoken];

/// Polls a future this many times, and drops it then; whether it was ready before.
async fn poll_and_drop<F: Future>(future: F, polls: usize, when: Drop) -> bool {
    let mut future = pin!(future);
    let mut left = polls;
    poll_fn(|context| {
        if left > 0 {
            left -= 1;
            if future.as_mut().poll(context).is_ready() {
                return Poll::Ready(true);
            }
        } else {
            return Poll::Ready(false);
        }
        if left == 0 && when == Drop::AtOnce { Poll::Ready(false) } else { Poll::Pending }
    })
    .await
}

/// Drops what `begin` makes at every await point; `check` runs after each time.
async fn drop_everywhere<F: Future>(
    name: &str,
    mut begin: impl AsyncFnMut() -> F,
    mut check: impl AsyncFnMut(),
) {
    let mut most = 0;
    for when in DROPS {
        for polls in 1.. {
            let future = begin().await;
            let was_ready = within(poll_and_drop(future, polls, when)).await;
            check().await;
            most = most.max(polls);
            if was_ready {
                break;
            }
            assert!(polls < 1000, "{name} never ends");
        }
    }
    assert!(most > 1, "{name} waits for nothing");
}

/// A CLI that knows the calls below; the others it refuses, which is an answer as well.
async fn stage() -> (FakeRuntime, FakeSession, Client, Session) {
    let (fake, client) = connect().await;
    let session = client.session().session_id("s").create().await.unwrap();
    let agent = fake.session("s");
    fake.answer("session.name.get", json!({"name": "kept"}))
        .answer("session.getLastId", json!({"sessionId": "last"}))
        .answer("session.mode.set", json!({"status": "applied", "modeApplied": true}))
        .answer("session.agent.list", json!({"agents": [{"name": "a", "description": ""}]}))
        .answer("session.agent.select", json!({"agent": {"name": "a", "description": ""}}))
        .answer("session.history.rewind", json!({"outcome": "success"}));
    (fake, agent, client, session)
}

/// Checks that a client and its session work, whatever was dropped before.
async fn works(fake: &FakeRuntime, agent: &FakeSession, client: &Client, session: &Session) {
    assert_eq!(within(client.ping("there?")).await.unwrap().message, "pong: there?");
    assert_eq!(within(session.name()).await.unwrap().as_deref(), Some("kept"));
    let answers = async {
        loop {
            // Also the prompts whose futures were dropped.
            let turn = agent.prompt().await.unwrap();
            turn.say(turn.prompt());
            turn.end();
        }
    };
    let reply = async {
        tokio::select! {
            reply = session.ask("are you there?").into_future() => reply,
            () = answers => unreachable!("it goes on for ever"),
        }
    };
    assert_eq!(within(reply).await.unwrap().text(), "are you there?");
    assert_eq!(fake.problems(), [""; 0]);
}

fn tool() -> Tool {
    Tool::new("nop").description("Does nothing").handler(|(), _| async {})
}

#[data]
struct Number {
    number: u8,
}

/// Everything that a session can be asked, and that it survives.
fn calls_of_a_session(session: &Session) -> Vec<(&'static str, Work)> {
    macro_rules! work {
        ($($name:literal: |$session:ident| $call:expr),* $(,)?) => {
            vec![$(($name, {
                let $session = session.clone();
                Box::pin(async move { drop($call.await) }) as Work
            })),*]
        };
    }
    work! {
        "send": |s| s.send("prompt"),
        "stream": |s| s.stream("prompt"),
        "ask": |s| async { within(s.ask("prompt").into_future()).await },
        "ask_as": |s| async { within(s.ask_as::<Number>("prompt").into_future()).await },
        "abort": |s| s.abort(),
        "call": |s| s.call::<Value>("session.name.get", json!({})),
        "history": |s| s.history(),
        "name": |s| s.name(),
        "set_name": |s| s.set_name("n"),
        "mode": |s| s.mode(),
        "set_mode": |s| s.set_mode("plan"),
        "current_model": |s| s.current_model(),
        "models": |s| s.models(),
        "set_model": |s| async { s.set_model("m").await },
        "compact": |s| async { s.compact().await },
        "fork": |s| async { s.fork().await },
        "truncate": |s| s.truncate("e"),
        "rewind_points": |s| s.rewind_points(),
        "rewind": |s| s.rewind("e", RewindMode::Conversation),
        "usage": |s| s.usage(),
        "tools": |s| s.tools(),
        "set_tools": |s| s.set_tools(tool()),
        "agents": |s| s.agents(),
        "current_agent": |s| s.current_agent(),
        "select_agent": |s| s.select_agent("a"),
        "deselect_agent": |s| s.deselect_agent(),
        "skills": |s| s.skills(),
        "enable_skill": |s| s.enable_skill("x"),
        "disable_skill": |s| s.disable_skill("x"),
        "mcp_servers": |s| s.mcp_servers(),
        "mcp_tools": |s| s.mcp_tools("x"),
        "enable_mcp_server": |s| s.enable_mcp_server("x"),
        "disable_mcp_server": |s| s.disable_mcp_server("x"),
        "restart_mcp_server": |s| s.restart_mcp_server("x"),
        "log": |s| s.log(TimelineLevel::Info, "x"),
        "log_ephemeral": |s| s.log_ephemeral(TimelineLevel::Info, "x"),
        "plan": |s| s.plan(),
        "set_plan": |s| s.set_plan("x"),
        "delete_plan": |s| s.delete_plan(),
        "workspace_files": |s| s.workspace_files(),
        "read_workspace_file": |s| s.read_workspace_file("x"),
        "write_workspace_file": |s| s.write_workspace_file("x", "y"),
    }
}

#[tokio::test]
async fn a_call_of_a_session_that_is_dropped_anywhere_costs_the_session_nothing() {
    let (fake, agent, client, session) = stage().await;
    let count = calls_of_a_session(&session).len();
    for index in 0..count {
        let name = calls_of_a_session(&session)[index].0;
        let begin = async || {
            let work = calls_of_a_session(&session).swap_remove(index).1;
            let (agent, answered) = (agent.clone(), matches!(name, "ask" | "ask_as"));
            async move {
                let answers = async {
                    if answered && let Ok(turn) = agent.prompt().await {
                        turn.say(r#"{"number": 1}"#);
                        turn.end();
                    }
                    std::future::pending::<()>().await;
                };
                tokio::select! {
                    biased;
                    () = work => {}
                    () = answers => {}
                }
            }
        };
        drop_everywhere(name, begin, async || works(&fake, &agent, &client, &session).await).await;
    }
}

#[tokio::test]
async fn a_call_of_a_client_that_is_dropped_anywhere_costs_the_client_nothing() {
    let (fake, agent, client, session) = stage().await;
    macro_rules! try_all {
        ($($name:literal: $call:expr),* $(,)?) => {$(
            drop_everywhere(
                $name,
                async || async { drop($call.await) },
                async || works(&fake, &agent, &client, &session).await,
            )
            .await;
        )*};
    }
    try_all! {
        "ping": client.ping("x"),
        "status": client.status(),
        "auth_status": client.auth_status(),
        "quota": client.quota(),
        "models": client.models(),
        "refresh_models": client.refresh_models(),
        "sessions": client.sessions(SessionFilter::default()),
        "session_metadata": client.session_metadata("x"),
        "delete_session": client.delete_session("x"),
        "last_session_id": client.last_session_id(),
        "foreground_session": client.foreground_session(),
        "set_foreground_session": client.set_foreground_session("x"),
        "call": client.call::<Value>("ping", json!({})),
    }
}

#[tokio::test]
async fn an_opening_that_is_dropped_anywhere_leaves_its_id_free() {
    for opening in ["create", "resume", "resume_last"] {
        let (fake, agent, client, session) = stage().await;
        let begin = async || {
            let builder = client.session().tool(tool());
            async move {
                drop(match opening {
                    "create" => builder.session_id("last").create().await,
                    "resume" => builder.resume("last").await,
                    _ => builder.resume_last().await,
                });
            }
        };
        let check = async || {
            let again = within(client.session().session_id("last").create()).await.unwrap();
            within(again.disconnect()).await.unwrap();
            works(&fake, &agent, &client, &session).await;
        };
        drop_everywhere(opening, begin, check).await;
        let opened = fake.calls("session.create").len() + fake.calls("session.resume").len();
        // All but the one that still is.
        let given_back = async {
            while fake.calls("session.detach").len() + 1 < opened {
                tokio::task::yield_now().await;
            }
        };
        within(given_back).await;
    }
}

#[tokio::test]
async fn a_disconnect_that_is_dropped_anywhere_goes_on_in_the_background() {
    let (fake, agent, client, session) = stage().await;
    let begin = async || {
        let other = client.session().session_id("other").create().await.unwrap();
        async move { other.disconnect().await.unwrap() }
    };
    drop_everywhere("disconnect", begin, async || works(&fake, &agent, &client, &session).await)
        .await;
}

#[tokio::test]
async fn a_start_that_is_dropped_anywhere_lets_go_of_the_cli() {
    for when in DROPS {
        for polls in 1.. {
            let (fake, transport) = FakeRuntime::new();
            let start = Client::builder().transport(transport).start();
            let was_ready = within(poll_and_drop(start, polls, when)).await;
            within(fake.closed()).await.unwrap();
            if was_ready {
                break;
            }
        }
    }
}

#[tokio::test]
async fn a_connect_that_is_dropped_anywhere_is_waited_for_by_the_next_use() {
    for when in DROPS {
        for polls in 1.. {
            let (fake, transport) = FakeRuntime::new();
            let client = Client::builder().transport(transport).build().unwrap();
            let was_ready = within(poll_and_drop(client.connect(), polls, when)).await;
            assert_eq!(within(client.ping("x")).await.unwrap().message, "pong: x");
            assert_eq!(fake.calls("connect").len(), 1);
            if was_ready {
                break;
            }
        }
    }
}

#[tokio::test]
async fn an_end_that_is_dropped_anywhere_still_comes() {
    for force in [false, true] {
        for when in DROPS {
            for polls in 1.. {
                let (fake, _agent, client, session) = stage().await;
                let end =
                    async { if force { client.force_stop().await } else { client.stop().await } };
                let was_ready = within(poll_and_drop(end, polls, when)).await;
                within(fake.closed()).await.unwrap();
                within(client.stop()).await.unwrap();
                assert_eq!(session.send("late").await.unwrap_err().kind(), ErrorKind::Closed);
                if was_ready {
                    break;
                }
            }
        }
    }
}
