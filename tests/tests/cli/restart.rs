//! A client outlives its CLI: what holds when it is killed or stopped, moment by moment.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use copilot_sdk::client::{AutoRestart, ClientBuilder, Lifecycle, LifecycleEvent, Lost};
use copilot_sdk::event::{Event, EventData};
use copilot_sdk::permission::{self, PermissionDecision};
use copilot_sdk::session::Events;
use copilot_sdk::testing::{Hold, ModelReply, ModelRequest, ScriptedModel};
use copilot_sdk::{ErrorKind, Session, Tool};
use copilot_sdk_tests::{FakeCli, PATIENCE, Place, Stage, carriers, kill, until, until_on_disk};
use serde_json::json;
use tokio::sync::Notify;
use tokio::time::timeout;

/// A CLI that is started again when it ends.
async fn stage(answer: impl Fn(&ModelRequest) -> ModelReply + Send + Sync + 'static) -> Stage {
    stage_with(answer, |client| client).await
}

pub(crate) async fn stage_with(
    answer: impl Fn(&ModelRequest) -> ModelReply + Send + Sync + 'static,
    options: impl FnOnce(ClientBuilder) -> ClientBuilder,
) -> Stage {
    let model = ScriptedModel::answering(answer).await.expect("a loopback port is free");
    let place = Place::new();
    let client = options(place.client().await.auto_restart(true));
    let client = client.start().await.expect("the pinned CLI starts");
    Stage { client, model, place }
}

/// Says what the last prompt was, and calls `step` first when it is asked to.
pub(crate) fn echo(request: &ModelRequest) -> ModelReply {
    let last = last_prompt(request);
    if last.contains("use the tool") && request.tool_results().is_empty() {
        return ModelReply::tool("step", json!({}));
    }
    ModelReply::text(format!("you said {last}"))
}

pub(crate) fn last_prompt(request: &ModelRequest) -> String {
    request.user_texts().pop().unwrap_or_default()
}

/// Ends the CLI as the kernel would.
pub(crate) fn murder(stage: &Stage) {
    for pid in carriers(&stage.place) {
        kill(pid);
    }
}

/// Waits until the CLI runs again; what was lost.
pub(crate) async fn restarted(lifecycle: &mut Lifecycle) -> Vec<Lost> {
    let restarted = async {
        loop {
            match lifecycle.next().await.expect("the client lives").expect("the client lives") {
                LifecycleEvent::Restarted { lost } => return lost,
                LifecycleEvent::GaveUp { reason } => panic!("gave up: {reason}"),
                _ => {}
            }
        }
    };
    timeout(PATIENCE, restarted).await.expect("the CLI is started again")
}

/// Checks that a session works, remembers `earlier`, and that nothing is left when it ends.
pub(crate) async fn goes_on(stage: Stage, session: &Session, earlier: &[&str]) {
    let reply = session.ask("still there?").await.expect("the session goes on");
    assert!(reply.text().contains("still there?"), "{reply}");
    let requests = stage.model.requests();
    let last = requests.last().expect("the model was asked");
    for text in earlier {
        assert!(last.user_texts().iter().any(|said| said.contains(text)), "{text}: {last:?}");
    }
    stage.client.stop().await.expect("the client stops");
    assert_eq!(carriers(&stage.place), [] as [u32; 0]);
}

#[tokio::test]
async fn restart_while_idle() {
    let stage = stage(echo).await;
    let mut lifecycle = stage.client.lifecycle();
    let session = stage.session().create().await.unwrap();
    let mut events = session.events();
    session.ask("one").await.unwrap();
    until_on_disk(&session, "assistant.message").await;
    murder(&stage);
    assert_eq!(restarted(&mut lifecycle).await, []);
    session.ask("two").await.unwrap();
    goes_on(stage, &session, &["one", "two"]).await;
    let seen = drain(&mut events).await;
    assert_eq!(doubled(&seen), [""; 0]);
    assert_eq!(count(&seen, |data| matches!(data, EventData::Reconnected(_))), 1);
}

#[tokio::test]
async fn restart_before_the_first_turn_was_written() {
    let stage = stage(echo).await;
    let mut lifecycle = stage.client.lifecycle();
    let session = stage.session().create().await.unwrap();
    let file = session.workspace_path().unwrap().join("events.jsonl");
    session.ask("one").await.unwrap();
    murder(&stage);
    let written = std::fs::read_to_string(&file).unwrap_or_default();
    let was_written = written.contains("\"type\":\"assistant.message\"");
    let lost = restarted(&mut lifecycle).await;
    let what: Vec<_> = lost.into_iter().map(|lost| lost.what).collect();
    let all = "the conversation so far: the cli ended before it was written";
    assert!(what.is_empty() || what == [all], "{what:?}");
    assert!(what.is_empty() || !was_written, "{what:?}");
    goes_on(stage, &session, &[]).await;
}

