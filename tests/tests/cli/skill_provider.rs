//! Skills that the program provides to the agent of the real CLI.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use copilot_sdk::handler::HandlerError;
use copilot_sdk::skill_provider::{ProvidedSkill, SkillProvider};
use copilot_sdk::testing::{ModelReply, ModelRequest};
use copilot_sdk_tests::Stage;
use serde_json::json;

#[derive(Default)]
struct Handbook {
    skills: Mutex<Vec<&'static str>>,
    read: AtomicUsize,
}

impl SkillProvider for Handbook {
    async fn list(&self) -> Result<Vec<ProvidedSkill>, HandlerError> {
        let skills = self.skills.lock().unwrap();
        let about = |name: &&str| ProvidedSkill::new(*name, format!("How to make a {name}"));
        Ok(skills.iter().map(about).collect())
    }

    async fn read(&self, name: String) -> Result<Option<String>, HandlerError> {
        self.read.fetch_add(1, Ordering::SeqCst);
        match &*name {
            "release" => Ok(Some("Tag the commit, then wait for the build.".to_owned())),
            "panic" => panic!("no handbook"),
            _ => Ok(None),
        }
    }
}

#[tokio::test]
async fn a_provided_skill_is_listed_and_read_when_the_agent_uses_it() {
    let stage =
        Stage::shared_answering(|request: &ModelRequest| match request.tool_results().len() {
            0 => ModelReply::tool("skill", json!({"skill": "release"})),
            1 => ModelReply::tool("skill", json!({"skill": "panic"})),
            _ => ModelReply::text("done"),
        })
        .await;
    let handbook = Arc::new(Handbook::default());
    handbook.skills.lock().unwrap().extend(["release", "panic"]);
    let session = stage.session().skill_provider(Arc::clone(&handbook)).create().await.unwrap();
    let listed = session.skills().await.unwrap();
    let found = listed.iter().find(|skill| skill.name == "release").unwrap();
    assert_eq!(found.description, "How to make a release");
    assert_eq!(handbook.read.load(Ordering::SeqCst), 0, "read only when it is used");

    assert_eq!(session.ask("Make a release.").await.unwrap().text(), "done");
    let requests = stage.model.requests();
    let last = requests.last().unwrap();
    assert!(last.user_texts().iter().any(|text| text.contains("wait for the build")), "{last:?}");
    assert_eq!(handbook.read.load(Ordering::SeqCst), 2, "a panic fails that call alone");
    stage.stop().await;
}
