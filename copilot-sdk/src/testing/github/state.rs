//! Accounts, catalog and log of a fake GitHub.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use super::catalog::GitHubModel;
use super::request::GitHubRequest;

#[derive(Default)]
pub(super) struct GitHubState(Mutex<GitHubStateInner>);

#[derive(Default)]
struct GitHubStateInner {
    /// The logins by their tokens.
    tokens: HashMap<String, String>,
    models: Vec<GitHubModel>,
    plan: String,
    quotas: BTreeMap<String, Quota>,
    requests: Vec<GitHubRequest>,
}

#[derive(Clone, Copy)]
struct Quota {
    entitlement: u64,
    remaining: u64,
}

impl GitHubState {
    pub(super) fn new() -> Self {
        Self(Mutex::new(GitHubStateInner {
            models: vec![GitHubModel::new("gpt-5")],
            plan: "individual_pro".to_owned(),
            ..GitHubStateInner::default()
        }))
    }

    pub(super) fn add_token(&self, token: String, login: String) {
        self.lock().tokens.insert(token, login);
    }

    pub(super) fn remove_token(&self, token: &str) {
        self.lock().tokens.remove(token);
    }

    pub(super) fn set_models(&self, models: Vec<GitHubModel>) {
        self.lock().models = models;
    }

    pub(super) fn set_plan(&self, plan: String) {
        self.lock().plan = plan;
    }

    pub(super) fn set_quota(&self, name: String, entitlement: u64, remaining: u64) {
        self.lock().quotas.insert(name, Quota { entitlement, remaining });
    }

    /// Records a request and returns the user whom its token belongs to.
    pub(super) fn record(
        &self,
        method: String,
        path: String,
        token: Option<String>,
    ) -> Option<String> {
        let mut state = self.lock();
        let login = token.as_ref().and_then(|token| state.tokens.get(token)).cloned();
        state.requests.push(GitHubRequest { method, path, token, login: login.clone() });
        login
    }

    pub(super) fn requests(&self) -> Vec<GitHubRequest> {
        self.lock().requests.clone()
    }

    /// The answer to `GET /copilot_internal/user`.
    pub(super) fn user(&self, login: &str, root_url: &str) -> Value {
        let state = self.lock();
        let quotas = state.quotas.iter().map(|(name, quota)| (name.clone(), quota.entry(name)));
        json!({
            "login": login,
            "copilot_plan": state.plan,
            "chat_enabled": true,
            // Without it the CLI starts no MCP server of the session.
            "is_mcp_enabled": true,
            "analytics_tracking_id": "fake",
            // A closed port: telemetry goes nowhere.
            "endpoints": {"api": root_url, "telemetry": "https://localhost:1/telemetry"},
            "quota_snapshots": quotas.collect::<serde_json::Map<_, _>>(),
        })
    }

    /// The answer to `GET /models`.
    pub(super) fn models(&self) -> Value {
        let models: Vec<Value> = self.lock().models.iter().map(GitHubModel::entry).collect();
        json!({"object": "list", "data": models})
    }

    fn lock(&self) -> MutexGuard<'_, GitHubStateInner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Quota {
    fn entry(self, name: &str) -> Value {
        json!({
            "quota_id": name,
            "entitlement": self.entitlement,
            "remaining": self.remaining,
            "quota_remaining": self.remaining,
            "percent_remaining": self.percent_remaining(),
            "unlimited": false,
            "overage_count": 0,
            "overage_permitted": false,
        })
    }

    #[expect(clippy::cast_precision_loss, reason = "quotas are far below 2^53")]
    fn percent_remaining(self) -> f64 {
        if self.entitlement == 0 {
            return 0.0;
        }
        self.remaining as f64 / self.entitlement as f64 * 100.0
    }
}
