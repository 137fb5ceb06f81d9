//! The drivers the tokio runtime must provide.
//!
//! tokio reports a missing driver only by a panic. It is caught here, before it would end a task
//! without explanation.

use std::panic::catch_unwind;
use std::time::Duration;

use crate::error::{Error, ErrorKind, Result};

/// Fails in a runtime without a timer.
pub(crate) fn require_timer() -> Result<()> {
    require("timer", || drop(tokio::time::sleep(Duration::ZERO)))
}

/// Fails in a runtime that cannot wait for pipes and sockets.
pub(crate) fn require_io() -> Result<()> {
    #[cfg(unix)]
    let register = || drop(tokio::net::UnixDatagram::unbound());
    #[cfg(not(unix))]
    let register = || {
        let socket = std::net::UdpSocket::bind("127.0.0.1:0");
        drop(socket.and_then(|socket| {
            socket.set_nonblocking(true)?;
            tokio::net::UdpSocket::from_std(socket)
        }));
    };
    require("IO driver", register)
}

fn require(what: &str, register: fn()) -> Result<()> {
    tokio::runtime::Handle::try_current().map_err(|error| {
        let text = "the Copilot CLI can only be started inside a tokio runtime";
        Error::new(ErrorKind::Start, text).with_source(error)
    })?;
    catch_unwind(register).map_err(|_| {
        let text = format!(
            "the tokio runtime has no {what}: build it with `enable_all()`, as `#[tokio::main]` does"
        );
        Error::new(ErrorKind::Start, text)
    })
}

#[cfg(test)]
mod tests {
    use tokio::runtime::Builder;

    use super::{require_io, require_timer};
    use crate::ErrorKind;

    #[test]
    fn a_missing_driver_is_named_with_what_brings_it() {
        let runtime = Builder::new_current_thread().build().unwrap();
        let errors = runtime.block_on(async { [require_timer(), require_io()] });
        for (error, driver) in errors.into_iter().zip(["timer", "IO driver"]) {
            let error = error.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Start);
            let expected = format!(
                "the tokio runtime has no {driver}: build it with `enable_all()`, as \
                 `#[tokio::main]` does"
            );
            assert_eq!(error.to_string(), expected);
        }
        for outside in [require_timer(), require_io()] {
            assert!(outside.unwrap_err().to_string().ends_with("inside a tokio runtime"));
        }
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { require_timer().and(require_io()) }).unwrap();
    }
}