#[tokio::test]
async fn restart_before_the_first_turn() {
    let stage = stage(echo).await;
    let mut lifecycle = stage.client.lifecycle();
    let session = stage.session().create().await.unwrap();
    murder(&stage);
    assert_eq!(restarted(&mut lifecycle).await, []);
    goes_on(stage, &session, &[]).await;
}

#[tokio::test]
async fn restart_twice_in_a_row() {
    let stage = stage(echo).await;
    let mut lifecycle = stage.client.lifecycle();
    let session = stage.session().create().await.unwrap();
    session.ask("one").await.unwrap();
    until_on_disk(&session, "assistant.message").await;
    for _ in 0..2 {
        murder(&stage);
        assert_eq!(restarted(&mut lifecycle).await, []);
    }
    goes_on(stage, &session, &["one"]).await;
}

#[tokio::test]
async fn restart_while_the_model_streams() {
    let hold = Hold::new();
    let script = hold.clone();
    let stage = stage(move |request| {
        if last_prompt(request).contains("hang") {
            ModelReply::text("never").held(&script)
        } else {
            echo(request)
        }
    })
    .await;
    let mut lifecycle = stage.client.lifecycle();
    let session = stage.session().create().await.unwrap();
    session.ask("one").await.unwrap();
    until_on_disk(&session, "assistant.message").await;
    let killed = async {
        hold.reached().await;
        murder(&stage);
    };
    let (reply, ()) = tokio::join!(session.ask("hang").into_future(), killed);
    let error = reply.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted, "{error}");
    assert!(error.to_string().contains("SIGKILL"), "{error}");
    assert_eq!(restarted(&mut lifecycle).await, []);
    goes_on(stage, &session, &["one"]).await;
}

#[tokio::test]
async fn restart_with_an_open_tool_call_that_was_written() {
    let stage = stage(echo).await;
    let mut lifecycle = stage.client.lifecycle();
    let step = Step::default();
    let session = stage.session().tool(step.tool()).create().await.unwrap();
    let killed = async {
        until_on_disk(&session, "external_tool.requested").await;
        murder(&stage);
        let lost = restarted(&mut lifecycle).await;
        step.end.notify_one();
        lost
    };
    let (reply, lost) = tokio::join!(session.ask("use the tool").into_future(), killed);
    assert!(reply.unwrap().text().contains("use the tool"));
    assert_eq!((lost, step.runs()), (vec![], 1));
    let requests = stage.model.requests();
    assert_eq!(requests[1].tool_results()[0].text, "stepped");
    goes_on(stage, &session, &["use the tool"]).await;
}

#[tokio::test]
async fn restart_with_an_open_tool_call_that_ends_while_no_cli_runs() {
    let stage = stage(echo).await;
    let mut lifecycle = stage.client.lifecycle();
    let step = Step::default();
    let session = stage.session().tool(step.tool()).create().await.unwrap();
    let killed = async {
        until_on_disk(&session, "external_tool.requested").await;
        murder(&stage);
        let restarting = lifecycle.next().await;
        step.end.notify_one();
        (restarting, restarted(&mut lifecycle).await)
    };
    let (reply, (_, lost)) = tokio::join!(session.ask("use the tool").into_future(), killed);
    assert!(reply.unwrap().text().contains("use the tool"));
    assert_eq!((lost, step.runs()), (vec![], 1));
    goes_on(stage, &session, &["use the tool"]).await;
}

#[tokio::test]
async fn restart_with_an_open_tool_call_that_was_not_written_yet() {
    let stage = stage(echo).await;
    let mut lifecycle = stage.client.lifecycle();
    let step = Step::default();
    let session = stage.session().tool(step.tool()).create().await.unwrap();
    session.ask("one").await.unwrap();
    until_on_disk(&session, "assistant.message").await;
    let killed = async {
        step.begun.notified().await;
        murder(&stage);
        restarted(&mut lifecycle).await
    };
    let (reply, lost) = tokio::join!(session.ask("use the tool").into_future(), killed);
    match reply {
        // The kill came before the call was on the disk.
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Interrupted, "{error}");
            let what = "external_tool.requested (step)".to_owned();
            assert_eq!(lost.iter().map(|lost| lost.what.clone()).collect::<Vec<_>>(), [what]);
        }
        Ok(reply) => panic!("the tool never ends: {reply}"),
    }
    assert_eq!(step.runs(), 1);
    goes_on(stage, &session, &["one"]).await;
}

