//! A CLI that is stopped is taken for dead and started again; one that is only busy is not.

use std::time::Duration;

use copilot_sdk::ErrorKind;
use copilot_sdk::client::ClientBuilder;
use copilot_sdk::testing::{Hold, ModelReply, ModelRequest};
use tokio::time::timeout;

use crate::restart::{Restarting, Step, echo, last_prompt};

#[tokio::test]
async fn restart_of_a_cli_that_was_stopped() {
    let watched = |client: ClientBuilder| client.liveness(Duration::from_secs(2));
    let mut cli = Restarting::with_client(echo, watched).await;
    cli.ask_and_keep("one").await;
    cli.freeze();
    let late = cli.session.ask("two").await;
    assert_eq!(late.unwrap_err().kind(), ErrorKind::Interrupted);
    assert_eq!(cli.restarted().await, []);
    cli.goes_on(&["one"]).await;
}

#[tokio::test]
async fn restart_of_a_cli_that_was_stopped_with_an_open_tool_call() {
    let step = Step::default();
    let watched = |client: ClientBuilder| client.liveness(Duration::from_secs(2));
    let mut cli = Restarting::with(echo, watched, |session| session.tool(step.tool())).await;
    let reply = cli.begin("use the tool");
    cli.until_on_disk("external_tool.requested").await;
    cli.freeze();
    cli.restarted().await;
    step.end.notify_one();
    match reply.await.unwrap() {
        // A CLI that is woken in order to end closes its sessions in good order, calls included.
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Closed, "{error}");
            assert!(error.to_string().contains("the session was shut down"), "{error}");
        }
        // It was too slow for that.
        Ok(reply) => assert!(reply.text().contains("use the tool"), "{reply}"),
    }
    assert_eq!(step.runs(), 1);
    cli.goes_on(&["use the tool"]).await;
}

#[tokio::test]
async fn a_cli_that_is_busy_is_not_taken_for_dead() {
    let hold = Hold::new();
    let script = hold.clone();
    let slow = move |request: &ModelRequest| {
        if last_prompt(request).contains("slow") {
            ModelReply::text("done").held(&script)
        } else {
            echo(request)
        }
    };
    let watched = |client: ClientBuilder| client.liveness(Duration::from_secs(1));
    let cli = Restarting::with_client(slow, watched).await;
    let reply = cli.begin("slow");
    hold.reached().await;
    // Ten pings long nothing comes from the CLI by itself.
    for _ in 0..10 {
        cli.stage.client.ping("still there?").await.unwrap();
        timeout(Duration::from_millis(300), std::future::pending::<()>()).await.unwrap_err();
    }
    hold.release();
    assert_eq!(reply.await.unwrap().unwrap().text(), "done");
    cli.goes_on(&["slow"]).await;
}
