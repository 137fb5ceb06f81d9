//! A pipeline of agents: two researchers side by side, then a writer, then an editor who may send
//! the text back. Each is a session with its own instructions and tools; what they hand over are
//! Rust values.
//!
//! `cargo run --example pipeline`; a scripted model plays all of them, unless `--live` is given.

use copilot_sdk::testing::{ModelReply, ModelRequest, ScriptedModel};
use copilot_sdk::tool_filter::ToolFilter;
use copilot_sdk::{Client, Session, SessionBuilder, data, tool, tools};
use copilot_sdk_examples::Example;
use serde_json::json;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

/// How often the editor may send a text back.
const REVISIONS: usize = 2;

#[data]
struct Facts {
    topic: String,
    facts: Vec<String>,
}

#[data]
struct Verdict {
    accepted: bool,
    /// What to change; empty if it is accepted.
    remark: String,
}

/// Look up facts about a topic.
#[tool]
async fn look_up(topic: String) -> Vec<String> {
    match topic.as_str() {
        "trams" => vec!["Line 28 climbs to the castle.".to_owned()],
        _ => vec!["The river is wide as a sea here.".to_owned()],
    }
}

/// Opens the sessions; all run in one CLI.
struct Agents {
    example: Example,
    client: Client,
    model: ScriptedModel,
}

impl Agents {
    /// An agent without tools.
    async fn open(&self, role: &str) -> copilot_sdk::Result<Session> {
        let none: [ToolFilter; 0] = [];
        self.session().system_message(role).available_tools(none).create().await
    }

    fn session(&self) -> SessionBuilder {
        self.example.session(&self.client, &self.model)
    }

    /// One researcher from beginning to end.
    async fn research(&self, topic: &str) -> copilot_sdk::Result<Facts> {
        let session = self
            .session()
            .system_message("You are a researcher.")
            .tools(tools![look_up])
            .available_tools([ToolFilter::all_custom()])
            .create()
            .await?;
        let facts = session.ask_as(format!("Find facts about {topic}")).await?;
        session.disconnect().await?;
        Ok(facts)
    }

    /// Writes, has it judged, and writes again; the writer remembers its former text.
    async fn write(&self, facts: &[Facts]) -> copilot_sdk::Result<String> {
        let writer = self.open("You are a writer.").await?;
        let editor = self.open("You are an editor.").await?;
        let lines = facts.iter().map(|found| format!("{}: {}", found.topic, found.facts.join(" ")));
        let brief = format!("Write two sentences from:\n{}", lines.collect::<Vec<_>>().join("\n"));
        let mut text = writer.ask(brief).await?.into_text();
        for _ in 0..REVISIONS {
            let verdict: Verdict = editor.ask_as(format!("Judge this text:\n{text}")).await?;
            if verdict.accepted {
                break;
            }
            println!("editor      {}", verdict.remark);
            text = writer.ask(format!("Revise it: {}", verdict.remark)).await?.into_text();
        }
        Ok(text)
    }
}

/// All the agents; each is known by its system message.
fn script(request: &ModelRequest) -> ModelReply {
    let (system, texts) = (request.system(), request.user_texts());
    let prompt = texts.last().map_or("", String::as_str);
    if system.contains("You are a researcher.") {
        let topic = if prompt.contains("trams") { "trams" } else { "the river" };
        return match request.tool_results().pop() {
            None => ModelReply::tool("look_up", json!({"topic": topic})),
            Some(found) => {
                let facts: Vec<String> = serde_json::from_str(&found.text).unwrap_or_default();
                ModelReply::text(json!({"topic": topic, "facts": facts}).to_string())
            }
        };
    }
    if system.contains("You are an editor.") {
        let accepted = prompt.contains("Ride");
        let remark = if accepted { "" } else { "begin with what to do" };
        return ModelReply::text(json!({"accepted": accepted, "remark": remark}).to_string());
    }
    ModelReply::text(if prompt.contains("Revise it") {
        "Ride line 28 to the castle. Look at a river as wide as a sea."
    } else {
        "There is a tram. There is a river."
    })
}

#[tokio::main]
async fn main() -> Result {
    let example = Example::begin(include_str!("pipeline.rs"), &[])?;
    let client = example.client().await?;
    let model = ScriptedModel::answering(script).await?;
    let agents = Agents { example, client: client.clone(), model };

    let (trams, river) = tokio::try_join!(agents.research("trams"), agents.research("the river"))?;
    let facts = [trams, river];
    for found in &facts {
        println!("researcher  {}: {}", found.topic, found.facts.join(" "));
    }
    println!("writer      {}", agents.write(&facts).await?);
    client.stop().await?;
    Ok(())
}
