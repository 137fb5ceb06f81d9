//! The list of available models.

use tokio::sync::Mutex;

use super::Client;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{self, Model};

/// The models, cached after the first request.
#[derive(Default)]
pub(super) struct ModelCache(Mutex<Option<Vec<Model>>>);

impl Client {
    /// The models available to sessions (wire method `models.list`), or those set by
    /// [`models`](super::ClientBuilder::models) or
    /// [`on_list_models`](super::ClientBuilder::on_list_models).
    ///
    /// The list is cached after the first call; [`refresh_models`](Self::refresh_models) updates
    /// it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SignedOut`] if no user is signed in to GitHub, [`ErrorKind::Rpc`] if the CLI
    /// refuses for another reason or the callback fails. Failures are not cached.
    pub async fn models(&self) -> Result<Vec<Model>> {
        let mut cache = self.model_cache().0.lock().await;
        match &*cache {
            Some(models) => Ok(models.clone()),
            None => Ok(cache.insert(self.list_models().await?).clone()),
        }
    }

    /// Fetches the list of models again.
    ///
    /// # Errors
    ///
    /// Same as [`models`](Self::models); the cached list is kept in that case.
    pub async fn refresh_models(&self) -> Result<Vec<Model>> {
        let mut cache = self.model_cache().0.lock().await;
        Ok(cache.insert(self.list_models().await?).clone())
    }

    async fn list_models(&self) -> Result<Vec<Model>> {
        const METHOD: &str = "models.list";
        let options = &self.server().options();
        if let Some(models) = &options.models {
            return Ok(models.clone());
        }
        if let Some(handler) = &options.on_list_models {
            let failed =
                |error| Error::new(ErrorKind::Rpc, "`on_list_models` failed").with_source(error);
            return handler.call(()).await.map_err(failed);
        }
        let connection = self.server().connection().await?;
        let answer = match connection.peer.call_raw(METHOD, self.server().credentials()).await {
            Ok(answer) => answer.unwrap_or_default(),
            Err(error) => return Err(self.server().explain_signed_out(error).await),
        };
        model::read_list(&answer).map_err(|error| {
            let text = format!("the answer to `{METHOD}` is not a list of models");
            Error::new(ErrorKind::Protocol, text).with_source(error)
        })
    }
}
