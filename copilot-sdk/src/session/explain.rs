//! Why a session cannot be opened, and what to do about it.

use crate::config::{Opening, SessionConfig};
use crate::error::{Error, ErrorKind, Result};
use crate::ids::SessionId;
use crate::jsonrpc::CODE_METHOD_NOT_FOUND;
use crate::provider::ProviderModel;
use crate::server::Server;

/// Without a login the CLI would take every prompt and fail each turn: better to say so now.
pub(super) async fn require_login(server: &Server, registered: &[ProviderModel]) -> Result<()> {
    let status = server.login_status().await?;
    if status.is_authenticated {
        return Ok(());
    }
    if let Some(model) = registered.first() {
        let (detail, model) = (status.detail(), model.selector());
        return Err(Error::config(vec![format!(
            "nobody is signed in to GitHub{detail}, and the session uses none of the \
             models of its own providers: select one, such as `.model(\"{model}\")`"
        )]));
    }
    Err(status.signed_out())
}

/// Adds what to do about a refusal.
pub(super) async fn explain(
    server: &Server,
    error: Error,
    opening: Opening,
    config: &SessionConfig,
    id: &SessionId,
) -> Error {
    // Where a configuration directory of its own is set, the CLI cannot be asked what it keeps.
    let is_kept_here = config.options.environment.config_directory.is_none();
    if opening == Opening::Resume && is_kept_here && server.lacks_session(&error, id).await {
        let text = format!(
            "there is no session `{id}` to resume; one that never had a prompt leaves nothing \
             behind: `.session_id(\"{id}\").create()` makes it anew"
        );
        return error.refined(ErrorKind::NotFound, text).in_session(id);
    }
    if error.kind() == ErrorKind::Rpc
        && let Some(token) = &config.options.model.github_token
        && let Ok(status) = server.status_of_token(token.expose()).await
        && !status.is_authenticated
    {
        let text = format!(
            "{error}; GitHub did not confirm the `github_token`: check that it is valid, that its \
             account has Copilot, and that GitHub can be reached"
        );
        return error.refined(ErrorKind::SignedOut, text).in_session(id);
    }
    // The CLI has no code of its own for this: its text decides about advice only.
    let text = error.to_string();
    if !text.contains("tool name clash") {
        return error.in_session(id);
    }
    let text = format!(
        "{text}; a tool belongs to one client of a session: give yours another name, or leave it \
         out here, and its owner answers the calls"
    );
    let kind = error.kind();
    error.refined(kind, text).in_session(id)
}

/// Adds what to do about a refusal of a session in the cloud.
pub(super) fn explain_cloud(error: Error) -> Error {
    if error.rpc_code() != Some(CODE_METHOD_NOT_FOUND) {
        return error;
    }
    let text = format!(
        "{error}; this cli opens sessions in the cloud only without tools, hooks, a permission \
         policy and other handlers of this program: leave them out"
    );
    error.refined(ErrorKind::Rpc, text)
}
