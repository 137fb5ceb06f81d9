//! The line in which a TCP server reports its port.

use tokio::io::AsyncReadExt;
use tokio::process::ChildStdout;

use super::Process;
use super::lines::Lines;
use crate::error::{Error, ErrorKind, Result};
use crate::task::spawn;

impl Process {
    /// Waits for `listening on port <N>` on the child's stdout, which continues to be read
    /// afterwards.
    ///
    /// # Errors
    ///
    /// If the child exits or closes its stdout first, with its exit status and last output.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future closes the child's stdout; the child must then be ended.
    pub(crate) async fn announced_port(&self, mut stdout: ChildStdout) -> Result<u16> {
        let mut lines = Lines::default();
        let mut buffer = [0_u8; 1024];
        let mut port = None;
        while port.is_none() {
            let count = tokio::select! {
                biased;
                read = stdout.read(&mut buffer) => read.unwrap_or(0),
                exit = self.exited() => return Err(self.unannounced(&format!("ended with {exit}"))),
            };
            if count == 0 {
                return Err(self.closed_stdout().await);
            }
            lines.push(buffer.get(..count).unwrap_or_default(), |line| {
                port = port.or_else(|| port_of(&line));
            });
        }
        spawn(async move {
            let _ = tokio::io::copy(&mut stdout, &mut tokio::io::sink()).await;
        });
        port.ok_or_else(|| self.unannounced("printed something else"))
    }

    async fn closed_stdout(&self) -> Error {
        // Closed output is nearly always the first sign of the end, so wait for its reason.
        match tokio::time::timeout(std::time::Duration::from_secs(2), self.exited()).await {
            Ok(exit) => self.unannounced(&format!("ended with {exit}")),
            Err(_) => self.unannounced("closed its stdout"),
        }
    }

    fn unannounced(&self, what: &str) -> Error {
        let text = format!("the Copilot CLI {what} before it said on which port it listens");
        Error::new(ErrorKind::Start, self.with_last_words(&text))
    }
}

fn port_of(line: &str) -> Option<u16> {
    let line = line.to_ascii_lowercase();
    let (_, rest) = line.split_once("listening on port ")?;
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest.get(..digits)?.parse().ok().filter(|port| *port != 0)
}

#[cfg(test)]
mod tests {
    use super::port_of;

    #[test]
    fn the_port_is_found_in_any_wording_around_it() {
        assert_eq!(port_of("CLI server listening on port 41207"), Some(41207));
        assert_eq!(port_of("Listening On Port 80."), Some(80));
        assert_eq!(port_of("listening on port 70000"), None);
        assert_eq!(port_of("listening on port x"), None);
        assert_eq!(port_of("warning: anyone may connect to port 41207"), None);
    }
}
