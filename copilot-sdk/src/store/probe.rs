//! Whether an object store does what sessions rely on.

use std::error::Error as _;
use std::io;

use object_store::Error as Failure;
use object_store::path::Path;

use super::objects::{Objects, Settled, is_denied, is_final};
use crate::error::{Error, Result};

/// Creates an object twice: the second time must fail. Then looks whether it is listed and read.
///
/// What only another configuration mends is said at once: later, when sessions are open, access
/// that is denied is waited for, as an outage is from the beginning.
///
/// # Errors
///
/// A configuration error that says what to change, or [`ErrorKind::Store`](crate::ErrorKind::Store)
/// if the store does not answer.
pub(crate) async fn probe(objects: &Objects, prefix: &Path, nonce: &str) -> Result<()> {
    let mut probed = objects.clone();
    probed.is_final = is_misconfigured;
    let refused = |what, name: &Path, error| refused(&probed, what, name, error);
    let folder = prefix.clone().join("probe");
    let name = folder.clone().join(nonce);
    let created = probed.settle(&name, b"first").await;
    let first = created.map_err(|error| refused("create", &name, error))?;
    let created = probed.create(&name, b"second").await;
    let is_replaced = created.map_err(|error| refused("create", &name, error))?;
    let read = probed.read(&name).await.map_err(|error| refused("read", &name, error))?;
    let listed = probed.list(&folder).await.map_err(|error| refused("list", &folder, error))?;
    objects.discard(&name).await;
    if is_replaced || matches!(first, Settled::Others(_)) {
        let text = format!(
            "the session store `{}` created `{name}` twice: it ignores conditional writes \
             (`PutMode::Create`), without which sessions would be lost. Switch them on: for S3, \
             `S3ConditionalPut::ETagMatch` and a server that honors `If-None-Match: *`",
            objects.store()
        );
        return Err(Error::config(vec![text]));
    }
    let is_listed = listed.iter().any(|object| object.location == name);
    if read.as_deref() != Some(b"first") || !is_listed {
        let text = format!(
            "the session store `{}` does not show `{name}` right after it was written: reading \
             and listing must be consistent. Leave out caches and replicas between",
            objects.store()
        );
        return Err(Error::config(vec![text]));
    }
    Ok(())
}

/// The error of a request: what to configure, if that is what it takes.
fn refused(objects: &Objects, what: &str, name: &Path, error: Error) -> Error {
    let failure = error.source().and_then(|source| source.downcast_ref::<Failure>());
    let Some(remedy) = failure.and_then(remedy) else { return error };
    let store = objects.store();
    let text = format!("the session store `{store}` cannot {what} `{name}`: {remedy}");
    Error::config(vec![text]).with_source(error)
}

/// Whether a program that has just started gains nothing by waiting.
fn is_misconfigured(failure: &Failure) -> bool {
    remedy(failure).is_some()
}

/// What to change, if the configuration is the cause.
fn remedy(failure: &Failure) -> Option<&'static str> {
    match failure {
        Failure::NotImplemented { .. } | Failure::NotSupported { .. } => Some(
            "without writes on condition that an object is new (`PutMode::Create`), sessions \
             would be lost: switch conditional writes on, for S3 with \
             `S3ConditionalPut::ETagMatch`",
        ),
        Failure::NotFound { .. } => {
            Some("there is no such bucket or container: create it, or correct its name")
        }
        Failure::Generic { store: "LocalFileSystem", source } => of_directory(source.as_ref()),
        failure if is_denied(failure) => Some(
            "it denies access: check its credentials and their permissions, which must include \
             to create, read, list and delete objects",
        ),
        failure if is_final(failure) => {
            Some("check its address, its options and the prefix of the sessions")
        }
        _ => None,
    }
}

/// What to change about a local directory.
fn of_directory(failure: &(dyn std::error::Error + 'static)) -> Option<&'static str> {
    let mut causes = std::iter::successors(Some(failure), |&error| error.source());
    let cause = causes.find_map(|error| error.downcast_ref::<io::Error>())?;
    matches!(
        cause.kind(),
        io::ErrorKind::PermissionDenied
            | io::ErrorKind::ReadOnlyFilesystem
            | io::ErrorKind::NotADirectory
            | io::ErrorKind::Unsupported
    )
    .then_some(
        "this user must be able to write in the directory, and its file system must have hard \
         links: choose another one",
    )
}
