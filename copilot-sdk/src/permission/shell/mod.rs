//! Checks that a shell command does only what a policy allows.
//!
//! The text is parsed here as well, so that a mistake in the CLI's analysis approves nothing:
//! whatever this small parser does not understand does not match.

mod line;
mod pattern;

use std::path::Path;

use self::line::{Command, Line};
pub(super) use self::pattern::CommandPattern;
use super::action::ShellCommand;
use super::path;

/// Whether every command of the line matches a pattern and nothing else can happen.
pub(super) fn is_allowed(shell: &ShellCommand, patterns: &[CommandPattern]) -> bool {
    let matches = |command: &Command| patterns.iter().any(|pattern| pattern.matches(command));
    let all_match = |line: Line| line.commands.iter().all(matches);
    plain_line(shell).is_some_and(all_match)
        && shell
            .command_segments
            .iter()
            .all(|segment| Line::read(&segment.full_command_text).is_some_and(all_match))
}

/// Whether the CLI considers every command read-only, and none names a file of the kernel, which
/// may contain this process's secrets.
pub(super) fn is_read_only(shell: &ShellCommand) -> bool {
    let here = shell.resolved_working_directory.as_deref().map(Path::new);
    let names = |command: &Command| command.words.iter().skip(1).all(|word| is_plain(word, here));
    plain_line(shell).is_some_and(|line| line.commands.iter().all(names))
        && !shell.commands.is_empty()
        && shell.commands.iter().all(|command| command.read_only)
        && shell.possible_urls.is_empty()
        && shell
            .possible_paths
            .iter()
            .chain(shell.resolved_paths.values())
            .all(|path| is_plain(path, here))
}

/// Parses the line, unless it has redirections into files, hidden code, or a warning of the CLI.
fn plain_line(shell: &ShellCommand) -> Option<Line> {
    let is_plain = is_posix(shell)
        && shell.warning.is_none()
        && !shell.command_segments.iter().any(|segment| segment.has_unbound_executable_content);
    // The CLI does not see every redirection: `a > b && c` goes out with `hasWriteFileRedirection:
    // false`. Of those that it sees only one to `/dev/null` is harmless.
    let line = is_plain.then(|| Line::read(&shell.full_command_text)).flatten()?;
    (line.discards || !shell.has_write_file_redirection).then_some(line)
}

/// Whether the line is for a shell whose quoting is supported.
fn is_posix(shell: &ShellCommand) -> bool {
    match shell.shell_type.as_deref() {
        Some(shell) => matches!(shell, "bash" | "sh" | "zsh" | "dash"),
        None => !cfg!(windows),
    }
}

/// Whether an argument does not name a file of the kernel, judging by its text.
fn is_plain(word: &str, here: Option<&Path>) -> bool {
    // The expansion of these is not known here.
    if word.contains(['$', '*', '?', '[', '~', '{', '\\']) {
        return false;
    }
    let text = word.replace(['\'', '"'], "");
    let mut names = text.split(['=', ',', ':']).chain(text.find('/').and_then(|at| text.get(at..)));
    names.all(|name| match (Path::new(name), here) {
        (path, _) if path.is_absolute() => path::is_plain(path),
        (path, Some(here)) => path::is_plain(&here.join(path)),
        (path, None) => path.components().count() < 2 && name != "..",
    })
}
