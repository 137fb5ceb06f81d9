//! A model provider: where it is, how it is spoken to, and how requests are authorized.

use std::future::Future;

use serde::Serialize;

use super::token::{TokenHandler, TokenRequest};
use crate::handler::{Handler, IntoAnswer};
use crate::model::CapabilityOverride;
use crate::secret::{Secret, SecretMap};

/// The Azure API version used unless [`Provider::api_version`] is set.
pub const DEFAULT_AZURE_API_VERSION: &str = "2024-10-21";

/// A model provider (wire name `provider`).
#[derive(Debug, Clone)]
#[must_use]
pub struct Provider(pub(super) ProviderOptions);

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ProviderOptions {
    #[serde(rename = "type")]
    pub(super) kind: ProviderKind,
    pub(super) base_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) wire_api: Option<WireApi>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) transport: Option<ProviderTransport>,
    /// Sent only without a token: see [`ProviderParams`].
    #[serde(skip)]
    pub(super) api_key: Option<Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) api_key_command: Option<Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) bearer_token: Option<Secret>,
    #[serde(
        rename = "hasBearerTokenProvider",
        skip_serializing_if = "Option::is_none",
        serialize_with = "super::token::flag"
    )]
    pub(super) token_handler: Option<TokenHandler>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) azure: Option<Azure>,
    #[serde(skip_serializing_if = "SecretMap::is_empty")]
    pub(super) headers: SecretMap,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) model_id: Option<String>,
    /// Sent as [`ProviderParams`] says.
    #[serde(skip)]
    pub(super) wire_model: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_prompt_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_context_window_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_output_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) model_capabilities: Option<CapabilityOverride>,
}

/// A provider as it goes to the CLI.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProviderParams<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) api_key: Option<&'a Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) wire_model: Option<&'a str>,
    #[serde(flatten)]
    pub(super) options: &'a ProviderOptions,
}

/// The protocol a provider speaks (wire name `type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ProviderKind {
    /// OpenAI's, also spoken by most local servers.
    OpenAi,
    /// Azure OpenAI's.
    Azure,
    /// Anthropic's.
    Anthropic,
}

/// The OpenAI API in use (wire name `wireApi`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum WireApi {
    /// Chat completions. The default.
    Completions,
    /// Responses.
    Responses,
}

/// The transport of model requests (wire name `transport`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ProviderTransport {
    /// An HTTP request for each. The default.
    Http,
    /// A WebSocket.
    #[serde(rename = "websockets")]
    WebSockets,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Azure {
    pub(super) api_version: String,
}

impl Provider {
    /// An OpenAI-compatible server, such as `https://api.openai.com/v1`.
    pub fn openai(base_url: impl Into<String>) -> Self {
        Self::new(ProviderKind::OpenAi, base_url)
    }

    /// Azure OpenAI: scheme and host only, such as `https://my-resource.openai.azure.com`.
    pub fn azure(host: impl Into<String>) -> Self {
        Self::new(ProviderKind::Azure, host).api_version(DEFAULT_AZURE_API_VERSION)
    }

    /// An Anthropic-compatible server without `/v1`, such as `https://api.anthropic.com`.
    pub fn anthropic(base_url: impl Into<String>) -> Self {
        Self::new(ProviderKind::Anthropic, base_url)
    }

    /// An OpenAI-compatible server that needs no key, such as `http://localhost:11434/v1`.
    pub fn local(base_url: impl Into<String>) -> Self {
        Self::openai(base_url)
    }

    fn new(kind: ProviderKind, base_url: impl Into<String>) -> Self {
        Self(ProviderOptions {
            kind,
            base_url: base_url.into().trim().to_owned(),
            wire_api: None,
            transport: None,
            api_key: None,
            api_key_command: None,
            bearer_token: None,
            token_handler: None,
            azure: None,
            headers: SecretMap::default(),
            model_id: None,
            wire_model: None,
            max_prompt_tokens: None,
            max_context_window_tokens: None,
            max_output_tokens: None,
            model_capabilities: None,
        })
    }

