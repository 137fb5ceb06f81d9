//! Several clients of one server, attached to one session: who sees what, who is asked, and whose
//! answer counts.

use std::future::{Ready, ready};
use std::sync::{Arc, Mutex};

use copilot_sdk::hook::{PreToolUse, PreToolUseOutput};
use copilot_sdk::interaction::UserInputRequest;
use copilot_sdk::permission::{self, PermissionDecision};
use copilot_sdk::testing::{ModelReply, ScriptedModel};
use copilot_sdk::{Client, ErrorKind, SessionBuilder, Tool};
use serde_json::json;

use super::server::Server;

/// Two clients of one server, and a model for both.
struct Pair {
    one: Client,
    other: Client,
    model: ScriptedModel,
    server: Server,
}

impl Pair {
    async fn new(replies: impl IntoIterator<Item = ModelReply>) -> Self {
        let server = Server::start(None).await;
        let one = server.client().start().await.unwrap();
        let other = server.client().start().await.unwrap();
        Self { one, other, model: ScriptedModel::start(replies).await.unwrap(), server }
    }

    /// A session of the first client.
    fn create(&self) -> SessionBuilder {
        self.one.session().session_id("shared").model("scripted").provider(self.model.provider())
    }

    /// What the second client joins with.
    fn join(&self) -> SessionBuilder {
        self.other.session().provider(self.model.provider())
    }

    async fn stop(self) {
        self.one.stop().await.unwrap();
        self.other.stop().await.unwrap();
    }
}

fn tool(name: &'static str) -> Tool {
    Tool::new(name).description("Says who it is").handler(move |(), _| async move { name })
}

#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl Notes {
    fn add(&self, text: impl Into<String>) {
        self.0.lock().unwrap().push(text.into());
    }

    fn sorted(&self) -> Vec<String> {
        let mut notes = self.0.lock().unwrap().clone();
        notes.sort();
        notes
    }
}

#[tokio::test]
async fn both_see_every_event_of_both_and_one_that_leaves_does_not_disturb_the_other() {
    let pair = Pair::new([
        ModelReply::text("first"),
        ModelReply::text("second"),
        ModelReply::text("third"),
    ])
    .await;
    let ours = pair.create().create().await.unwrap();
    let theirs = pair.join().resume("shared").await.unwrap();
    let (mut here, mut there) = (ours.events(), theirs.events());
    assert_eq!(ours.ask("one").await.unwrap().text(), "first");
    assert_eq!(theirs.ask("two").await.unwrap().text(), "second");
    theirs.disconnect().await.unwrap();
    assert_eq!(ours.ask("three").await.unwrap().text(), "third");
    ours.disconnect().await.unwrap();
    let mut seen = [Vec::new(), Vec::new()];
    for (events, seen) in [&mut here, &mut there].into_iter().zip(&mut seen) {
        while let Some(event) = events.next().await {
            let event = event.unwrap();
            if matches!(event.event_type(), "user.message" | "assistant.message" | "assistant.idle")
            {
                seen.push((event.id.clone(), event.event_type().to_owned()));
            }
        }
    }
    let [here, there] = seen;
    let names: Vec<_> = here.iter().map(|(_, name)| name.as_str()).collect();
    assert_eq!(names, ["user.message", "assistant.message", "assistant.idle"].repeat(3));
    assert_eq!(there, here[..6], "the very same ones, until it left");
    pair.stop().await;
}

/// A hook that notes its calls, and denies those that say so.
fn check(
    name: &'static str,
    notes: &Notes,
) -> impl Fn(PreToolUse) -> Ready<Option<PreToolUseOutput>> + Clone + Send + Sync + 'static {
    let notes = notes.clone();
    move |call| {
        notes.add(name);
        ready(
            (call.tool_args["deny"] == name)
                .then(|| PreToolUseOutput::deny(format!("{name} said so"))),
        )
    }
}

#[tokio::test]
async fn the_hooks_of_both_are_called_and_each_may_deny() {
    let calls = [json!({}), json!({"deny": "ours"}), json!({"deny": "theirs"})]
        .map(|args| ModelReply::tool("greet", args));
    let pair = Pair::new(calls.into_iter().chain([ModelReply::text("ok")])).await;
    let notes = Notes::default();
    let ours = pair
        .create()
        .tool(tool("greet"))
        .on_pre_tool_use(check("ours", &notes))
        .create()
        .await
        .unwrap();
    let theirs =
        pair.join().on_pre_tool_use(check("theirs", &notes)).resume("shared").await.unwrap();
    let reply = ours.ask("go").await.unwrap();
    let outputs: Vec<_> = reply.tool_calls().iter().map(|call| call.output.as_str()).collect();
    let denied = |name| format!("Denied by preToolUse hook: {name} said so");
    assert_eq!(outputs, ["greet", &denied("ours"), &denied("theirs")]);
    assert_eq!(
        notes.sorted(),
        ["ours", "ours", "ours", "theirs", "theirs"],
        "one after the other until one denies"
    );
    drop(theirs);
    pair.stop().await;
}

