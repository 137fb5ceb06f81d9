//! Structured output: the answer is a Rust value, and one that does not fit is an error that says
//! where.
//!
//! `cargo run --example structured_output`; a scripted model answers, the second time badly.

use copilot_sdk::data;
use copilot_sdk::testing::{ModelReply, ScriptedModel};
use copilot_sdk_examples::Example;
use serde_json::json;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The model reads these comments: they are the descriptions of the schema.
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
    let example = Example::begin(include_str!("structured_output.rs"), &[])?;
    let client = example.client().await?;
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
    let session = example.session(&client, &model).create().await?;

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
