//! A tool that returns an image to the model.
//!
//! `cargo run --example image_tool`; a scripted model reports how it received the image.

use copilot_sdk::model::CapabilityOverride;
use copilot_sdk::testing::{ModelReply, ScriptedModel};
use copilot_sdk::tool::Binary;
use copilot_sdk::{ToolError, tool, tools};
use copilot_sdk_examples::Sandbox;
use serde_json::json;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Draw the sales of a year, month by month.
#[tool]
fn sales_chart(year: u16) -> std::result::Result<Binary, ToolError> {
    match year {
        2024 => {
            Ok(Binary::png(*include_bytes!("chart.png"))
                .description("sales of 2024, January to June"))
        }
        _ => Err(ToolError::new(format!("there are no figures for {year}, only for 2024"))),
    }
}

#[tokio::main]
async fn main() -> Result {
    let sandbox = Sandbox::new()?;
    let client = sandbox.client().await?.start().await?;
    let model = ScriptedModel::answering(|request| {
        let picture = request
            .body()
            .to_string()
            .split("data:image/png;base64,")
            .nth(1)
            .and_then(|rest| rest.split('"').next().map(str::len));
        match (request.tool_results().is_empty(), picture) {
            (true, _) => ModelReply::tool("sales_chart", json!({"year": 2024})),
            (false, Some(length)) => {
                ModelReply::text(format!("I see bars that rise ({length} characters of base64)."))
            }
            (false, None) => ModelReply::text("I was given no picture."),
        }
    })
    .await?;

    // The CLI knows which of GitHub's models accept images; for a custom model, say so.
    let provider = model.provider().model_capabilities(CapabilityOverride::new().vision(true));
    let session = client.session().model("scripted").provider(provider);
    let session = session.tools(tools![sales_chart]).create().await?;
    let reply = session.ask("How did the sales of 2024 go?").await?;
    for call in reply.tool_calls() {
        println!(
            "tool     {} {}",
            call.name,
            if call.success { "gave a picture" } else { &call.output }
        );
    }
    println!("reply    {reply}");
    client.stop().await?;
    Ok(())
}
