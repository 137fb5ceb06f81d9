//! The turns that a prompt can ask for.

use std::io::{self, Read, Write};

use bench_runtime::frame::text_of;

use super::Connection;

/// Deltas between two answers to pings.
const PER_PING: u64 = 100;

/// What to do in a turn, how often, and how many at once.
pub struct Job {
    kind: String,
    count: u64,
    at_once: u64,
}

impl Job {
    /// Reads `kind count at_once`; the last two default to 1.
    pub fn parse(prompt: &str) -> Self {
        let mut words = prompt.split(' ');
        let kind = words.next().unwrap_or_default().to_owned();
        let mut number = || words.next().and_then(|word| word.parse().ok()).unwrap_or(1);
        Self { kind, count: number(), at_once: number() }
    }

    /// Plays the turn of a prompt.
    pub fn play<R: Read, W: Write>(
        &self,
        connection: &mut Connection<R, W>,
        session: &str,
        message: &str,
    ) -> io::Result<()> {
        let prompt = format!(r#"{{"content":"job","messageId":"{message}","delivery":"idle"}}"#);
        connection.event(session, "user.message", &prompt, false)?;
        connection.event(session, "assistant.turn_start", r#"{"turnId":"0"}"#, false)?;
        match &*self.kind {
            "delta" | "subscribers" => {
                (0..self.count).try_for_each(|_| delta(connection, session))?
            }
            "streams" => self.deal(connection)?,
            "slow" => self.flood(connection, session)?,
            "large" => self.large(connection, session)?,
            "tool" | "permission" | "hook" => self.ask(connection, session)?,
            _ => {}
        }
        let reply = r#"{"messageId":"answer-1","content":"done"}"#;
        connection.event(session, "assistant.message", reply, false)?;
        connection.event(session, "assistant.turn_end", r#"{"turnId":"0"}"#, false)?;
        connection.event(session, "assistant.idle", "{}", true)?;
        connection.event(session, "session.idle", r#"{"mode":"interactive"}"#, true)
    }

    /// Deltas for every session in turn, and the end of a turn for all.
    fn deal<R: Read, W: Write>(&self, connection: &mut Connection<R, W>) -> io::Result<()> {
        let sessions = connection.sessions.clone();
        for session in sessions.iter().cycle().take(usize::try_from(self.count).unwrap_or(0)) {
            delta(connection, session)?;
        }
        for session in &sessions {
            connection.event(session, "session.idle", r#"{"mode":"interactive"}"#, true)?;
        }
        Ok(())
    }

    /// Deltas, with the answer to one ping behind every [`PER_PING`] of them.
    fn flood<R: Read, W: Write>(
        &self,
        connection: &mut Connection<R, W>,
        session: &str,
    ) -> io::Result<()> {
        let mut body = Vec::new();
        for _ in 0..self.count / PER_PING {
            (0..PER_PING).try_for_each(|_| delta(connection, session))?;
            loop {
                if !connection.receive(&mut body)? {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                connection.answer(&body)?;
                if text_of(&body, "method").as_deref() == Some("ping") {
                    break;
                }
            }
        }
        Ok(())
    }

    /// One message of `count` MiB.
    fn large<R: Read, W: Write>(
        &self,
        connection: &mut Connection<R, W>,
        session: &str,
    ) -> io::Result<()> {
        let text = "0123456789abcdef".repeat(65_536 * usize::try_from(self.count).unwrap_or(1));
        let data = format!(r#"{{"messageId":"answer-0","content":"{text}"}}"#);
        connection.event(session, "assistant.message", &data, false)
    }

    /// Asks `count` questions, `at_once` of them at a time, and waits for the answers.
    fn ask<R: Read, W: Write>(
        &self,
        connection: &mut Connection<R, W>,
        session: &str,
    ) -> io::Result<()> {
        let mut body = Vec::new();
        let (mut asked, mut answered) = (0, 0);
        while answered < self.count {
            while asked < self.count && asked - answered < self.at_once {
                asked += 1;
                self.question(connection, session, asked)?;
            }
            if !connection.receive(&mut body)? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            // A response has no method; other questions are answered by calls.
            match text_of(&body, "method").as_deref() {
                None => answered += 1,
                Some(
                    "session.tools.handlePendingToolCall"
                    | "session.permissions.handlePendingPermissionRequest",
                ) => {
                    answered += 1;
                    connection.answer(&body)?;
                }
                Some(_) => connection.answer(&body)?,
            }
        }
        Ok(())
    }

    fn question<R: Read, W: Write>(
        &self,
        connection: &mut Connection<R, W>,
        session: &str,
        number: u64,
    ) -> io::Result<()> {
        let request = format!("7c0e3b52-1d8a-4f06-b0c9-{number:012x}");
        match &*self.kind {
            "tool" => {
                let data = format!(
                    r#"{{"requestId":"{request}","sessionId":"{session}","toolCallId":"call_{number:024}","toolName":"get_weather","arguments":{{"city":"Lisbon","days_ahead":2,"unit":"celsius"}},"workingDirectory":"/home/user/project"}}"#
                );
                connection.event(session, "external_tool.requested", &data, false)
            }
            "permission" => {
                let data = format!(
                    r#"{{"requestId":"{request}","permissionRequest":{{"kind":"shell","toolCallId":"call_{number:024}","fullCommandText":"cargo test --workspace && git status","intention":"Run the tests","commands":[{{"identifier":"cargo test","readOnly":false}},{{"identifier":"git status","readOnly":true}}],"possiblePaths":[],"possibleUrls":[],"hasWriteFileRedirection":false,"canOfferSessionApproval":true,"warning":null}},"promptRequest":{{"kind":"commands","toolCallId":"call_{number:024}","fullCommandText":"cargo test --workspace && git status","intention":"Run the tests","commandIdentifiers":["cargo test","git status"],"canOfferSessionApproval":true}},"permissionMode":"manual","agentMode":"interactive"}}"#
                );
                connection.event(session, "permission.requested", &data, false)
            }
            _ => connection.send(&format!(
                r#"{{"jsonrpc":"2.0","id":{number},"method":"hooks.invoke","params":{{"sessionId":"{session}","hookType":"preToolUse","input":{{"sessionId":"{session}","timestamp":1795351170862,"cwd":"/home/user/project","toolName":"bash","toolArgs":{{"command":"cargo test --workspace","description":"Run the tests"}}}}}}}}"#
            )),
        }
    }
}

fn delta<R: Read, W: Write>(connection: &mut Connection<R, W>, session: &str) -> io::Result<()> {
    let data = r#"{"messageId":"5a2f3f7e-92d0-45a5-8f5b-3c1b0a4f7a10","deltaContent":"and then it rained "}"#;
    connection.event(session, "assistant.message_delta", data, true)
}
