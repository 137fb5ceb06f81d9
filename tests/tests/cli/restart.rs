//! A client outlives its CLI. `tests/recovery` tries it at every other moment.

use std::time::Duration;

use copilot_sdk_tests::restarting::{Restarting, Step, echo};

const LIVENESS: Duration = Duration::from_secs(2);

#[tokio::test]
async fn restart_with_an_open_tool_call_that_was_written() {
    let step = Step::default();
    let mut cli = Restarting::with_session(echo, |session| session.tool(step.tool())).await;
    let reply = cli.begin("use the tool");
    cli.until_on_disk("external_tool.requested").await;
    let lost = cli.kill_and_restart().await;
    step.end.notify_one();
    assert!(reply.await.unwrap().unwrap().text().contains("use the tool"));
    assert_eq!((lost, step.runs()), (vec![], 1));
    let requests = cli.stage.model.requests();
    assert_eq!(requests[1].tool_results()[0].text, "stepped");
    cli.goes_on(&["use the tool"]).await;
}

#[tokio::test]
async fn restart_twice_in_a_row() {
    let mut cli = Restarting::new(echo).await;
    cli.ask_and_keep("one").await;
    for _ in 0..2 {
        assert_eq!(cli.kill_and_restart().await, []);
    }
    cli.goes_on(&["one"]).await;
}

#[tokio::test]
async fn restart_of_a_cli_that_was_stopped_with_an_open_tool_call() {
    let step = Step::default();
    let mut cli = Restarting::with(
        echo,
        |client| client.liveness(LIVENESS),
        |session| session.tool(step.tool()),
    )
    .await;
    let reply = cli.begin("use the tool");
    cli.until_on_disk("external_tool.requested").await;
    cli.freeze(LIVENESS);
    let lost = cli.restarted().await;
    step.end.notify_one();
    assert!(reply.await.unwrap().unwrap().text().contains("use the tool"));
    assert_eq!((lost, step.runs()), (vec![], 1));
    assert_eq!(cli.stage.model.requests()[1].tool_results()[0].text, "stepped");
    cli.goes_on(&["use the tool"]).await;
}
