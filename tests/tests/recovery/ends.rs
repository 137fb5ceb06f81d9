//! Every end of a client, at every moment, with a shell, a command that left its shell and an MCP
//! server at work: nothing is left.

use std::time::Duration;

use copilot_sdk::client::LifecycleEvent;
use copilot_sdk::testing::{Hold, ModelReply, ScriptedModel};
use copilot_sdk::{Client, ErrorKind, Session};
use copilot_sdk_tests::restarting::last_prompt;
use copilot_sdk_tests::{
    BUSY_PROCESSES, FakeCli, PATIENCE, Place, Stage, busy_model, busy_session, carriers, kill,
    until,
};
use tokio::runtime::Runtime;
use tokio::time::timeout;

/// The ladder takes four.
const SECONDS: Duration = Duration::from_secs(10);

#[derive(Debug, Clone, Copy)]
enum End {
    Stop,
    ForceStop,
    Drop,
}

const ENDS: [End; 3] = [End::Stop, End::ForceStop, End::Drop];

impl End {
    /// Ends the client, of which these are the last handles.
    async fn of(self, client: Client, sessions: Vec<Session>, place: &Place) {
        match self {
            Self::Stop => client.stop().await.unwrap(),
            Self::ForceStop => client.force_stop().await.unwrap(),
            Self::Drop => {
                drop((client, sessions));
                return gone(place).await;
            }
        }
        assert_eq!(carriers(place), [] as [u32; 0], "{self:?} waits for everything");
    }
}

async fn gone(place: &Place) {
    let outcome = timeout(SECONDS, until(|| carriers(place).is_empty())).await;
    assert!(outcome.is_ok(), "still there: {:?}", carriers(place));
}

/// A client with a session that has started everything; a prompt with "hang" in it is held.
async fn busy(use_stdio: bool, hold: &Hold) -> (Stage, Session) {
    let script = hold.clone();
    let model = ScriptedModel::answering(move |request| {
        if last_prompt(request).contains("hang") {
            ModelReply::text("never").held(&script)
        } else {
            busy_model(request)
        }
    });
    let (model, place) = (model.await.unwrap(), Place::new());
    let client = place.client().await.auto_restart(true).use_stdio(use_stdio);
    let stage = Stage { client: client.start().await.unwrap(), model, place };
    let session = busy_session(stage.session()).await;
    // A shell says that it has started a command before that runs.
    let busy = until(|| carriers(&stage.place).len() >= BUSY_PROCESSES);
    timeout(PATIENCE, busy).await.expect("everything runs");
    (stage, session)
}

#[tokio::test]
async fn an_idle_client_leaves_nothing() {
    for use_stdio in [true, false] {
        for end in ENDS {
            let (stage, session) = busy(use_stdio, &Hold::new()).await;
            end.of(stage.client, vec![session], &stage.place).await;
        }
    }
}

#[tokio::test]
async fn a_client_that_ends_during_a_turn_leaves_nothing() {
    for end in ENDS {
        let hold = Hold::new();
        let (stage, session) = busy(true, &hold).await;
        let turn = session.stream("hang").await.unwrap();
        hold.reached().await;
        end.of(stage.client, vec![session], &stage.place).await;
        let ended = turn.reply().await.unwrap_err();
        assert_eq!(ended.kind(), ErrorKind::Closed, "{end:?}: {ended}");
    }
}

#[tokio::test]
async fn a_client_that_ends_during_a_create_leaves_nothing() {
    for end in ENDS {
        let (stage, session) = busy(true, &Hold::new()).await;
        let mut create = Box::pin(stage.session().create());
        let early = timeout(Duration::from_millis(20), create.as_mut()).await;
        match end {
            End::Drop => drop(create),
            End::Stop | End::ForceStop => drop(tokio::spawn(create)),
        }
        let sessions = [Some(session), early.ok().and_then(Result::ok)];
        end.of(stage.client, sessions.into_iter().flatten().collect(), &stage.place).await;
    }
}

#[tokio::test]
async fn a_client_that_ends_during_a_restart_leaves_nothing() {
    for end in ENDS {
        for begun in [false, true] {
            let (stage, session) = busy(true, &Hold::new()).await;
            let mut lifecycle = stage.client.lifecycle();
            let former = carriers(&stage.place);
            former.iter().copied().for_each(kill);
            let told = timeout(PATIENCE, lifecycle.next()).await.unwrap().unwrap().unwrap();
            assert!(matches!(told, LifecycleEvent::Restarting { .. }), "{told:?}");
            drop(lifecycle);
            if begun {
                // The next one has been spawned, and not answered yet.
                let next = until(|| carriers(&stage.place).iter().any(|pid| !former.contains(pid)));
                timeout(PATIENCE, next).await.unwrap();
            }
            end.of(stage.client, vec![session], &stage.place).await;
        }
    }
}

#[test]
fn a_client_that_is_dropped_outside_of_its_runtime_or_after_it_leaves_nothing() {
    for after in [false, true] {
        let runtime = Runtime::new().unwrap();
        let (stage, session) = runtime.block_on(busy(true, &Hold::new()));
        let Stage { client, place, model } = stage;
        let mut runtime = Some(runtime);
        if after {
            drop(runtime.take());
        }
        std::thread::spawn(move || drop((client, session, model))).join().unwrap();
        Runtime::new().unwrap().block_on(gone(&place));
        drop(runtime);
    }
}

#[tokio::test]
async fn a_failed_start_leaves_nothing_when_it_says_so() {
    let started = "sleep 603 & setsid nohup sleep 604 > /dev/null 2>&1 & trap '' TERM;";
    let wrong = [
        (r#"hear; answer '{"ok":true,"protocolVersion":1}'; sleep 605"#, "protocol"),
        ("hear; refuse -32000 no; sleep 605", "no"),
        ("sleep 605; sleep 606", "did not answer within"),
        ("hear; exit 3", "exit code 3"),
    ];
    for (script, why) in wrong {
        let fake = FakeCli::new(&format!("{started} {script}"));
        let client = fake.client().start_timeout(Duration::from_secs(1)).build().unwrap();
        let error = timeout(SECONDS, client.connect()).await.expect("it ends").unwrap_err();
        assert!(error.to_string().contains(why), "{script}: {error}");
        assert_eq!(fake.carriers(), [] as [u32; 0], "{script}");
        client.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_stop_that_comes_during_a_start_waits_for_what_was_started() {
    for force in [false, true] {
        let fake = FakeCli::new("echo > \"$FAKE/up\"; sleep 603 & trap '' TERM; sleep 605");
        let client = fake.client().build().unwrap();
        client.prewarm();
        fake.has_noted("up").await;
        let ended = if force { client.force_stop().await } else { client.stop().await };
        ended.unwrap();
        assert_eq!(fake.carriers(), [] as [u32; 0]);
    }
}
