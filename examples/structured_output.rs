//! Structured output: the answer is a Rust value; an answer that does not match is an error that
//! says where.
//!
//! `cargo run --example structured_output`; a scripted model answers, the second time incorrectly.

use copilot_sdk::data;
use copilot_sdk::testing::{ModelReply, ScriptedModel};
use copilot_sdk_examples::Sandbox;
use serde_json::json;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

/// These comments become the descriptions in the schema for the model.
#[data]
struct Review {
    /// Whether the change can be merged.
    approved: bool,
    remarks: Vec<Remark>,
}

#[data]
struct Remark {
    line: u32,
    severity: Severity,
    /// What to change, in one sentence.
    text: String,
}

#[data]
#[derive(Debug)]
enum Severity {
    Nit,
    Bug,
}

#[tokio::main]
async fn main() -> Result {
    let sandbox = Sandbox::new()?;
    let client = sandbox.client().await?.start().await?;
    let good = json!({
        "approved": false,
        "remarks": [
            {"line": 12, "severity": "Bug", "text": "Close the file also when reading fails."},
            {"line": 40, "severity": "Nit", "text": "Say `path`, not `p`."},
        ],
    });
    let bad =
        json!({"approved": true, "remarks": [{"line": "twelve", "severity": "Nit", "text": ""}]});
    let model = ScriptedModel::start([
        ModelReply::text(good.to_string()),
        ModelReply::text(bad.to_string()),
    ])
    .await?;
    let session = client.session().model("scripted").provider(model.provider()).create().await?;

    let review: Review = session.ask_as("Review the staged change").await?;
    println!("approved {}", review.approved);
    for remark in &review.remarks {
        println!("{:<8} line {}: {}", format!("{:?}", remark.severity), remark.line, remark.text);
    }
    match session.ask_as::<Review>("And the next one").await {
        Ok(review) => println!("approved {}", review.approved),
        Err(error) => println!("refused  {error}"),
    }
    client.stop().await?;
    Ok(())
}
