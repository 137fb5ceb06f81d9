//! What the CLI writes into its own log.

use copilot_sdk::client::LogLevel;
use copilot_sdk::testing::{ModelReply, ScriptedModel};
use copilot_sdk_tests::Place;

/// The levels of the lines in the log of a CLI that answered one prompt.
async fn levels(level: LogLevel) -> Vec<&'static str> {
    let (place, model) = (Place::new(), ScriptedModel::start([ModelReply::text("Hello")]).await);
    let model = model.unwrap();
    let client = place.client().await.log_level(level).start().await.unwrap();
    let session = client.session().model("scripted").provider(model.provider());
    session.create().await.unwrap().ask("Hello").await.unwrap();
    client.stop().await.unwrap();
    let logs = std::fs::read_dir(place.copilot_home().join("logs")).unwrap();
    let text: String =
        logs.map(|log| std::fs::read_to_string(log.unwrap().path()).unwrap()).collect();
    let known = ["ERROR", "WARNING", "INFO", "DEBUG"];
    known.into_iter().filter(|level| text.contains(&format!("Z [{level}] "))).collect()
}

#[tokio::test]
async fn the_log_of_the_cli_says_more_and_less() {
    for (level, expected) in [
        (LogLevel::None, &[][..]),
        (LogLevel::Error, &[]),
        (LogLevel::Warning, &["WARNING"]),
        (LogLevel::Info, &["WARNING", "INFO"]),
        (LogLevel::Debug, &["WARNING", "INFO", "DEBUG"]),
    ] {
        let mut written = levels(level).await;
        // An error is none of this test's.
        written.retain(|level| *level != "ERROR");
        assert_eq!(written, expected, "{level:?}");
    }
}