#[tokio::test]
async fn restart_with_an_answer_that_was_not_written_yet() {
    let hold = Hold::new();
    let script = hold.clone();
    let stage = stage(move |request| match request.tool_results().len() {
        0 => echo(request),
        _ if last_prompt(request).contains("still there") => echo(request),
        _ => ModelReply::text("done").held(&script),
    })
    .await;
    let mut lifecycle = stage.client.lifecycle();
    let step = Step::default();
    let session = stage.session().tool(step.tool()).create().await.unwrap();
    let killed = async {
        until_on_disk(&session, "external_tool.requested").await;
        step.end.notify_one();
        hold.reached().await;
        murder(&stage);
        hold.release();
        restarted(&mut lifecycle).await
    };
    let (reply, _) = tokio::join!(session.ask("use the tool").into_future(), killed);
    // Whether the answer was on the disk is chance: either way the tool ran once.
    match reply {
        Ok(reply) => assert_eq!(reply.text(), "done"),
        Err(error) => assert_eq!(error.kind(), ErrorKind::Interrupted, "{error}"),
    }
    assert_eq!(step.runs(), 1);
    goes_on(stage, &session, &["use the tool"]).await;
}

#[tokio::test]
async fn restart_with_an_open_permission() {
    let stage = stage(|request| match request.tool_results().len() {
        0 if last_prompt(request).contains("make it") => ModelReply::tool(
            "bash",
            json!({"command": "echo made > made.txt", "description": "make"}),
        ),
        _ => echo(request),
    })
    .await;
    let mut lifecycle = stage.client.lifecycle();
    let (asked, decide) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let (counted, decided) = (Arc::clone(&asked), Arc::clone(&decide));
    let policy = permission::ask(move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
        let decided = Arc::clone(&decided);
        async move {
            decided.notified().await;
            PermissionDecision::ApproveOnce
        }
    });
    let session = stage.session().permissions(policy).create().await.unwrap();
    let killed = async {
        until_on_disk(&session, "permission.requested").await;
        murder(&stage);
        let lost = restarted(&mut lifecycle).await;
        decide.notify_one();
        lost
    };
    let (reply, lost) = tokio::join!(session.ask("make it").into_future(), killed);
    assert!(reply.unwrap().text().contains("make it"));
    assert_eq!((lost, asked.load(Ordering::Relaxed)), (vec![], 1));
    assert_eq!(std::fs::read_to_string(stage.place.work().join("made.txt")).unwrap(), "made\n");
    goes_on(stage, &session, &["make it"]).await;
}

#[tokio::test]
async fn restart_with_an_open_question_to_the_user() {
    let stage = stage(|request| match request.tool_results().len() {
        0 if last_prompt(request).contains("ask me") => {
            ModelReply::tool("ask_user", json!({"question": "Which?", "choices": ["a", "b"]}))
        }
        _ => echo(request),
    })
    .await;
    let mut lifecycle = stage.client.lifecycle();
    let asked = Arc::new(Notify::new());
    let told = Arc::clone(&asked);
    let session = stage
        .session()
        .on_user_input_request(move |question| {
            told.notify_one();
            async move {
                std::future::pending::<()>().await;
                question.answer("a")
            }
        })
        .create()
        .await
        .unwrap();
    session.ask("one").await.unwrap();
    until_on_disk(&session, "assistant.message").await;
    let killed = async {
        asked.notified().await;
        murder(&stage);
        restarted(&mut lifecycle).await
    };
    let (reply, lost) = tokio::join!(session.ask("ask me").into_future(), killed);
    assert_eq!(reply.unwrap_err().kind(), ErrorKind::Interrupted);
    let what: Vec<_> = lost.into_iter().map(|lost| lost.what).collect();
    assert_eq!(what, ["userInput.request"]);
    goes_on(stage, &session, &["one"]).await;
}

