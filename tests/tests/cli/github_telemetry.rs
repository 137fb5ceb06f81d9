//! The telemetry that the real CLI records for GitHub, forwarded to the program.

use copilot_sdk::github_telemetry::GitHubTelemetry;
use copilot_sdk::testing::{ModelReply, ScriptedModel};
use copilot_sdk_tests::Place;
use tokio::sync::mpsc;

#[tokio::test]
async fn what_the_cli_records_of_a_turn_is_forwarded() {
    let (place, (sender, mut told)) = (Place::new(), mpsc::unbounded_channel());
    let model = ScriptedModel::start([ModelReply::text("hello")]).await.unwrap();
    let client = place.client().await.on_github_telemetry(move |telemetry: GitHubTelemetry| {
        let _ = sender.send(telemetry);
    });
    let client = client.start().await.unwrap();
    let session = client.session().model("scripted").provider(model.provider());
    let session = session.create().await.unwrap();
    session.ask("hello").await.unwrap();
    let id = session.id().clone();
    client.stop().await.unwrap();
    drop((session, client));

    let mut seen = Vec::new();
    while let Some(telemetry) = told.recv().await {
        seen.push(telemetry);
    }
    assert!(seen.iter().any(|telemetry| telemetry.session_id.as_ref() == Some(&id)), "{seen:?}");
    assert!(seen.iter().all(|telemetry| !telemetry.event.kind.is_empty()), "{seen:?}");
    assert!(seen.iter().any(|telemetry| !telemetry.event.metrics.is_empty()), "{seen:?}");
    assert!(seen.iter().any(|telemetry| !telemetry.event.properties.is_empty()), "{seen:?}");
}
