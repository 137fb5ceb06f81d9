use std::future::Future;

use serde::Serializer;
use serde_json::{Value, json};

use crate::handler::{BoxHandler, Handler, HandlerError, IntoAnswer};
use crate::ids::SessionId;
use crate::payload::{questions, records};

records! {
    /// A request for the token of a model request (`providerToken.getToken`).
    #[derive(Debug, Clone, PartialEq, Eq)]
    TokenRequest {
        /// The session that makes the request.
        session_id: SessionId = "sessionId",
        /// The provider's name; `default` for the session's own provider.
        provider_name: String = "providerName",
    }
}

questions! { TokenRequest }

/// The user's bearer token handler.
#[derive(Debug, Clone)]
pub(crate) struct TokenHandler(BoxHandler<TokenRequest, String>);

impl TokenHandler {
    pub(super) fn new<Fut>(handler: impl Handler<TokenRequest, Fut>) -> Self
    where
        Fut: Future<Output: IntoAnswer<String>> + Send + 'static,
    {
        Self(BoxHandler::new(handler))
    }

    /// The result of `providerToken.getToken`.
    ///
    /// # Errors
    ///
    /// The handler's error or panic, to be sent as a JSON-RPC error.
    pub(crate) async fn answer(&self, request: TokenRequest) -> Result<Value, HandlerError> {
        let token = self.0.call(request).await?;
        if token.trim().is_empty() {
            return Err("the bearer token handler returned an empty token".into());
        }
        Ok(json!({"token": token}))
    }
}

#[expect(clippy::ref_option, reason = "the signature that serde calls")]
pub(super) fn flag<S: Serializer>(
    handler: &Option<TokenHandler>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_bool(handler.is_some())
}
