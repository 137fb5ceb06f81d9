//! The floor: reads the frames of a job and decodes nothing. `raw RUNTIME JOB COUNT`.

use std::io::{self, BufReader, Write};
use std::process::{ChildStdin, Command, Stdio};
use std::time::Instant;

use bench_runtime::frame::{read, text_of};

#[path = "../../../ours/src/peak.rs"]
mod peak;

fn main() -> io::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [runtime, job, count] = &words[..] else {
        return Err(io::Error::other("expected: raw RUNTIME JOB COUNT"));
    };
    let mut child = Command::new(runtime).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(io::Error::other("no pipes"));
    };
    let mut stdout = BufReader::with_capacity(1 << 16, stdout);
    let mut body = Vec::new();
    call(&mut stdin, 1, "session.create", r#"{"sessionId":"raw"}"#)?;
    read(&mut stdout, &mut body)?;
    let begun = Instant::now();
    let mut delivered = 0_u64;
    if job == "ping" {
        for id in 0..count.parse().map_err(io::Error::other)? {
            call(&mut stdin, id, "ping", "{}")?;
            delivered += u64::from(read(&mut stdout, &mut body)?);
        }
    } else {
        let params = format!(r#"{{"sessionId":"raw","prompt":"{job} {count}"}}"#);
        call(&mut stdin, 2, "session.send", &params)?;
        while read(&mut stdout, &mut body)? {
            match text_of(&body[..body.len().min(200)], "type").as_deref() {
                Some("assistant.message_delta") => delivered += 1,
                Some("session.idle") => break,
                _ => {}
            }
        }
    }
    let time = begun.elapsed().as_nanos();
    let peak = peak::peak_kib()?;
    println!(
        r#"{{"job":"{job}","count":{count},"delivered":{delivered},"nanoseconds":{time},"peak_kib":{peak}}}"#
    );
    drop(stdin);
    child.wait().map(drop)
}

fn call(stdin: &mut ChildStdin, id: u64, method: &str, params: &str) -> io::Result<()> {
    let body = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}","params":{params}}}"#);
    write!(stdin, "Content-Length: {}\r\n\r\n{body}", body.len())?;
    stdin.flush()
}
