use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::capabilities::{ModelLimits, ModelSupports};
use super::context::{ContextTier, ReasoningEffort};
use crate::open_enum::open_enum;
use crate::payload::{Lenient, answers, enum_fields, read_whole};

/// A model offered by the CLI (call `models.list`) or by a custom list.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
#[must_use]
pub struct Model {
    /// The id that selects it as a session's `model`.
    pub id: String,
    /// The display name.
    pub name: String,
    /// The vendor.
    pub vendor: Option<String>,
    /// Its capabilities (wire name `capabilities.supports`).
    pub supports: ModelSupports,
    /// Its limits (wire name `capabilities.limits`).
    pub limits: ModelLimits,
    /// Whether the account's policy allows it (wire name `policy.state`).
    pub policy: Option<ModelPolicyState>,
    /// Billing information.
    pub billing: Option<ModelBilling>,
    /// Supported reasoning efforts (wire name `supportedReasoningEfforts`).
    pub supported_reasoning_efforts: Vec<ReasoningEffort>,
    /// The default reasoning effort (wire name `defaultReasoningEffort`).
    pub default_reasoning_effort: Option<ReasoningEffort>,
    /// Supported context tiers (wire name `supportedContextTiers`).
    pub supported_context_tiers: Vec<ContextTier>,
    /// All fields as sent by the CLI.
    pub json: Map<String, Value>,
}

open_enum! {
    /// Whether the account's policy allows a model (wire name `state`).
    pub enum ModelPolicyState {
        /// Allowed.
        Enabled = "enabled",
        /// Not allowed.
        Disabled = "disabled",
        /// Not configured.
        Unconfigured = "unconfigured",
    }
}

enum_fields! { ModelPolicyState }

answers! {
    /// Billing information of a model.
    #[derive(Debug, Clone, Default, PartialEq)]
    #[non_exhaustive]
    pub struct ModelBilling {
        /// The number of premium requests one request counts as.
        pub multiplier: Option<f64> = "multiplier",
        /// Token prices (wire name `tokenPrices`).
        pub token_prices: Option<TokenPrices> = "tokenPrices",
        /// The discount in percent (wire name `discountPercent`).
        pub discount_percent: Option<f64> = "discountPercent",
    }
}

answers! {
    /// Token prices, each per batch.
    #[derive(Debug, Clone, Default, PartialEq)]
    #[non_exhaustive]
    pub struct TokenPrices {
        /// Price of input tokens.
        pub input_price: Option<f64> = "inputPrice",
        /// Price of output tokens.
        pub output_price: Option<f64> = "outputPrice",
        /// Price of cached input tokens.
        pub cache_price: Option<f64> = "cachePrice",
        /// Number of tokens per batch.
        pub batch_size: Option<u64> = "batchSize",
    }
}

impl Model {
    /// Creates a model for a custom list.
    pub fn new(id: impl Into<String>) -> Self {
        let id = id.into();
        Self { name: id.clone(), id, ..Self::default() }
    }

    /// The display name. Defaults to the id.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }
}

impl<'de> Deserialize<'de> for Model {
    /// Requires only the id: a field of unexpected shape counts as absent, and stays in `json`.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(Map::deserialize(deserializer)?).ok_or_else(|| D::Error::missing_field("id"))
    }
}

impl Model {
    fn read(json: Map<String, Value>) -> Option<Self> {
        let id: String = field(&json, "id")?;
        let capabilities: Map<String, Value> = field(&json, "capabilities").unwrap_or_default();
        let policy: Map<String, Value> = field(&json, "policy").unwrap_or_default();
        Some(Self {
            name: field(&json, "name").unwrap_or_else(|| id.clone()),
            id,
            vendor: field(&json, "vendor"),
            supports: field(&capabilities, "supports").unwrap_or_default(),
            limits: field(&capabilities, "limits").unwrap_or_default(),
            policy: field(&policy, "state"),
            billing: field(&json, "billing"),
            supported_reasoning_efforts: field(&json, "supportedReasoningEfforts")
                .unwrap_or_default(),
            default_reasoning_effort: field(&json, "defaultReasoningEffort"),
            supported_context_tiers: field(&json, "supportedContextTiers").unwrap_or_default(),
            json,
        })
    }
}

/// The models in the result of `models.list` or `session.model.list`. Those without an id are
/// skipped.
///
/// # Errors
///
/// If the result is not a list of models.
pub(crate) fn read_list(result: &RawValue) -> serde_json::Result<Vec<Model>> {
    answers! {
        struct Answer {
            models: Vec<Value> = "models" | "list" [required],
        }
    }
    let answer: Answer = serde_json::from_str(result.get())?;
    let models = answer.models.into_iter().filter_map(|model| match model {
        Value::Object(json) => Model::read(json),
        _ => None,
    });
    Ok(models.collect())
}

fn field<T: Lenient>(json: &Map<String, Value>, name: &str) -> Option<T> {
    read_whole(&json.get(name)?.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::{json, value::to_raw_value};

    use super::{Model, ModelPolicyState, read_list};
    use crate::model::{ContextTier, ReasoningEffort};

    fn read(json: &serde_json::Value) -> Vec<Model> {
        read_list(&to_raw_value(json).expect("JSON is JSON")).expect("a list")
    }

    #[test]
    fn a_model_reads_what_it_knows_and_keeps_the_rest() {
        let json = json!({"id": "gpt-5", "name": "GPT-5", "capabilities": {
                "supports": {"vision": true, "reasoningEffort": true, "adaptive_thinking": "optional"},
                "limits": {"max_context_window_tokens": 400_000, "vision": {"supported_media_types": ["image/png"]}}},
            "policy": {"state": "enabled", "terms": "t"}, "billing": {"multiplier": 1, "tokenPrices": {"inputPrice": 0.5}},
            "supportedReasoningEfforts": ["low", "galactic"], "defaultReasoningEffort": "low",
            "supportedContextTiers": ["long_context"], "newField": {"a": 1}});
        let [model] = &read(&json!({"models": [json]}))[..] else { panic!("one model") };
        assert_eq!((model.id.as_str(), model.name.as_str()), ("gpt-5", "GPT-5"));
        assert_eq!((model.supports.vision, model.supports.tool_calls), (Some(true), None));
        assert_eq!(model.limits.max_context_window_tokens, Some(400_000));
        assert_eq!(model.policy, Some(ModelPolicyState::Enabled));
        assert_eq!(model.billing.as_ref().and_then(|billing| billing.multiplier), Some(1.0));
        assert_eq!(model.supported_reasoning_efforts, [ReasoningEffort::Low, "galactic".into()]);
        assert_eq!(model.supported_context_tiers, [ContextTier::LongContext]);
        assert_eq!(model.json.get("newField"), Some(&json!({"a": 1})));
    }

    #[test]
    fn gaps_nulls_and_odd_shapes_break_nothing() {
        let models = read(&json!({"models": [
            {"id": "a"},
            {"id": "b", "name": null, "capabilities": null, "policy": 5, "billing": [], "supportedReasoningEfforts": "x"},
            {"name": "without an id"},
            7,
        ]}));
        let named: Vec<_> =
            models.iter().map(|model| (model.id.as_str(), model.name.as_str())).collect();
        assert_eq!(named, [("a", "a"), ("b", "b")]);
        assert_eq!(models[1].policy, None);
    }
}
