//! Health and draining, with the real CLI.

use std::future::IntoFuture as _;
use std::time::Duration;

use copilot_sdk::client::ServerPhase;
use copilot_sdk::testing::{Hold, ModelReply};
use copilot_sdk::{ErrorKind, cli};
use copilot_sdk_tests::Stage;

#[tokio::test]
async fn health_names_the_process_and_its_version() {
    let stage = Stage::new([]).await;
    let health = stage.client.health();
    assert_eq!((health.state, health.is_ready()), (ServerPhase::Running, true));
    assert_eq!(health.cli_version.as_deref(), Some(cli::VERSION));
    assert!(health.pid.is_some_and(|pid| pid != std::process::id()));
    assert!(health.silence.unwrap() <= health.uptime.unwrap());
    stage.stop().await;
}

#[tokio::test]
async fn a_drained_turn_ends_and_one_that_is_cut_off_can_be_resumed() {
    let (soon, never) = (Hold::new(), Hold::new());
    let (one, two) = (soon.clone(), never.clone());
    let stage = Stage::answering(move |request| {
        let is_slow = request.user_texts().join("").contains("slow");
        ModelReply::text("done").held(if is_slow { &two } else { &one })
    })
    .await;
    let (quick, slow) =
        (stage.session().create().await.unwrap(), stage.session().create().await.unwrap());
    let script = async {
        soon.reached().await;
        never.reached().await;
        assert_eq!(stage.client.health().busy_sessions, 2);
        let release = async { soon.release() };
        let drain = stage.client.drain(Duration::from_secs(3));
        tokio::join!(drain, release).0.unwrap()
    };
    let asked = (quick.ask("quick").into_future(), slow.ask("slow").into_future());
    let (quick_reply, slow_reply, drained) = tokio::join!(asked.0, asked.1, script);
    assert_eq!(quick_reply.unwrap().text(), "done");
    assert_eq!(slow_reply.unwrap_err().kind(), ErrorKind::Closed);
    let cut_off: Vec<_> = drained.cut_off.iter().map(|own| &own.session_id).collect();
    assert_eq!((drained.sessions, cut_off), (2, vec![slow.id()]));
    never.release();
    let Stage { client, model, place } = stage;
    client.stop().await.unwrap();
    let other = place.client().await.start().await.unwrap();
    let resumed = other.session().model("scripted").provider(model.provider()).resume(slow.id());
    let resumed = resumed.await.unwrap();
    assert_eq!(resumed.ask("again").await.unwrap().text(), "done");
    other.stop().await.unwrap();
}
