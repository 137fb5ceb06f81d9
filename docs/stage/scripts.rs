//! What the model says in each program, and what else the program finds.
#![expect(clippy::expect_used, clippy::panic, reason = "a test says by a panic what is wrong")]

use copilot_sdk::testing::{ModelReply, ModelRequest, ScriptedModel};
use serde_json::{Value, json};

/// What surrounds the program of a page.
pub(super) struct Script {
    /// The model of GitHub, and of the program's own provider.
    pub(super) model: ScriptedModel,
    /// Files of the directory that the program runs in.
    pub(super) files: Vec<(&'static str, &'static [u8])>,
    /// What is typed into the terminal.
    pub(super) input: &'static str,
}

impl Script {
    async fn replies(replies: impl IntoIterator<Item = ModelReply>) -> Self {
        Self::of(ScriptedModel::start(replies).await.expect("a loopback port is free"))
    }

    async fn answering(answer: fn(&ModelRequest) -> ModelReply) -> Self {
        Self::of(ScriptedModel::answering(answer).await.expect("a loopback port is free"))
    }

    fn of(model: ScriptedModel) -> Self {
        Self { model, files: Vec::new(), input: "" }
    }

    fn file(mut self, path: &'static str, contents: &'static (impl AsRef<[u8]> + ?Sized)) -> Self {
        self.files.push((path, contents.as_ref()));
        self
    }

    fn typed(self, input: &'static str) -> Self {
        Self { input, ..self }
    }
}

/// The script of a page's program.
pub(super) async fn script(page: &str) -> Script {
    match page {
        "protocol" => Script::replies([]).await,
        "first-agent" => {
            Script::replies([
                ModelReply::tool("get_weather", json!({"city": "Lisbon"})),
                ModelReply::text("Yes: light rain is expected in Lisbon."),
            ])
            .await
        }
        "tools" => {
            Script::replies([
                ModelReply::tool("reserve", json!({"article": "A-17", "pieces": 500})),
                ModelReply::tool("reserve", json!({"article": "A-17", "pieces": 40})),
                ModelReply::tool("reserve", json!({"article": "A-17", "pieces": 12})),
                ModelReply::text("I reserved the 12 pieces that are in stock."),
            ])
            .await
        }
        "permissions" => {
            let script = Script::replies([
                shell("pwd"),
                shell("echo hello > greeting.txt"),
                shell("rm greeting.txt"),
                ModelReply::text("I did what I was allowed to do."),
            ]);
            script.await.typed("y\nn\n")
        }
        "approvals" => {
            let replies =
                [shell("echo 1.0 > released.txt"), ModelReply::text("The release is out.")];
            Script::replies(replies).await
        }
        "streaming" => {
            Script::replies([
                ModelReply::tool("lines_of_code", json!({"language": "Rust"})),
                ModelReply::chunks(["About ", "30,000 ", "lines ", "are Rust."]),
            ])
            .await
        }
        "providers" => Script::replies([ModelReply::text("Hello from your own model.")]).await,
        "hooks" => {
            Script::replies([
                ModelReply::tool("query", json!({"sql": "DELETE FROM customers"})),
                ModelReply::tool("query", json!({"sql": "SELECT * FROM customers"})),
                ModelReply::text("There is one customer, Ada. I may not delete her."),
            ])
            .await
        }
        "mcp" => {
            let script = Script::replies([
                ModelReply::tool("units-to_fahrenheit", json!({"celsius": 12.5})),
                ModelReply::text("It is 54.5 °F."),
            ]);
            script.await.file("units.mjs", include_str!("../../examples/mcp-server.mjs"))
        }
        "skills" => Script::answering(skills).await.file(
            "skills/release-notes/SKILL.md",
            "---\nname: release-notes\ndescription: How release notes are written here\n---\n\
             Begin each line with a verb in the past tense.\n",
        ),
        "sub-agents" => Script::answering(sub_agents).await,
        "attachments" => Script::answering(attachments)
            .await
            .file("sales.csv", "month,euros\nJanuary,120\nFebruary,80\n")
            .file("sales.png", include_bytes!("../../examples/chart.png")),
        "requests" => Script::replies([ModelReply::text("I will."), ModelReply::text("7")]).await,
        "context" => Script::answering(context).await,
        "usage" => {
            Script::replies([
                ModelReply::text("Four.").usage(900, 5).cached_tokens(600),
                ModelReply::text("Eight.").usage(950, 6).cached_tokens(900),
            ])
            .await
        }
        "budgets" => Script::answering(budgets).await,
        "errors" => Script::answering(errors).await,
        "production" => Script::answering(production).await,
        _ => panic!("there is no script for {page}"),
    }
}

fn shell(command: &str) -> ModelReply {
    ModelReply::tool("bash", json!({"command": command, "description": "work", "mode": "sync"}))
}

/// By what it is asked, because one more request may be on its way when a budget ends.
fn budgets(request: &ModelRequest) -> ModelReply {
    let seen = "Two files without a bug.";
    let reply = match request.user_texts().last() {
        Some(prompt) if prompt.contains("What did you see?") => ModelReply::text(seen),
        _ => {
            let file = format!("{}.rs", request.tool_results().len());
            ModelReply::tool("look", json!({"file": file}))
        }
    };
    reply.usage(900, 100)
}

fn skills(request: &ModelRequest) -> ModelReply {
    if request.tool_results().is_empty() {
        return ModelReply::tool("skill", json!({"skill": "release-notes"}));
    }
    let knows = request.body().to_string().contains("a verb in the past tense");
    ModelReply::text(if knows { "Added a search field." } else { "I know no rules." })
}

fn sub_agents(request: &ModelRequest) -> ModelReply {
    let work = json!({"agent_type": "reviewer", "name": "review", "description": "review",
        "prompt": "Review the change", "mode": "sync"});
    let is_reviewer = request.system().contains("You review changes.");
    match (is_reviewer, request.tool_results().last()) {
        (false, None) => ModelReply::tool("task", work),
        (false, Some(_)) => ModelReply::text("One defect: an `unwrap` in line 12."),
        (true, None) => ModelReply::tool("show_change", json!({})),
        (true, Some(_)) => ModelReply::text("Line 12 unwraps a result."),
    }
}

fn attachments(request: &ModelRequest) -> ModelReply {
    let body = request.body().to_string();
    let pictures = body.matches("data:image/png;base64,").count();
    let table = if body.contains("January,120") { "the table" } else { "no table" };
    ModelReply::text(format!("I see {table} and {pictures} picture(s)."))
}

fn context(request: &ModelRequest) -> ModelReply {
    let last = request.user_texts().last().cloned().unwrap_or_default();
    if last.contains("What is my name?") {
        let summary = request.body().to_string().contains("The user is called Ada.");
        return ModelReply::text(if summary { "Ada." } else { "You did not say." });
    }
    if last.contains("My name is") {
        return ModelReply::text("Hello Ada.");
    }
    ModelReply::text("The user is called Ada.")
}

fn errors(request: &ModelRequest) -> ModelReply {
    match request.model() {
        "gpt-5" => ModelReply::error(400, "this model takes no tools"),
        _ => ModelReply::text("Hello from the other model."),
    }
}

fn production(request: &ModelRequest) -> ModelReply {
    let tools = Value::from(request.tool_names());
    ModelReply::text(format!("I have {tools}."))
}
