//! The agent asks the user: a question with choices or free text, answered in the terminal.
//!
//! `cargo run --example ask_user`; a scripted model plays the agent.

use copilot_sdk::interaction::{UserInputAnswer, UserInputRequest};
use copilot_sdk::testing::{ModelReply, ScriptedModel};
use copilot_sdk_examples::{Sandbox, read_line};
use serde_json::json;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Shows the question with numbered choices. The answer is a number or free text.
///
/// After an error, the agent is told that the user could not answer, and continues.
async fn answer(question: UserInputRequest) -> std::io::Result<UserInputAnswer> {
    println!("the agent asks: {}", question.question);
    for (number, choice) in (1..).zip(&question.choices) {
        println!("  {number}  {choice}");
    }
    let line = read_line("your answer: ").await?.ok_or(std::io::ErrorKind::UnexpectedEof)?;
    let choice =
        line.parse::<usize>().ok().and_then(|number| question.choices.get(number.checked_sub(1)?));
    Ok(choice.map_or_else(|| UserInputAnswer::text(&line), UserInputAnswer::choice))
}

#[tokio::main]
async fn main() -> Result {
    let sandbox = Sandbox::new()?;
    let client = sandbox.client().await?.start().await?;
    let model = ScriptedModel::answering(|request| {
        let answers: Vec<_> =
            request.tool_results().into_iter().map(|result| result.text).collect();
        match answers.as_slice() {
            [] => ModelReply::tool(
                "ask_user",
                json!({"question": "Which database?", "choices": ["Postgres", "SQLite"]}),
            ),
            [_] => ModelReply::tool("ask_user", json!({"question": "What is the project called?"})),
            _ => ModelReply::text(format!("Here is what I know: {}", answers.join("; "))),
        }
    })
    .await?;

    let session = client.session().model("scripted").provider(model.provider());
    let session = session.on_user_input_request(answer).create().await?;
    let reply = session.ask("Set up a project").await?;
    println!("\nreply    {reply}");
    client.stop().await?;
    Ok(())
}