/// What the documentation of `resume` warns of.
#[tokio::test]
async fn the_hooks_of_a_client_that_left_a_session_of_others_and_came_back_are_not_called() {
    let greet = || [ModelReply::tool("greet", json!({})), ModelReply::text("ok")];
    let pair = Pair::new(greet().into_iter().chain(greet())).await;
    let notes = Notes::default();
    let ours = pair.create().tool(tool("greet")).create().await.unwrap();
    pair.join()
        .on_pre_tool_use(check("theirs", &notes))
        .resume("shared")
        .await
        .unwrap()
        .disconnect()
        .await
        .unwrap();
    let back = pair.join().on_pre_tool_use(check("back", &notes)).resume("shared").await.unwrap();
    ours.ask("go").await.unwrap();
    assert_eq!(notes.sorted(), [""; 0]);
    back.disconnect().await.unwrap();
    let fresh = pair.server.client().start().await.unwrap();
    let session =
        fresh.session().provider(pair.model.provider()).on_pre_tool_use(check("fresh", &notes));
    let session = session.resume("shared").await.unwrap();
    ours.ask("go").await.unwrap();
    assert_eq!(notes.sorted(), ["fresh"]);
    drop(session);
    fresh.stop().await.unwrap();
    pair.stop().await;
}

#[tokio::test]
async fn a_tool_belongs_to_one_client_whoever_sends_the_prompt() {
    let pair = Pair::new([
        ModelReply::tools([("left", json!({})), ("right", json!({}))]),
        ModelReply::text("ok"),
    ])
    .await;
    let ours = pair.create().tool(tool("left")).create().await.unwrap();
    let error = pair.join().tool(tool("left")).resume("shared").await.unwrap_err();
    assert_eq!((error.kind(), error.rpc_code()), (ErrorKind::Rpc, Some(-32603)));
    let text = error.to_string();
    assert!(text.contains("External tool name clash: left already registered"), "{text}");
    assert!(
        text.ends_with(
            "give yours another name, or leave it out here, and its owner answers the calls"
        ),
        "{text}"
    );
    let theirs = pair.join().tool(tool("right")).resume("shared").await.unwrap();
    let reply = theirs.ask("go").await.unwrap();
    let outputs: Vec<_> = reply.tool_calls().iter().map(|call| call.output.as_str()).collect();
    assert_eq!(outputs, ["left", "right"]);
    drop(ours);
    pair.stop().await;
}

fn touch() -> [ModelReply; 2] {
    let command = json!({"command": "touch made-by-the-shell", "description": "make a file"});
    [ModelReply::tool("bash", command), ModelReply::text("ok")]
}

/// What the documentation of `permissions` warns of.
#[tokio::test]
async fn the_first_answer_to_a_permission_request_wins_and_a_client_without_rules_is_the_quickest()
{
    let pair = Pair::new(touch()).await;
    let (say, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let person = permission::ask(move |_| {
        let signal = Withdrawn(say.clone());
        async move {
            let _asked = signal;
            std::future::pending::<PermissionDecision>().await
        }
    });
    let ours = pair.create().permissions(person).create().await.unwrap();
    let theirs = pair.join().resume("shared").await.unwrap();
    let reply = ours.ask("go").await.unwrap();
    let call = &reply.tool_calls()[0];
    assert!(
        !call.success && call.output.contains("not permitted in this session"),
        "{}",
        call.output
    );
    assert_eq!(heard.recv().await, Some("withdrawn"), "the person is not asked any longer");
    drop(theirs);
    pair.stop().await;
}

struct Withdrawn(tokio::sync::mpsc::UnboundedSender<&'static str>);

impl Drop for Withdrawn {
    fn drop(&mut self) {
        let _ = self.0.send("withdrawn");
    }
}

#[tokio::test]
async fn what_one_client_leaves_to_the_others_the_other_one_decides() {
    let pair = Pair::new(touch()).await;
    let notes = Notes::default();
    let asked = notes.clone();
    let person = permission::ask(move |request| {
        asked.add(request.kind());
        async { PermissionDecision::ApproveOnce }
    });
    let ours = pair.create().permissions(person).create().await.unwrap();
    let theirs =
        pair.join().permissions(permission::leave_to_others()).resume("shared").await.unwrap();
    assert!(theirs.ask("go").await.unwrap().tool_calls()[0].success);
    assert_eq!(notes.sorted(), ["shell"]);
    drop(ours);
    pair.stop().await;
}

/// What the documentation of `on_user_input_request` says.
#[tokio::test]
async fn both_are_asked_what_the_agent_asks_the_user_and_the_first_answer_counts() {
    let question = json!({"question": "Which color?", "choices": ["red", "blue"]});
    let ask = || [ModelReply::tool("ask_user", question.clone()), ModelReply::text("ok")];
    let pair = Pair::new(ask().into_iter().chain(ask())).await;
    let notes = Notes::default();
    let handler = |name: &'static str, answers: bool| {
        let notes = notes.clone();
        move |question: UserInputRequest| {
            notes.add(name);
            async move {
                if !answers {
                    std::future::pending::<()>().await;
                }
                question.answer("blue")
            }
        }
    };
    let ours = pair.create().on_user_input_request(handler("ours", false)).create().await.unwrap();
    let theirs =
        pair.join().on_user_input_request(handler("theirs", true)).resume("shared").await.unwrap();
    for asking in [&ours, &theirs] {
        assert_eq!(asking.ask("go").await.unwrap().tool_calls()[0].output, "User selected: blue");
    }
    assert_eq!(notes.sorted(), ["ours", "ours", "theirs", "theirs"]);
    pair.stop().await;
}
