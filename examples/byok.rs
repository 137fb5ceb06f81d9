//! A model of your own (BYOK): one session for each kind of provider, without a GitHub account.
//!
//! `cargo run --example byok -- KIND`, where KIND is openai, responses, azure, anthropic or local.
//! Without more, a scripted model on this machine speaks the provider's protocol. With `--live`,
//! the provider itself is asked, with `OPENAI_API_KEY`, `AZURE_OPENAI_KEY` and `AZURE_OPENAI_HOST`,
//! `ANTHROPIC_API_KEY` or `LOCAL_OPENAI_URL`, and the model that `MODEL` names. For one that does
//! not think, such as gpt-4 or gpt-4o, set `REASONING_EFFORT=none`: most servers refuse the
//! parameters that the CLI sends to one that does.

use copilot_sdk::Provider;
use copilot_sdk::provider::WireApi;
use copilot_sdk::testing::{ModelReply, ScriptedModel};
use copilot_sdk_examples::Example;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

const KINDS: [&str; 5] = ["openai", "responses", "azure", "anthropic", "local"];

/// Where the provider is, the key for it, and which of its models to ask.
struct Account {
    url: String,
    key: String,
    model: String,
}

/// What differs between the kinds: the constructor, and the part of the address that it takes.
fn provider(kind: &str, account: &Account) -> Provider {
    let Account { url, key, .. } = account;
    match kind {
        // https://api.openai.com/v1
        "openai" => Provider::openai(url).api_key(key),
        "responses" => Provider::openai(url).api_key(key).wire_api(WireApi::Responses),
        // https://NAME.openai.azure.com, and no path; models of 2025 and later, such as gpt-5, want
        // `.without_api_version()` as well
        "azure" => Provider::azure(url).api_key(key),
        // https://api.anthropic.com, without /v1
        "anthropic" => Provider::anthropic(url).api_key(key),
        // http://localhost:11434/v1, and no key
        _ => Provider::local(url),
    }
}

#[tokio::main]
async fn main() -> Result {
    let example = Example::begin(include_str!("byok.rs"), &KINDS)?;
    let kind = example.word();
    let model =
        ScriptedModel::start([ModelReply::text("Hello from a model of your own.").usage(120, 8)])
            .await?;
    let account = if example.is_live() { real(kind)? } else { scripted(kind, &model) };
    let provider = provider(kind, &account);

    let client = example.client().await?;
    let mut session = client.session().model(account.model).provider(provider);
    if let Ok(effort) = std::env::var("REASONING_EFFORT") {
        session = session.reasoning_effort(effort.as_str());
    }
    let session = session.create().await?;
    println!("reply    {}", session.ask("Say hello").await?);
    for request in model.requests() {
        let names = ["authorization", "api-key", "x-api-key"];
        let sent: Vec<_> =
            names.into_iter().filter(|name| request.header(name).is_some()).collect();
        let key = if sent.is_empty() {
            "without a key".to_owned()
        } else {
            format!("key in {}", sent.join(", "))
        };
        println!("asked    {} for {}, {key}", request.path(), request.model());
    }
    client.stop().await?;
    Ok(())
}

fn scripted(kind: &str, model: &ScriptedModel) -> Account {
    let host_only = matches!(kind, "azure" | "anthropic");
    let url = if host_only { model.root_url() } else { model.base_url() };
    Account { url, key: "a key from your vault".to_owned(), model: "my-model".to_owned() }
}

fn real(kind: &str) -> Result<Account> {
    let variable = |name: &str| std::env::var(name).map_err(|_| format!("{name} is not set"));
    let (url, key) = match kind {
        "azure" => (variable("AZURE_OPENAI_HOST")?, variable("AZURE_OPENAI_KEY")?),
        "anthropic" => ("https://api.anthropic.com".to_owned(), variable("ANTHROPIC_API_KEY")?),
        "local" => (variable("LOCAL_OPENAI_URL")?, String::new()),
        _ => ("https://api.openai.com/v1".to_owned(), variable("OPENAI_API_KEY")?),
    };
    Ok(Account { url, key, model: variable("MODEL")? })
}
