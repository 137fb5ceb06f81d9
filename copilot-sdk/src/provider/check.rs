use super::{Provider, ProviderKind};
use crate::model::CapabilityOverride;

impl Provider {
    /// Every problem with this provider for a session with the given model. The CLI would accept
    /// most of them and fail in the first turn.
    pub fn check(&self, model: Option<&str>) -> Vec<String> {
        let mut problems = self.check_kept_model();
        match (model.map(str::trim), &self.0.model_id, &self.0.wire_model) {
            (None | Some(""), ..) => problems.insert(
                0,
                "a session with a provider needs a model, which the provider cannot guess: add \
                 `.model(\"..\")`"
                    .to_owned(),
            ),
            (Some(model), Some(id), Some(name)) if model != id && model != name => {
                problems.push(format!(
                    "provider: model_id and wire_model leave the session's model {model:?} \
                     without a meaning, and the CLI would go by it alone: write `.model({id:?})` \
                     on the session, and leave model_id out"
                ));
            }
            _ => {}
        }
        problems
    }

    /// The same for a session that is resumed with the model that it has.
    pub(crate) fn check_kept_model(&self) -> Vec<String> {
        let mut problems = self.check_endpoint();
        let limits = [
            ("max_prompt_tokens", self.0.max_prompt_tokens),
            ("max_context_window_tokens", self.0.max_context_window_tokens),
            ("max_output_tokens", self.0.max_output_tokens),
        ];
        problems.extend(limit_problems("provider", limits));
        problems.extend(
            self.0.model_capabilities.as_ref().map(CapabilityOverride::check).unwrap_or_default(),
        );
        problems
    }

    /// Problems with the server's address and the credentials.
    pub(super) fn check_endpoint(&self) -> Vec<String> {
        let mut problems = self.check_url();
        self.check_credentials(&mut problems);
        problems.extend(self.0.headers.header_problems("provider"));
        problems
    }

    fn check_url(&self) -> Vec<String> {
        let url = self.0.base_url.trim();
        let Some(url) = Url::parse(url) else {
            // Not shown, because the text may contain a password.
            return vec![
                "provider: the base URL is not `http://host` or `https://host` with an optional \
                 port and path; credentials, query and fragment have no place in it"
                    .to_owned(),
            ];
        };
        let (host, path) = (url.host, url.path);
        let is_azure_host = host == "openai.azure.com" || host.ends_with(".openai.azure.com");
        let mut problems = Vec::new();
        match self.0.kind {
            ProviderKind::OpenAi if is_azure_host => {
                problems.push(format!(
                    "provider: {host} is an Azure host: use `Provider::azure(\"https://{host}\")`"
                ));
            }
            ProviderKind::Azure
                if !(path.is_empty() || self.0.azure.is_none() && path == "/openai/v1") =>
            {
                problems.push(format!(
                    "provider: the CLI adds the path of Azure's API itself: leave {path:?} out of \
                     the base URL"
                ));
            }
            ProviderKind::Anthropic if path.ends_with("/v1") => problems.push(
                "provider: the CLI adds `/v1/messages` itself: leave `/v1` out of the base URL"
                    .to_owned(),
            ),
            _ => {}
        }
        for route in ["/chat/completions", "/responses", "/v1/messages"] {
            if path.ends_with(route) {
                problems.push(format!(
                    "provider: the CLI adds {route:?} itself: leave it out of the base URL"
                ));
            }
        }
        if self.0.kind == ProviderKind::Azure
            && self.0.azure.as_ref().is_some_and(|azure| azure.api_version.trim().is_empty())
        {
            problems.push(
                "provider: api_version is empty: give a version such as \"2024-10-21\", or use \
                 without_api_version()"
                    .to_owned(),
            );
        }
        if self.0.kind != ProviderKind::Azure && self.0.azure.is_some() {
            problems.push(
                "provider: api_version is for Azure only: use `Provider::azure(..)`, or \
                       leave it out"
                    .to_owned(),
            );
        }
        problems
    }

    fn check_credentials(&self, problems: &mut Vec<String>) {
        for (setter, secret) in
            [("api_key", &self.0.api_key), ("bearer_token", &self.0.bearer_token)]
        {
            if let Some(secret) = secret {
                if secret.expose().trim().is_empty() {
                    problems.push(format!(
                        "provider: {setter} is empty: is its environment variable set?"
                    ));
                } else if secret.expose().contains(['\r', '\n', '\0']) {
                    problems.push(format!(
                        "provider: {setter} holds a line end: trim what was read from a file"
                    ));
                }
            }
        }
        if self.0.bearer_token.is_some() && self.0.token_handler.is_some() {
            problems.push(
                "provider: bearer_token and on_bearer_token contradict each other: give one of them"
                    .to_owned(),
            );
        }
        if let Some(command) = &self.0.api_key_command {
            if command.expose().trim().is_empty() {
                problems.push(
                    "provider: api_key_command is empty: name a command, or leave it out"
                        .to_owned(),
                );
            }
            for (setter, set) in [
                ("api_key", self.0.api_key.is_some()),
                ("bearer_token", self.0.bearer_token.is_some()),
                ("on_bearer_token", self.0.token_handler.is_some()),
            ] {
                if set {
                    problems.push(format!(
                        "provider: api_key_command and {setter} contradict each other: give one \
                         of them"
                    ));
                }
            }
        }
        if self.0.kind == ProviderKind::Azure
            && self.0.api_key.is_none()
            && self.0.api_key_command.is_none()
            && self.0.bearer_token.is_none()
            && self.0.token_handler.is_none()
        {
            // Without credentials, the CLI asks the cloud's metadata service for a managed
            // identity, and hangs outside of a cloud.
            problems.push(
                "provider: Azure needs api_key, api_key_command, bearer_token or on_bearer_token"
                    .to_owned(),
            );
        }
    }
}

/// Problems with limits of zero.
pub(super) fn limit_problems(
    subject: &str,
    limits: [(&str, Option<u64>); 3],
) -> impl Iterator<Item = String> {
    let none = limits.into_iter().filter(|(_, tokens)| *tokens == Some(0));
    none.map(move |(setter, _)| {
        format!("{subject}: {setter} is 0: give the real limit, or leave it out")
    })
}

struct Url<'a> {
    host: &'a str,
    /// The path without a trailing slash.
    path: &'a str,
}

impl<'a> Url<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let is_http = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
        if !is_http
            || rest.contains(['@', '?', '#', '\\'])
            || rest.contains(|c: char| c.is_whitespace() || c.is_control())
        {
            return None;
        }
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
            _ => (authority, None),
        };
        let is_port = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port != 0));
        (!host.is_empty() && is_port).then(|| Self { host, path: path.trim_end_matches('/') })
    }
}
