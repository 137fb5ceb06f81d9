//! A real model, chosen by what the environment offers.

use std::sync::Once;

use copilot_sdk::{Provider, SessionBuilder};

/// The session with the first real model that the environment has a key for. What it is is printed
/// for the first session.
pub(crate) fn choose(session: SessionBuilder) -> SessionBuilder {
    static SHOWN: Once = Once::new();
    let byok = |what: &str, model: String, provider: Provider| {
        SHOWN.call_once(|| println!("model    {what}, {model}"));
        (model, provider)
    };
    let found = if let Some(key) = variable("OPENAI_API_KEY") {
        let provider = Provider::openai("https://api.openai.com/v1").api_key(key);
        Some(byok("OpenAI (OPENAI_API_KEY)", model("OPENAI_MODEL", "gpt-5"), provider))
    } else if let (Some(key), Some(host)) =
        (variable("AZURE_OPENAI_KEY"), variable("AZURE_OPENAI_HOST"))
    {
        // The routes without a version take every model; the default version is older than gpt-5.
        let provider = Provider::azure(host).api_key(key).without_api_version();
        let model = model("AZURE_OPENAI_MODEL", "gpt-5");
        Some(byok("Azure OpenAI (AZURE_OPENAI_KEY)", model, provider))
    } else if let Some(key) = variable("ANTHROPIC_API_KEY") {
        let provider = Provider::anthropic("https://api.anthropic.com").api_key(key);
        let model = model("ANTHROPIC_MODEL", "claude-sonnet-4-5");
        Some(byok("Anthropic (ANTHROPIC_API_KEY)", model, provider))
    } else if let Some(url) = variable("LOCAL_OPENAI_URL") {
        let model = model("LOCAL_MODEL", "default");
        Some(byok("a local server (LOCAL_OPENAI_URL)", model, Provider::local(url)))
    } else {
        None
    };
    let session = match found {
        Some((model, provider)) => session.model(model).provider(provider),
        None => {
            let tokens = ["COPILOT_GITHUB_TOKEN", "GH_TOKEN", "GITHUB_TOKEN"];
            let token = tokens.into_iter().find(|name| variable(name).is_some());
            let token = token.unwrap_or("your login");
            SHOWN.call_once(|| println!("model    GitHub Copilot ({token})"));
            session
        }
    };
    match variable("REASONING_EFFORT") {
        Some(effort) => session.reasoning_effort(effort.as_str()),
        None => session,
    }
}

fn model(name: &str, default: &str) -> String {
    variable(name).unwrap_or_else(|| default.to_owned())
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
