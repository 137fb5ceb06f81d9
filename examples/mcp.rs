//! An MCP server alongside your own tools: the agent uses both in one turn.
//!
//! `cargo run --example mcp`; a scripted model plays the agent, and `mcp-server.mjs` is the server
//! (it needs `node`).

use copilot_sdk::mcp::McpServer;
use copilot_sdk::permission;
use copilot_sdk::testing::{ModelReply, ScriptedModel};
use copilot_sdk::{tool, tools};
use copilot_sdk_examples::Sandbox;
use serde_json::json;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Measure the temperature in a room, in degrees Celsius.
#[tool]
async fn measure(room: String) -> f32 {
    if room == "cellar" { 12.5 } else { 21.0 }
}

#[tokio::main]
async fn main() -> Result {
    let sandbox = Sandbox::new()?;
    let client = sandbox.client().await?.start().await?;
    let model = ScriptedModel::answering(|request| match request.tool_results().as_slice() {
        [] => ModelReply::tool("measure", json!({"room": "cellar"})),
        [celsius] => ModelReply::tool(
            "units-to_fahrenheit",
            json!({"celsius": celsius.text.parse::<f64>().unwrap_or(0.0)}),
        ),
        [.., fahrenheit] => ModelReply::text(format!("It is {} in the cellar.", fahrenheit.text)),
    })
    .await?;

    let server =
        McpServer::stdio("node").args([concat!(env!("CARGO_MANIFEST_DIR"), "/mcp-server.mjs")]);
    let session = client
        .session()
        .model("scripted")
        .provider(model.provider())
        .tools(tools![measure])
        .mcp_server("units", server)
        // Your own tools need nothing else; tools of a server must be allowed. They are called
        // `server-tool`.
        .permissions(
            permission::allow_own_tools().or(permission::allow_tools(["units-to_fahrenheit"])),
        )
        .create()
        .await?;
    let reply = session.ask("How cold is the cellar, in Fahrenheit?").await?;

    for server in session.mcp_servers().await? {
        println!("server   {} is {}", server.name, server.status);
    }
    for call in reply.tool_calls() {
        let arguments = call.arguments.as_ref().map_or("{}", |json| json.get());
        println!("tool     {}({arguments}) -> {}", call.name, call.output);
    }
    println!("reply    {reply}");
    client.stop().await?;
    Ok(())
}
