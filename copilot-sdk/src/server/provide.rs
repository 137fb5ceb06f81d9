//! What this program provides to the CLI in place of its own: told before any session is opened.

use serde::Serialize;
use serde_json::Value;

use super::options::Options;
use crate::connection::Connection;
use crate::error::{Error, ErrorKind, Result};
use crate::jsonrpc::CODE_METHOD_NOT_FOUND;
use crate::session_fs::SetProvider;
use crate::usual_path::usual_form;

/// Tells the server at `place` what this program provides.
pub(super) async fn provide(connection: &Connection, place: &str, options: &Options) -> Result<()> {
    if options.session_fs.is_some() {
        let params = SetProvider::new(initial_cwd(options)?, options.session_database);
        set(connection, place, "session_fs", "sessionFs.setProvider", params).await?;
    }
    if let Some(model_requests) = &options.model_requests {
        model_requests.attach(&connection.peer);
        let method = "llmInference.setProvider";
        set(connection, place, "on_model_request", method, serde_json::Map::new()).await?;
    }
    Ok(())
}

async fn set(
    connection: &Connection,
    place: &str,
    option: &str,
    method: &str,
    params: impl Serialize,
) -> Result<()> {
    let answer: Result<Value> = connection.peer.call(method, params).await;
    let refused = |why| {
        let text = format!("{place} does not accept `{option}` ({method}): {why}");
        Error::new(ErrorKind::Start, text)
    };
    match answer {
        Ok(answer) if answer.get("success") == Some(&Value::Bool(false)) => {
            Err(refused("it answered with `success: false`".to_owned()))
        }
        Ok(_) => Ok(()),
        Err(error) if error.rpc_code() == Some(CODE_METHOD_NOT_FOUND) => {
            let version = crate::cli::VERSION;
            Err(refused(format!("it does not know the method; use cli {version}")))
        }
        Err(error) => Err(refused(error.to_string()).with_source(error)),
    }
}

/// The directory in which sessions begin.
fn initial_cwd(options: &Options) -> Result<String> {
    let current = || {
        std::env::current_dir().map_err(|error| {
            Error::new(ErrorKind::Start, "the working directory of this program is unknown")
                .with_source(error)
        })
    };
    let cwd = match &options.cwd {
        Some(cwd) if cwd.is_absolute() => cwd.clone(),
        Some(cwd) => current()?.join(cwd),
        None => current()?,
    };
    Ok(usual_form(&cwd).to_string_lossy().into_owned())
}
