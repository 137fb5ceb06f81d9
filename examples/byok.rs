//! Bring your own model (BYOK): a session with each kind of provider, without a GitHub account.
//!
//! `cargo run --example byok -- KIND`, where KIND is openai, responses, azure, anthropic or local.
//! By default, a local scripted model speaks the provider's protocol. `--live` uses the provider
//! itself, with `OPENAI_API_KEY`, `AZURE_OPENAI_KEY` and `AZURE_OPENAI_HOST`, `ANTHROPIC_API_KEY`
//! or `LOCAL_OPENAI_URL`, and the model named by `MODEL`.

use copilot_sdk::Provider;
use copilot_sdk::provider::WireApi;
use copilot_sdk::testing::{ModelReply, ScriptedModel};
use copilot_sdk_examples::Sandbox;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

const USAGE: &str =
    "usage: cargo run --example byok -- openai|responses|azure|anthropic|local [--live]";

/// The address of the provider, its key, and the model to use.
struct Account {
    url: String,
    key: String,
    model: String,
}

/// The kinds differ in the constructor and in the part of the address it takes.
fn provider(kind: &str, account: &Account) -> Option<Provider> {
    let Account { url, key, .. } = account;
    Some(match kind {
        // https://api.openai.com/v1
        "openai" => Provider::openai(url).api_key(key),
        "responses" => Provider::openai(url).api_key(key).wire_api(WireApi::Responses),
        // https://NAME.openai.azure.com, without a path
        "azure" => Provider::azure(url).api_key(key),
        // https://api.anthropic.com, without /v1
        "anthropic" => Provider::anthropic(url).api_key(key),
        // http://localhost:11434/v1, without a key
        "local" => Provider::local(url),
        _ => return None,
    })
}

#[tokio::main]
async fn main() -> Result {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (kind, live) = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [kind] => (kind, false),
        [kind, "--live"] => (kind, true),
        _ => usage(),
    };
    let model =
        ScriptedModel::start([ModelReply::text("Hello from a model of your own.").usage(120, 8)])
            .await?;
    let account = if live { real(kind)? } else { scripted(kind, &model) };
    let provider = provider(kind, &account).unwrap_or_else(|| usage());

    let sandbox = Sandbox::new()?;
    let client = sandbox.client().await?.start().await?;
    let session = client.session().model(account.model).provider(provider).create().await?;
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

fn usage() -> ! {
    eprintln!("{USAGE}");
    std::process::exit(2)
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