#[tokio::test]
async fn restart_with_a_queued_prompt() {
    let hold = Hold::new();
    let script = hold.clone();
    let stage = stage(move |request| {
        if last_prompt(request).contains("hang") {
            ModelReply::text("never").held(&script)
        } else {
            echo(request)
        }
    })
    .await;
    let mut lifecycle = stage.client.lifecycle();
    let session = stage.session().create().await.unwrap();
    session.ask("one").await.unwrap();
    until_on_disk(&session, "assistant.message").await;
    let first = session.stream("hang").await.unwrap();
    hold.reached().await;
    let queued = session.stream("queued").await.unwrap();
    murder(&stage);
    let (first, queued) = tokio::join!(first.reply(), queued.reply());
    let (first, queued) = (first.unwrap_err(), queued.unwrap_err());
    assert_eq!((first.kind(), queued.kind()), (ErrorKind::Interrupted, ErrorKind::Interrupted));
    assert!(queued.to_string().contains("the queued prompt is lost"), "{queued}");
    assert_eq!(restarted(&mut lifecycle).await, []);
    goes_on(stage, &session, &["one"]).await;
}

#[tokio::test]
async fn restart_brings_back_what_was_changed_since() {
    let stage = stage(echo).await;
    let mut lifecycle = stage.client.lifecycle();
    let step = Step::default();
    let session = stage.session().create().await.unwrap();
    session.ask("one").await.unwrap();
    until_on_disk(&session, "assistant.message").await;
    session.set_tools(step.tool()).await.unwrap();
    session.set_mode("plan").await.unwrap();
    murder(&stage);
    assert_eq!(restarted(&mut lifecycle).await, []);
    assert_eq!(session.mode().await.unwrap(), "plan".into());
    step.end.notify_one();
    session.ask("use the tool").await.unwrap();
    assert_eq!(step.runs(), 1);
    goes_on(stage, &session, &["one"]).await;
}

#[tokio::test]
async fn restart_of_a_cli_that_was_stopped() {
    let stage = stage_with(echo, |client| client.liveness(Duration::from_secs(2))).await;
    let mut lifecycle = stage.client.lifecycle();
    let session = stage.session().create().await.unwrap();
    session.ask("one").await.unwrap();
    until_on_disk(&session, "assistant.message").await;
    for pid in carriers(&stage.place) {
        signal("-STOP", pid);
    }
    let late = session.ask("two").await;
    assert_eq!(late.unwrap_err().kind(), ErrorKind::Interrupted);
    assert_eq!(restarted(&mut lifecycle).await, []);
    goes_on(stage, &session, &["one"]).await;
}

#[tokio::test]
async fn restart_during_create() {
    let stage = stage(echo).await;
    let mut lifecycle = stage.client.lifecycle();
    let session = stage.session().create().await.unwrap();
    session.ask("one").await.unwrap();
    until_on_disk(&session, "assistant.message").await;
    let (created, ()) = tokio::join!(stage.session().create(), async { murder(&stage) });
    restarted(&mut lifecycle).await;
    if let Err(error) = created {
        assert_eq!(error.kind(), ErrorKind::Closed, "{error}");
    }
    let second = stage.session().create().await.expect("the next one is created");
    assert!(second.ask("two").await.unwrap().text().contains("two"));
    goes_on(stage, &session, &["one"]).await;
}

#[tokio::test]
async fn restart_during_the_restart() {
    let stage = stage(echo).await;
    let mut lifecycle = stage.client.lifecycle();
    let session = stage.session().create().await.unwrap();
    session.ask("one").await.unwrap();
    until_on_disk(&session, "assistant.message").await;
    murder(&stage);
    lifecycle.next().await;
    let again = async {
        until(|| !carriers(&stage.place).is_empty()).await;
        murder(&stage);
    };
    timeout(PATIENCE, again).await.expect("another CLI starts");
    restarted(&mut lifecycle).await;
    goes_on(stage, &session, &["one"]).await;
}

#[tokio::test]
async fn restart_of_a_cli_that_was_stopped_with_an_open_tool_call() {
    let stage = stage_with(echo, |client| client.liveness(Duration::from_secs(2))).await;
    let mut lifecycle = stage.client.lifecycle();
    let step = Step::default();
    let session = stage.session().tool(step.tool()).create().await.unwrap();
    let frozen = async {
        until_on_disk(&session, "external_tool.requested").await;
        for pid in carriers(&stage.place) {
            signal("-STOP", pid);
        }
        let lost = restarted(&mut lifecycle).await;
        step.end.notify_one();
        lost
    };
    let (reply, lost) = tokio::join!(session.ask("use the tool").into_future(), frozen);
    assert!(reply.unwrap().text().contains("use the tool"));
    assert_eq!((lost, step.runs()), (vec![], 1));
    let requests = stage.model.requests();
    assert_eq!(requests[1].tool_results()[0].text, "stepped");
    goes_on(stage, &session, &["use the tool"]).await;
}

