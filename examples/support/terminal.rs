//! Questions in the terminal.

use std::io::{BufRead as _, Write as _};

/// Asks in the terminal and reads one line, while the session goes on; `None` when the terminal is
/// closed.
///
/// # Errors
///
/// When the terminal cannot be read or written.
pub async fn read_line(question: &str) -> std::io::Result<Option<String>> {
    let question = question.to_owned();
    let line = tokio::task::spawn_blocking(move || {
        let mut terminal = std::io::stdin().lock(); // one question at a time
        print!("{question}");
        std::io::stdout().flush()?;
        let mut line = String::new();
        let read = terminal.read_line(&mut line)?;
        std::io::Result::Ok((read > 0).then(|| line.trim().to_owned()))
    });
    line.await?
}

/// Whether an answer means yes.
pub fn is_yes(answer: &str) -> bool {
    ["y", "yes"].iter().any(|yes| answer.eq_ignore_ascii_case(yes))
}
