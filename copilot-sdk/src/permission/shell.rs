use super::action::ShellCommand;
use super::pattern::Pattern;

/// Whether every command of the line matches a pattern and nothing else can happen.
///
/// The text is taken apart here, too, so that a mistake of the CLI's own analysis approves nothing: whatever this small
/// reader does not understand does not match.
pub(super) fn is_allowed(shell: &ShellCommand, patterns: &[Pattern]) -> bool {
    let matches = |command: &str| patterns.iter().any(|pattern| pattern.matches(command));
    is_plain(shell)
        && shell.command_segments.iter().all(|segment| matches(segment.full_command_text.trim()))
        && commands(&shell.full_command_text).is_some_and(|found| found.iter().all(|command| matches(command)))
}

/// Whether the CLI says that every command only reads.
pub(super) fn is_read_only(shell: &ShellCommand) -> bool {
    is_plain(shell)
        && !shell.commands.is_empty()
        && shell.commands.iter().all(|command| command.read_only)
        && shell.possible_urls.is_empty()
}

/// No redirection into files, no hidden code, no warning of the CLI.
fn is_plain(shell: &ShellCommand) -> bool {
    // The CLI does not see every redirection: `a > b && c` goes out with `hasWriteFileRedirection: false`.
    commands(&shell.full_command_text).is_some()
        && !shell.has_write_file_redirection
        && shell.warning.is_none()
        && !shell.command_segments.iter().any(|segment| segment.has_unbound_executable_content)
}

/// The commands of a line of a POSIX shell; `None` when there is none or when it is more than commands joined by
/// `;`, `&`, `&&`, `|`, `||` and line ends. `2>&1` is the only redirection that is understood.
fn commands(line: &str) -> Option<Vec<String>> {
    let mut commands = Vec::new();
    let mut current = String::new();
    let mut quote = None;
    let mut rest = line;
    while let Some(character) = rest.chars().next() {
        let taken = match (quote, character) {
            (None | Some('"'), '\\') => {
                // What is escaped is text; a line continuation is too rare to be worth a mistake.
                let escaped = rest.chars().nth(1).filter(|next| *next != '\n')?;
                rest.get(..1 + escaped.len_utf8())?
            }
            (None | Some('"'), '$') if rest.starts_with("$(") || rest.starts_with("${") => return None,
            (None, '$') if rest.starts_with("$'") || rest.starts_with("$\"") => return None,
            (Some(open), close) if open == close => {
                quote = None;
                rest.get(..1)?
            }
            (None, '\'' | '"') => {
                quote = Some(character);
                rest.get(..1)?
            }
            (None, '2') if rest.starts_with("2>&1") && ends_word(rest.get(4..)?) && current.ends_with(' ') => {
                rest.get(..4)?
            }
            (None, '>' | '<' | '(' | ')') | (None | Some('"'), '`') => return None,
            (None, ';' | '&' | '|' | '\n' | '\r') => {
                commands.push(std::mem::take(&mut current));
                rest = rest.get(1..)?;
                continue;
            }
            _ => rest.get(..character.len_utf8())?,
        };
        current.push_str(taken);
        rest = rest.get(taken.len()..)?;
    }
    commands.push(current);
    let found: Vec<_> =
        commands.iter().map(|command| command.trim().to_owned()).filter(|command| !command.is_empty()).collect();
    (quote.is_none() && !found.is_empty()).then_some(found)
}

fn ends_word(rest: &str) -> bool {
    rest.chars().next().is_none_or(|next| next.is_whitespace() || matches!(next, ';' | '|' | '&'))
}

/// Whether the line is written for a shell whose quoting is known here.
pub(super) fn is_posix(shell: &ShellCommand) -> bool {
    match shell.shell_type.as_deref() {
        Some(shell) => matches!(shell, "bash" | "sh" | "zsh" | "dash"),
        None => !cfg!(windows),
    }
}

#[cfg(test)]
mod tests {
    use super::commands;

    #[test]
    fn a_line_is_taken_apart_at_its_operators() {
        let table: [(&str, &[&str]); 6] = [
            ("git status", &["git status"]),
            ("git log --oneline 2>&1 | head -3", &["git log --oneline 2>&1", "head -3"]),
            ("a && b || c; d & e\nf", &["a", "b", "c", "d", "e", "f"]),
            ("grep 'a && b > c' \"x;y\" file", &["grep 'a && b > c' \"x;y\" file"]),
            ("echo a\\;b", &["echo a\\;b"]),
            ("echo $HOME", &["echo $HOME"]),
        ];
        for (line, expected) in table {
            assert_eq!(commands(line).unwrap_or_default(), expected, "{line}");
        }
    }

    #[test]
    fn what_hides_a_command_or_a_file_is_not_understood() {
        for line in [
            "",
            " ; ",
            "git log $(rm -rf /)",
            "git log `rm x`",
            "echo \"$(rm x)\"",
            "echo \"`rm x`\"",
            "cat <(rm x)",
            "(rm x)",
            "echo a > b",
            "echo a >> b",
            "cat < a",
            "cat <<EOF\nrm x\nEOF",
            "echo 'open",
            "echo \"open",
            "echo \\",
            "echo a \\\n&& b",
            "x 2>&1file",
            "x2>&1",
            "echo $'a'",
            "echo ${x:=$y}",
            "echo a &> b",
            "x 2> b",
        ] {
            assert_eq!(commands(line), None, "{line}");
        }
    }
}