#[tokio::test]
async fn a_cli_that_is_busy_is_not_taken_for_dead() {
    let hold = Hold::new();
    let script = hold.clone();
    let stage = stage_with(
        move |request| {
            if last_prompt(request).contains("slow") {
                ModelReply::text("done").held(&script)
            } else {
                echo(request)
            }
        },
        |client| client.liveness(Duration::from_secs(1)),
    )
    .await;
    let session = stage.session().create().await.unwrap();
    let release = async {
        hold.reached().await;
        // Ten pings long nothing comes from the CLI by itself.
        for _ in 0..10 {
            stage.client.ping("still there?").await.unwrap();
            timeout(Duration::from_millis(300), std::future::pending::<()>()).await.unwrap_err();
        }
        hold.release();
    };
    let (reply, ()) = tokio::join!(session.ask("slow").into_future(), release);
    assert_eq!(reply.unwrap().text(), "done");
    goes_on(stage, &session, &["slow"]).await;
}

#[tokio::test]
async fn a_cli_that_dies_at_once_every_time_ends_in_one_clear_error() {
    let fake = FakeCli::new("greet; echo 'no disk left' >&2; exit 3");
    let restart = AutoRestart::new().attempts(3).first_wait(Duration::ZERO);
    let client = fake.client().auto_restart(restart).build().unwrap();
    let mut lifecycle = client.lifecycle();
    client.connect().await.unwrap();
    let mut told = Vec::new();
    let error = loop {
        match timeout(PATIENCE, lifecycle.next()).await.expect("it gives up").expect("a reason") {
            Ok(event) => told.push(event),
            Err(error) => break error,
        }
    };
    let Some(LifecycleEvent::GaveUp { reason }) = told.last() else { panic!("{told:?}") };
    assert!(reason.contains("exit code 3") && reason.contains("no disk left"), "{reason}");
    assert_eq!(error.kind(), ErrorKind::Start);
    assert_eq!(fake.starts(), 3);
    client.stop().await.unwrap();
}

#[tokio::test]
async fn without_restarts_sessions_stay_closed_and_connect_starts_a_new_cli() {
    let stage = stage_with(echo, |client| client.auto_restart(false)).await;
    let session = stage.session().create().await.unwrap();
    let mut lifecycle = stage.client.lifecycle();
    murder(&stage);
    while let Some(Ok(_)) = lifecycle.next().await {}
    let error = session.ask("one").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed);
    assert!(error.to_string().contains("SIGKILL"), "{error}");
    stage.client.connect().await.unwrap();
    let second = stage.session().create().await.unwrap();
    assert!(session.ask("still over").await.is_err());
    goes_on(stage, &second, &[]).await;
}

/// A tool that runs until it is told to end, and counts its runs.
#[derive(Clone, Default)]
struct Step {
    runs: Arc<AtomicUsize>,
    begun: Arc<Notify>,
    end: Arc<Notify>,
}

impl Step {
    fn tool(&self) -> Tool {
        let step = self.clone();
        Tool::new("step").description("Take a step").handler(move |(), _| {
            let step = step.clone();
            async move {
                step.runs.fetch_add(1, Ordering::Relaxed);
                step.begun.notify_one();
                step.end.notified().await;
                "stepped"
            }
        })
    }

    fn runs(&self) -> usize {
        self.runs.load(Ordering::Relaxed)
    }
}

pub(crate) fn signal(signal: &str, pid: u32) {
    let sent = std::process::Command::new("kill").args([signal, &pid.to_string()]).status();
    sent.expect("`kill` can be run");
}

/// What a stream holds until its end.
async fn drain(events: &mut Events) -> Vec<Arc<Event>> {
    let mut seen = Vec::new();
    while let Some(event) = events.next().await {
        seen.push(event.expect("the session ended in good order"));
    }
    seen
}

/// The ids that came more than once.
fn doubled(seen: &[Arc<Event>]) -> Vec<String> {
    let mut known = std::collections::HashSet::new();
    seen.iter().filter(|event| !known.insert(&event.id)).map(|event| event.id.to_string()).collect()
}

fn count(seen: &[Arc<Event>], is: impl Fn(&EventData) -> bool) -> usize {
    seen.iter().filter(|event| is(&event.data)).count()
}
