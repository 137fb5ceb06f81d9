use serde::Serialize;

use super::check::limit_problems;
use super::{Provider, ProviderParams, TokenHandler};
use crate::model::CapabilityOverride;
use crate::sorted_map::SortedMap;

/// The CLI's name for the session's own provider.
pub(crate) const SESSION_PROVIDER: &str = "default";

/// A model of a named provider (wire name `models`), selected as `provider/id`.
///
/// ```
/// use copilot_sdk::provider::ProviderModel;
///
/// let model =
///     ProviderModel::new("work", "fast").wire_model("gpt-5-mini").max_output_tokens(4_000);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use]
pub struct ProviderModel {
    id: String,
    provider: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    wire_model: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    model_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_prompt_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_context_window_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_output_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    capabilities: Option<CapabilityOverride>,
}

impl ProviderModel {
    /// The model `id` of a provider registered by name.
    pub fn new(provider: impl Into<String>, id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            provider: provider.into(),
            wire_model: None,
            model_id: None,
            name: None,
            max_prompt_tokens: None,
            max_context_window_tokens: None,
            max_output_tokens: None,
            capabilities: None,
        }
    }

    /// The value of a session's `model` that selects this one: `provider/id`.
    pub fn selector(&self) -> String {
        format!("{}/{}", self.provider, self.id)
    }

    /// The model name in requests to the server (wire name `wireModel`). Defaults to the id.
    pub fn wire_model(mut self, name: impl Into<String>) -> Self {
        self.wire_model = Some(name.into());
        self
    }

    /// The well-known model whose capabilities apply (wire name `modelId`).
    pub fn model_id(mut self, id: impl Into<String>) -> Self {
        self.model_id = Some(id.into());
        self
    }

    /// The display name (wire name `name`).
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Maximum tokens of a prompt (wire name `maxPromptTokens`).
    pub fn max_prompt_tokens(mut self, tokens: u64) -> Self {
        self.max_prompt_tokens = Some(tokens);
        self
    }

    /// Maximum tokens of prompt and answer together (wire name `maxContextWindowTokens`).
    pub fn max_context_window_tokens(mut self, tokens: u64) -> Self {
        self.max_context_window_tokens = Some(tokens);
        self
    }

    /// Maximum tokens of an answer (wire name `maxOutputTokens`).
    pub fn max_output_tokens(mut self, tokens: u64) -> Self {
        self.max_output_tokens = Some(tokens);
        self
    }

    /// Overrides the capabilities the CLI assumes for the model.
    pub fn capabilities(mut self, capabilities: CapabilityOverride) -> Self {
        self.capabilities = Some(capabilities);
        self
    }
}

/// The named providers of a session and their models (wire names `providers`, `models`).
#[derive(Debug, Clone, Default)]
pub(crate) struct Registry {
    providers: SortedMap<String, Provider>,
    models: Vec<ProviderModel>,
    repeated: Vec<String>,
}

impl Registry {
    pub(crate) fn add_provider(&mut self, name: String, provider: Provider) {
        if let Some(former) = self.providers.insert(name.clone(), provider) {
            drop(former);
            self.repeated.push(name);
        }
    }

    pub(crate) fn add_model(&mut self, model: ProviderModel) {
        self.models.push(model);
    }

    /// The token handlers, by provider name.
    pub(crate) fn token_handlers(&self) -> impl Iterator<Item = (String, TokenHandler)> {
        self.providers
            .iter()
            .filter_map(|(name, own)| Some((name.clone(), own.token_handler()?.clone())))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.providers.is_empty() && self.models.is_empty()
    }

    /// Every problem, for a session that starts with the given model.
    pub(crate) fn check(&self, selected: Option<&str>) -> Vec<String> {
        let mut problems: Vec<_> = self
            .repeated
            .iter()
            .map(|name| format!("the provider {name:?} is registered twice"))
            .collect();
        for (name, provider) in &self.providers {
            let problem = |text: &str| {
                format!("provider {name:?}{}", text.strip_prefix("provider").unwrap_or(text))
            };
            problems.extend(provider.check_endpoint().iter().map(|text| problem(text)));
            if name.is_empty() || name.contains('/') {
                problems.push(problem(
                    ": a name is not empty and has no `/`, which separates it from the model",
                ));
            }
            if provider.0.api_key_command.is_some() {
                problems.push(problem(
                    ": the CLI runs no api_key_command for a named provider: use on_bearer_token",
                ));
            }
            if provider.has_model_settings() {
                problems.push(problem(
                    ": models and their limits belong to `ProviderModel`, because a named \
                     provider may have several",
                ));
            }
        }
        for (index, model) in self.models.iter().enumerate() {
            if !self.providers.contains_key(&model.provider) {
                problems.push(format!(
                    "the model {:?} names the provider {:?}, which is not registered",
                    model.id, model.provider
                ));
            }
            if model.id.trim().is_empty() {
                problems
                    .push(format!("a model of the provider {:?} has an empty id", model.provider));
            }
            let is_former = |former: &ProviderModel| {
                (&former.provider, &former.id) == (&model.provider, &model.id)
            };
            if self.models.iter().take(index).any(is_former) {
                problems.push(format!("the model {:?} is registered twice", model.selector()));
            }
            let limits = [
                ("max_prompt_tokens", model.max_prompt_tokens),
                ("max_context_window_tokens", model.max_context_window_tokens),
                ("max_output_tokens", model.max_output_tokens),
            ];
            let subject = format!("the model {:?}", model.selector());
            problems.extend(limit_problems(&subject, limits));
            problems.extend(
                model.capabilities.as_ref().map(CapabilityOverride::check).unwrap_or_default(),
            );
        }
        problems.extend(selected.and_then(|model| self.selector_problem(model)));
        problems
    }

    /// The problem with a session's `model` that names a provider of this registry.
    fn selector_problem(&self, model: &str) -> Option<String> {
        let (provider, id) = model.split_once('/')?;
        if !self.providers.contains_key(provider)
            || self.models.iter().any(|known| known.selector() == model)
        {
            return None;
        }
        let known: Vec<_> = self.models.iter().filter(|known| known.provider == provider).collect();
        let known: Vec<_> =
            known.into_iter().map(|known| format!("{:?}", known.selector())).collect();
        let instead = if known.is_empty() {
            String::new()
        } else {
            format!("use one of {}, or ", known.join(", "))
        };
        Some(format!(
            "`model` is {model:?}, and the provider {provider:?} has no model {id:?}: {instead}add \
             `.provider_model(ProviderModel::new({provider:?}, {id:?}))`"
        ))
    }

    /// The `providers` param of `session.create`.
    pub(crate) fn providers(&self) -> Vec<ProviderParams<'_>> {
        self.providers
            .iter()
            .map(|(name, provider)| ProviderParams { name: Some(name), ..provider.params(None) })
            .collect()
    }

    /// The `models` param of `session.create`.
    pub(crate) fn models(&self) -> &[ProviderModel] {
        &self.models
    }
}

impl Provider {
    fn has_model_settings(&self) -> bool {
        self.0.model_id.is_some()
            || self.0.wire_model.is_some()
            || self.0.max_prompt_tokens.is_some()
            || self.0.max_context_window_tokens.is_some()
            || self.0.max_output_tokens.is_some()
            || self.0.model_capabilities.is_some()
    }
}
