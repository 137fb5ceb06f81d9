//! Whether an object store does what sessions rely on.

use std::sync::Arc;

use object_store::path::Path;
use object_store::{Error as Failure, ObjectStore, PutMode, PutOptions};
use tokio::time::timeout;

use super::objects::Objects;
use crate::error::{Error, ErrorKind, Result};

/// Creates an object twice: the second time must fail. Then looks whether it is listed and read.
///
/// # Errors
///
/// A configuration error that names the setting, or [`ErrorKind::Store`] if the store does not
/// answer.
pub(crate) async fn probe(
    store: &Arc<dyn ObjectStore>,
    objects: &Objects,
    prefix: &Path,
    nonce: &str,
) -> Result<()> {
    let folder = prefix.clone().join("probe");
    let name = folder.clone().join(nonce);
    create(store, objects, &name, "first").await?.map_err(|failure| refused(&name, failure))?;
    let twice = create(store, objects, &name, "second").await?;
    let read = objects.read(&name).await?;
    let listed = objects.list(&folder).await?;
    objects.discard(&name).await;
    match twice {
        Err(Failure::AlreadyExists { .. } | Failure::Precondition { .. }) => {}
        Ok(()) => {
            let text = format!(
                "the object store created `{name}` twice: it ignores conditional writes \
                 (`PutMode::Create`), without which sessions would be lost. Switch them on: for \
                 S3, `S3ConditionalPut::ETagMatch` and a server that honors `If-None-Match: *`"
            );
            return Err(Error::config(vec![text]));
        }
        Err(failure) => {
            let text = format!("the session store failed to create `{name}` while it was tried");
            return Err(Error::new(ErrorKind::Store, text).with_source(failure));
        }
    }
    let is_listed = listed.iter().any(|object| object.location == name);
    if read.as_deref() != Some(b"first") || !is_listed {
        let text = format!(
            "the object store does not show `{name}` right after it was written: reading and \
             listing must be consistent. Leave out caches and replicas between"
        );
        return Err(Error::config(vec![text]));
    }
    Ok(())
}

/// Creates an object, once.
async fn create(
    store: &Arc<dyn ObjectStore>,
    objects: &Objects,
    name: &Path,
    text: &'static str,
) -> Result<object_store::Result<()>> {
    let put = store.put_opts(name, text.into(), PutOptions::from(PutMode::Create));
    match timeout(objects.request, put).await {
        Ok(put) => Ok(put.map(drop)),
        Err(_) => {
            let limit = objects.request;
            let text = format!(
                "the session store does not answer: it did not create `{name}` within {limit:?}"
            );
            Err(Error::new(ErrorKind::Store, text))
        }
    }
}

fn refused(name: &Path, failure: Failure) -> Error {
    let text = match &failure {
        Failure::NotImplemented { .. } | Failure::NotSupported { .. } => format!(
            "the object store cannot create `{name}` on condition that it is new \
             (`PutMode::Create`), without which sessions would be lost: switch conditional writes \
             on, for S3 with `S3ConditionalPut::ETagMatch`"
        ),
        _ => format!(
            "the object store cannot create `{name}`: check its address, its credentials and its \
             permissions; a local directory must be on a file system with hard links"
        ),
    };
    Error::config(vec![text]).with_source(failure)
}