    /// The API key (wire name `apiKey`). A bearer token takes precedence: the key is then not sent
    /// to the CLI.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.0.api_key = Some(Secret::new(key));
        self
    }

    /// A shell command that prints only the API key (wire name `apiKeyCommand`). The CLI runs it
    /// before each model request, in its own environment; if it fails, so does the turn. Not
    /// supported for a [`named_provider`](crate::SessionBuilder::named_provider).
    ///
    /// ```
    /// use copilot_sdk::provider::Provider;
    ///
    /// let provider =
    ///     Provider::openai("https://api.openai.com/v1").api_key_command("pass show openai");
    /// ```
    pub fn api_key_command(mut self, command: impl Into<String>) -> Self {
        self.0.api_key_command = Some(Secret::new(command));
        self
    }

    /// A fixed bearer token (wire name `bearerToken`).
    pub fn bearer_token(mut self, token: impl Into<String>) -> Self {
        self.0.bearer_token = Some(Secret::new(token));
        self
    }

    /// Supplies the bearer token for each model request (wire name `hasBearerTokenProvider`).
    ///
    /// Called before **every** request, so cache the token until it expires. If the handler fails,
    /// the CLI retries five times and then ends the turn.
    ///
    /// ```
    /// # async fn token_from_vault() -> std::io::Result<String> { Ok(String::new()) }
    /// use copilot_sdk::provider::Provider;
    ///
    /// let provider = Provider::azure("https://my-resource.openai.azure.com")
    ///     .on_bearer_token(async |_request| token_from_vault().await);
    /// ```
    pub fn on_bearer_token<Fut>(mut self, handler: impl Handler<TokenRequest, Fut>) -> Self
    where
        Fut: Future<Output: IntoAnswer<String>> + Send + 'static,
    {
        self.0.token_handler = Some(TokenHandler::new(handler));
        self
    }

    /// The OpenAI API to use (wire name `wireApi`). Defaults to [`WireApi::Completions`].
    pub fn wire_api(mut self, wire_api: WireApi) -> Self {
        self.0.wire_api = Some(wire_api);
        self
    }

    /// The transport of model requests (wire name `transport`). Defaults to
    /// [`ProviderTransport::Http`].
    pub fn transport(mut self, transport: ProviderTransport) -> Self {
        self.0.transport = Some(transport);
        self
    }

    /// The Azure API version (wire name `azure.apiVersion`). Defaults to
    /// [`DEFAULT_AZURE_API_VERSION`].
    pub fn api_version(mut self, version: impl Into<String>) -> Self {
        self.0.azure = Some(Azure { api_version: version.into() });
        self
    }

    /// Uses Azure's `/openai/v1` routes, which have no version.
    pub fn without_api_version(mut self) -> Self {
        self.0.azure = None;
        self
    }

    /// Adds a header to every model request (wire name `headers`).
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.0.headers.insert(name, value);
        self
    }

    /// Adds headers to every model request (wire name `headers`).
    pub fn headers<N: Into<String>, V: Into<String>>(
        mut self,
        headers: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        for (name, value) in headers {
            self.0.headers.insert(name, value);
        }
        self
    }

    /// The well-known model whose capabilities apply (wire name `modelId`). Defaults to the
    /// session's model, which stays the name sent to the server.
    ///
    /// Alternatively, give the well-known name to the session (`.model("gpt-5")`), and the server's
    /// to [`wire_model`](Self::wire_model).
    pub fn model_id(mut self, id: impl Into<String>) -> Self {
        self.0.model_id = Some(id.into());
        self
    }

    /// The model name in requests to the server (wire name `wireModel`). Defaults to the session's
    /// model.
    pub fn wire_model(mut self, name: impl Into<String>) -> Self {
        self.0.wire_model = Some(name.into());
        self
    }

    /// Maximum tokens of a prompt (wire name `maxPromptTokens`). Defaults to 128,000. Compaction
    /// thresholds are relative to it.
    pub fn max_prompt_tokens(mut self, tokens: u64) -> Self {
        self.0.max_prompt_tokens = Some(tokens);
        self
    }

    /// Maximum tokens of prompt and answer together (wire name `maxContextWindowTokens`).
    pub fn max_context_window_tokens(mut self, tokens: u64) -> Self {
        self.0.max_context_window_tokens = Some(tokens);
        self
    }

    /// Maximum tokens of an answer (wire name `maxOutputTokens`).
    pub fn max_output_tokens(mut self, tokens: u64) -> Self {
        self.0.max_output_tokens = Some(tokens);
        self
    }

    /// Overrides the capabilities the CLI assumes for the model (wire name `modelCapabilities`).
    pub fn model_capabilities(mut self, capabilities: CapabilityOverride) -> Self {
        self.0.model_capabilities = Some(capabilities);
        self
    }

    /// The `provider` param of `session.create` and `session.resume`, for a session with this
    /// model.
    pub(crate) fn params<'a>(&'a self, model: Option<&'a str>) -> ProviderParams<'a> {
        let has_token = self.0.bearer_token.is_some() || self.0.token_handler.is_some();
        let api_key = self.0.api_key.as_ref().filter(|_| !has_token);
        // Without it the CLI passes over `modelId`.
        let wire_model = model.filter(|_| self.0.model_id.is_some());
        let wire_model = self.0.wire_model.as_deref().or(wire_model);
        ProviderParams { name: None, api_key, wire_model, options: &self.0 }
    }

    pub(crate) fn token_handler(&self) -> Option<&TokenHandler> {
        self.0.token_handler.as_ref()
    }
}
