//! Skills, plugins, agents and instructions from directories: which the CLI reads, and when.

use std::path::Path;

use copilot_sdk::testing::ModelReply;
use copilot_sdk::{ErrorKind, Session, SessionBuilder};
use copilot_sdk_tests::Stage;

fn write(file: &Path, text: &str) {
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, text).unwrap();
}

fn skill(directory: &Path, name: &str) {
    let text = format!("---\nname: {name}\ndescription: DESCRIPTION OF {name}\n---\nDo it.\n");
    write(&directory.join(name).join("SKILL.md"), &text);
}

fn agent(directory: &Path, name: &str) {
    let text = format!("---\nname: {name}\ndescription: Helps\n---\nHelp.\n");
    write(&directory.join(format!("{name}.agent.md")), &text);
}

async fn skills(session: &Session) -> Vec<String> {
    let mut names: Vec<_> =
        session.skills().await.unwrap().into_iter().map(|skill| skill.name).collect();
    names.sort();
    names
}

async fn agents(session: &Session) -> Vec<String> {
    let mut names: Vec<_> =
        session.agents().await.unwrap().into_iter().map(|agent| agent.name).collect();
    names.sort();
    names
}

const BUILT_IN: [&str; 2] = ["customize-cloud-agent", "github-pr-media"];

#[tokio::test]
async fn config_discovery_finds_skills_and_agents_of_the_repository_and_the_user() {
    let stage = Stage::new([]).await;
    let (repository, user) = (stage.place.work().join(".github"), stage.place.copilot_home());
    std::fs::create_dir_all(stage.place.work().join(".git")).unwrap();
    for (place, name) in [(&repository, "of-repository"), (&user, "of-user")] {
        skill(&place.join("skills"), name);
        agent(&place.join("agents"), name);
    }
    let found = async |builder: SessionBuilder| {
        let session = builder.create().await.unwrap();
        (skills(&session).await, agents(&session).await)
    };
    let none = Vec::<String>::new();
    assert_eq!(found(stage.session()).await, (BUILT_IN.map(String::from).to_vec(), none.clone()));
    let off = || stage.session().config_discovery(false);
    assert_eq!(found(off()).await, (none.clone(), none.clone()));
    assert_eq!(found(off().skills(true)).await, (BUILT_IN.map(String::from).to_vec(), none));
    let (skills, agents) = found(stage.session().config_discovery(true)).await;
    assert_eq!(skills, ["customize-cloud-agent", "github-pr-media", "of-repository", "of-user"]);
    assert_eq!(agents, ["of-repository", "of-user"]);
    let started =
        stage.session().config_discovery(true).agent("of-repository").create().await.unwrap();
    assert_eq!(started.current_agent().await.unwrap().unwrap().name, "of-repository");
    stage.stop().await;
}

#[tokio::test]
async fn skills_plugins_and_instructions_of_directories_reach_the_model() {
    let stage = Stage::shared([ModelReply::text("fine")]).await;
    let work = stage.place.work();
    for name in ["knots", "hidden"] {
        skill(&work.join("skills"), name);
    }
    let plugin = work.join("plugins/sailing");
    write(
        &plugin.join("plugin.json"),
        r#"{"name": "sailing", "version": "1.0.0", "skills": "skills/", "agents": "agents/"}"#,
    );
    skill(&plugin.join("skills"), "of-plugin");
    agent(&plugin.join("agents"), "of-plugin");
    let rules = |text: &str| format!("---\napplyTo: '**'\n---\n{text}\n");
    write(&work.join("rules/a.instructions.md"), &rules("FIRST RULE"));
    write(&work.join("rules/.github/instructions/b.instructions.md"), &rules("SECOND RULE"));
    write(&work.join("rules/AGENTS.md"), "THIRD RULE");
    write(&work.join("rules/copilot-instructions.md"), "FOURTH RULE");
    let session = stage
        .session()
        .skill_directories([work.join("skills")])
        .disabled_skills(["hidden"])
        .plugin_directories([&plugin])
        .instruction_directories([work.join("rules")])
        .create()
        .await
        .unwrap();
    session.ask("go").await.unwrap();
    let request = stage.model.requests()[0].body().to_string();
    let told = |text: &str| request.contains(text);
    assert_eq!(
        ["knots", "of-plugin", "hidden"].map(|name| told(&format!("DESCRIPTION OF {name}"))),
        [true, true, false]
    );
    assert_eq!(
        ["FIRST", "SECOND", "THIRD", "FOURTH"].map(|rule| told(&format!("{rule} RULE"))),
        [true, true, false, false]
    );
    assert!(
        agents(&session).await.iter().any(|name| name.contains("of-plugin")),
        "{:?}",
        agents(&session).await
    );
    stage.stop().await;
}

#[tokio::test]
async fn directories_that_are_not_there_are_mistakes() {
    let stage = Stage::new([]).await;
    let nowhere = stage.place.work().join("nowhere");
    let error = stage
        .session()
        .skill_directories([&nowhere])
        .plugin_directories([nowhere.as_path(), stage.place.work()])
        .instruction_directories([&nowhere])
        .create()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    let missing = format!("there is no directory {}: make it, or leave it out", nowhere.display());
    let no_plugin = format!(
        "plugin_directories: {} is not a plugin, because it has no `plugin.json`: name the \
         directory of each plugin",
        stage.place.work().display()
    );
    assert_eq!(
        error.problems(),
        [
            format!("skill_directories: {missing}"),
            format!("plugin_directories: {missing}"),
            no_plugin,
            format!("instruction_directories: {missing}"),
        ]
    );
    stage.stop().await;
}
