//! What is known of a command, held against a policy.

use std::path::Path;

use super::line::{Command, Line};
use super::pattern::CommandPattern;
use super::powershell;
use crate::permission::action::ShellCommand;
use crate::permission::path;

/// Whether every command of the line matches a pattern and nothing else can happen.
pub(in crate::permission) fn is_allowed(shell: &ShellCommand, patterns: &[CommandPattern]) -> bool {
    let matches = |command: &Command| patterns.iter().any(|pattern| pattern.matches(command));
    let all_match = |line: Line| line.commands.iter().all(matches);
    plain_line(shell).is_some_and(all_match)
        && shell
            .command_segments
            .iter()
            .all(|segment| read(shell, &segment.full_command_text).is_some_and(all_match))
}

/// Whether the CLI considers every command read-only, and none names a file of the kernel, which
/// may contain this process's secrets.
pub(in crate::permission) fn is_read_only(shell: &ShellCommand) -> bool {
    let here = shell.resolved_working_directory.as_deref().map(Path::new);
    let names = |command: &Command| command.words.iter().skip(1).all(|word| is_plain(word, here));
    // PowerShell reads environment variables as files: `Get-Content Env:KEY`.
    language(shell) == Some(Language::Posix)
        && plain_line(shell).is_some_and(|line| line.commands.iter().all(names))
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
    let is_plain = shell.warning.is_none()
        && !shell.command_segments.iter().any(|segment| segment.has_unbound_executable_content);
    // The CLI does not see every redirection: `a > b && c` goes out with `hasWriteFileRedirection:
    // false`. Of those that it sees only one to `/dev/null` is harmless.
    let line = is_plain.then(|| read(shell, &shell.full_command_text)).flatten()?;
    (line.discards || !shell.has_write_file_redirection).then_some(line)
}

/// Parses a line of this shell. Returns `None` if the line, or its language, is not understood.
fn read(shell: &ShellCommand, text: &str) -> Option<Line> {
    match language(shell)? {
        Language::Posix => Line::read(text),
        Language::PowerShell => powershell::read(text),
    }
}

/// A language of shells whose lines are understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Language {
    Posix,
    PowerShell,
}

fn language(shell: &ShellCommand) -> Option<Language> {
    match shell.shell_type.as_deref() {
        Some("bash" | "sh" | "zsh" | "dash") => Some(Language::Posix),
        Some("powershell" | "pwsh") => Some(Language::PowerShell),
        None if cfg!(unix) => Some(Language::Posix),
        // Not cmd: it starts programs of the working directory, and `/` and `..` in an argument may
        // lead it to another program than the first word.
        _ => None,
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
