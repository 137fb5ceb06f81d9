//! A scripted CLI, for measurements: it answers what a client needs and plays the job that a prompt
//! names, such as `delta 1000`, as fast as the client takes it.

mod job;

use std::io::{self, BufReader, BufWriter, Read, Write};

use bench_runtime::frame::{id, read, text_of};
use job::Job;

/// Both directions of the connection.
struct Connection<R, W: Write> {
    input: BufReader<R>,
    output: BufWriter<W>,
    event: u64,
    /// The ids of all sessions, in the order of their creation.
    sessions: Vec<String>,
}

fn main() -> io::Result<()> {
    let (input, output) = (io::stdin().lock(), io::stdout().lock());
    let mut connection = Connection {
        input: BufReader::with_capacity(1 << 16, input),
        output: BufWriter::with_capacity(1 << 16, output),
        event: 0,
        sessions: Vec::new(),
    };
    let mut body = Vec::new();
    while connection.receive(&mut body)? {
        connection.answer(&body)?;
    }
    Ok(())
}

impl<R: Read, W: Write> Connection<R, W> {
    /// Reads the next message. Everything written so far is sent first.
    fn receive(&mut self, body: &mut Vec<u8>) -> io::Result<bool> {
        if self.input.buffer().is_empty() {
            self.output.flush()?;
        }
        read(&mut self.input, body)
    }

    fn send(&mut self, body: &str) -> io::Result<()> {
        write!(self.output, "Content-Length: {}\r\n\r\n{body}", body.len())
    }

    fn result(&mut self, id: &str, result: &str) -> io::Result<()> {
        self.send(&format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{result}}}"#))
    }

    /// Sends an event of a session.
    fn event(&mut self, session: &str, kind: &str, data: &str, ephemeral: bool) -> io::Result<()> {
        self.event += 1;
        let (process, number) = (std::process::id(), self.event);
        let ephemeral = if ephemeral { r#","ephemeral":true"# } else { "" };
        self.send(&format!(
            r#"{{"jsonrpc":"2.0","method":"session.event","params":{{"sessionId":"{session}","event":{{"type":"{kind}","data":{data},"id":"{process:08x}-7d42-4c1f-9a53-{number:012x}","timestamp":"2026-01-01T00:00:00.000Z","parentId":"{process:08x}-7d42-4c1f-9a53-{:012x}"{ephemeral}}}}}}}"#,
            number - 1,
        ))
    }

    /// Answers one call of the client. Responses to requests of a job are read by the job.
    fn answer(&mut self, body: &[u8]) -> io::Result<()> {
        let (Some(method), Some(id)) = (text_of(body, "method"), id(body)) else { return Ok(()) };
        let session = text_of(body, "sessionId").unwrap_or_default();
        match &*method {
            "connect" => self.result(
                &id,
                r#"{"ok":true,"protocolVersion":3,"version":"1.0.102","taskKinds":["agent","shell"]}"#,
            ),
            // Tells whom to kill.
            "ping" => self.result(
                &id,
                &format!(
                    r#"{{"message":"{}","timestamp":"2026-01-01T00:00:00.000Z","protocolVersion":3}}"#,
                    std::process::id()
                ),
            ),
            "status.get" => self.result(&id, r#"{"version":"1.0.102","protocolVersion":3}"#),
            "auth.getStatus" => self
                .result(&id, r#"{"isAuthenticated":true,"authType":"user","login":"measured"}"#),
            "session.tools.listPendingRequests" | "session.permissions.pendingRequests" => {
                self.result(&id, r#"{"items":[]}"#)
            }
            "session.getMessages" => self.result(&id, r#"{"events":[]}"#),
            "models.list" => self.result(&id, r#"{"models":[]}"#),
            "session.create" | "session.resume" => {
                self.sessions.push(session.clone());
                self.result(
                    &id,
                    &format!(
                        r#"{{"sessionId":"{session}","nativeSessionId":"{session}","startTime":"2026-01-01T00:00:00.000Z","isRemote":false,"mode":"interactive","workspacePath":"/project","capabilities":{{"ui":{{"elicitation":false}}}}}}"#
                    ),
                )
            }
            "session.send" => {
                // Some clients number their calls, others name them.
                let message = format!("message-{}", id.trim_matches('"'));
                self.result(&id, &format!(r#"{{"messageId":"{message}"}}"#))?;
                let prompt = text_of(body, "prompt").unwrap_or_default();
                Job::parse(&prompt).play(self, &session, &message)
            }
            _ => self.result(&id, r#"{"success":true}"#),
        }
    }
}
