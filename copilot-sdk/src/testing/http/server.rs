//! The listener and its connections.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::body::{Disconnect, ReplyBody};
use crate::error::{Error, ErrorKind, Result};

/// Long enough not to spin while the process is out of file handles, short enough not to be felt.
const ACCEPT_PAUSE: Duration = Duration::from_millis(10);

/// An HTTP server on a free loopback port.
///
/// Dropping it ends its task, which holds the tasks of its connections.
pub(in crate::testing) struct LoopbackServer {
    address: SocketAddr,
    _task: JoinSet<()>,
}

impl LoopbackServer {
    /// Serves requests with `answer`; `name` is the server's name in errors.
    pub(in crate::testing) async fn start<F>(
        name: &'static str,
        answer: impl Fn(Request<Incoming>) -> F + Send + Sync + 'static,
    ) -> Result<Self>
    where
        F: Future<Output = std::result::Result<Response<ReplyBody>, Disconnect>> + Send + 'static,
    {
        let failed = |error| {
            let text = format!("could not open a loopback port for the {name}");
            Error::new(ErrorKind::Start, text).with_source(error)
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let mut task = JoinSet::new();
        task.spawn(accept(listener, name, Arc::new(answer)));
        Ok(Self { address, _task: task })
    }

    /// `http://127.0.0.1:PORT`.
    pub(in crate::testing) fn root_url(&self) -> String {
        format!("http://{}", self.address)
    }
}

async fn accept<F>(
    listener: TcpListener,
    name: &'static str,
    answer: Arc<impl Fn(Request<Incoming>) -> F + Send + Sync + 'static>,
) where
    F: Future<Output = std::result::Result<Response<ReplyBody>, Disconnect>> + Send + 'static,
{
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(serve(stream, name, Arc::clone(&answer)));
                }
                Err(error) => {
                    tracing::warn!(%error, "the {name} could not accept a connection");
                    // Out of file descriptors, most likely: nothing tells when one is free, and
                    // without a pause this loop would take a whole core.
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve<F>(
    stream: TcpStream,
    name: &'static str,
    answer: Arc<impl Fn(Request<Incoming>) -> F + Send + Sync + 'static>,
) where
    F: Future<Output = std::result::Result<Response<ReplyBody>, Disconnect>> + Send + 'static,
{
    // Best effort: it only makes small events travel sooner.
    let _faster = stream.set_nodelay(true);
    let service = service_fn(|request| answer(request));
    let served = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
    if let Err(error) = served {
        // Broken on purpose by the script, or given up by the agent.
        tracing::debug!(%error, "a connection of the {name} ended early");
    }
}
