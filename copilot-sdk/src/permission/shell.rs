use super::action::ShellCommand;
use super::pattern::Pattern;

/// Whether every command of the line matches a pattern and nothing else can happen.
///
/// The text is taken apart here, too, so that a mistake of the CLI's own analysis approves nothing:
/// whatever this small reader does not understand does not match.
pub(super) fn is_allowed(shell: &ShellCommand, patterns: &[Pattern]) -> bool {
    let matches = |command: &str| patterns.iter().any(|pattern| pattern.matches(command));
    plain_commands(shell).is_some_and(|found| found.iter().all(|command| matches(command)))
        && shell
            .command_segments
            .iter()
            .all(|segment| matches(segment.full_command_text.trim_matches(' ')))
}

/// Whether the CLI says that every command only reads.
pub(super) fn is_read_only(shell: &ShellCommand) -> bool {
    plain_commands(shell).is_some()
        && !shell.commands.is_empty()
        && shell.commands.iter().all(|command| command.read_only)
        && shell.possible_urls.is_empty()
}

/// The commands, where nothing else can happen: no redirection into files, no hidden code, no
/// warning of the CLI.
fn plain_commands(shell: &ShellCommand) -> Option<Vec<String>> {
    let is_plain = is_posix(shell)
        && !shell.has_write_file_redirection
        && shell.warning.is_none()
        && !shell.command_segments.iter().any(|segment| segment.has_unbound_executable_content);
    // The CLI does not see every redirection: `a > b && c` goes out with `hasWriteFileRedirection:
    // false`.
    is_plain.then(|| commands(&shell.full_command_text)).flatten()
}

/// Whether the line is written for a shell whose quoting is known here.
fn is_posix(shell: &ShellCommand) -> bool {
    match shell.shell_type.as_deref() {
        Some(shell) => matches!(shell, "bash" | "sh" | "zsh" | "dash"),
        None => !cfg!(windows),
    }
}

/// The commands of a line of a POSIX shell; `None` when there is none or when it is more than plain
/// commands joined by `;`, `&`, `&&`, `|`, `||` and line ends.
///
/// A command begins with a plain word. Of all expansions only `$NAME`, `~` and globs in arguments
/// are understood, of all redirections only `2>&1`; comments, which hide quotes, are not.
fn commands(line: &str) -> Option<Vec<String>> {
    if line.chars().any(is_deceptive) {
        return None;
    }
    let mut commands = Vec::new();
    let mut current = String::new();
    let mut quote = None;
    let mut rest = line;
    while let Some(next) = rest.chars().next() {
        let length = match (quote, next) {
            (None, ';' | '&' | '|' | '\n') => {
                commands.push(std::mem::take(&mut current));
                rest = rest.get(operator(rest)?..)?;
                continue;
            }
            (None, '2') if current.ends_with(' ') && is_stderr_to_stdout(rest) => {
                STDERR_TO_STDOUT.len()
            }
            (None | Some('"'), '\\') => escaped(rest)?,
            (None | Some('"'), '$') => variable(rest)?,
            (None | Some('"'), '`' | '!') | (None, '>' | '<' | '(' | ')' | '{' | '}' | '#') => {
                return None;
            }
            (None, '\'' | '"') => {
                quote = Some(next);
                1
            }
            (Some(open), close) if open == close => {
                quote = None;
                1
            }
            _ => next.len_utf8(),
        };
        current.push_str(rest.get(..length)?);
        rest = rest.get(length..)?;
    }
    commands.push(current);
    let found: Vec<_> = commands
        .iter()
        .map(|command| command.trim_matches(' ').to_owned())
        .filter(|command| !command.is_empty())
        .collect();
    let is_understood =
        quote.is_none() && !found.is_empty() && found.iter().all(|command| has_plain_name(command));
    is_understood.then_some(found)
}

/// What a person and the shell see differently: control characters, and blanks that separate
/// nothing.
fn is_deceptive(character: char) -> bool {
    (character.is_control() && character != '\n')
        || (character.is_whitespace() && !matches!(character, ' ' | '\n'))
}

/// The length of the operator that `rest` begins with.
fn operator(rest: &str) -> Option<usize> {
    let length = rest.find(|next| !matches!(next, ';' | '&' | '|')).unwrap_or(rest.len());
    match rest.get(..length)? {
        // A line end.
        "" => Some(1),
        ";" | "&" | "&&" | "|" | "||" => Some(length),
        _ => None,
    }
}

const STDERR_TO_STDOUT: &str = "2>&1";

fn is_stderr_to_stdout(rest: &str) -> bool {
    rest.strip_prefix(STDERR_TO_STDOUT).is_some_and(|rest| {
        rest.chars().next().is_none_or(|next| matches!(next, ' ' | '\n' | ';' | '|' | '&'))
    })
}

/// The length of a backslash and what it escapes; a line continuation is too rare to be worth a
/// mistake.
fn escaped(rest: &str) -> Option<usize> {
    rest.chars().nth(1).filter(|next| *next != '\n').map(|next| 1 + next.len_utf8())
}

/// The length of a plain variable. Everything else behind a `$` can run something.
fn variable(rest: &str) -> Option<usize> {
    let name = rest.get(1..)?;
    let length =
        name.find(|next: char| !next.is_ascii_alphanumeric() && next != '_').unwrap_or(name.len());
    let is_plain = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && !name.get(length..)?.starts_with('[');
    is_plain.then_some(1 + length)
}

/// Whether a command begins with its name: no assignment, no word of the grammar, nothing to expand
/// or to unquote.
fn has_plain_name(command: &str) -> bool {
    let name = command.split([' ', '\n']).next().unwrap_or_default();
    name.chars().all(|next| {
        next.is_alphanumeric() || matches!(next, '_' | '-' | '+' | '.' | '/' | ':' | '@' | ',')
    }) && !GRAMMAR.contains(&name)
}

const GRAMMAR: [&str; 16] = [
    "case", "coproc", "do", "done", "elif", "else", "esac", "fi", "for", "function", "if",
    "select", "then", "time", "until", "while",
];

#[cfg(test)]
mod tests {
    use super::commands;

    #[test]
    fn a_line_is_taken_apart_at_its_operators() {
        let table: [(&str, &[&str]); 8] = [
            ("git status", &["git status"]),
            ("git log --oneline 2>&1 | head -3", &["git log --oneline 2>&1", "head -3"]),
            ("a && b || c; d & e\nf", &["a", "b", "c", "d", "e", "f"]),
            ("grep 'a && b > c' \"x;y\" file", &["grep 'a && b > c' \"x;y\" file"]),
            ("echo a\\;b", &["echo a\\;b"]),
            ("echo $HOME \"$HOME/a\" ~ *.rs", &["echo $HOME \"$HOME/a\" ~ *.rs"]),
            (
                "git commit -m 'two\nlines, #1 & `more`!'",
                &["git commit -m 'two\nlines, #1 & `more`!'"],
            ),
            ("\n./run.sh 2>&1\n\n", &["./run.sh 2>&1"]),
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
            // A quote in a comment swallows the lines below.
            "git diff # '\ngit diff > p2 #'",
            "ls # it's\nls > p5 # that's",
            "ls #",
            "#\nls",
            "ls;# '\nrm x #'",
            // Arithmetic runs what stands in its subscripts.
            "echo $['$(touch p1)']",
            "echo $[ '`touch p2`' ]",
            "echo \"$[ a['$(touch p1)'] ]\"",
            "echo $a[1]",
            "echo $((1))",
            "echo $1 $@ $? $$ $! $-",
            "echo a$",
            // The shell sees other characters than a person.
            "git\0 status",
            "git status\rrm x",
            "git\tstatus",
            "git status\u{a0}",
            "x 2>&1\u{a0}y",
            "git status\u{2028}",
            "ls\u{1b}[2K",
            // The name of a command is not what it seems.
            "PATH=. ls",
            "A=1",
            "a[0]=1 ls",
            "$HOME/ls",
            "l* a",
            "l? a",
            "l[s] a",
            "'l's a",
            "l\\s a",
            "~/ls a",
            "%1",
            "2>&1 ls",
            // Grammar, history and braces.
            "if ls",
            "for i in a; do ls; done",
            "function ls\nls",
            "time ls",
            "coproc ls",
            "{ ls; }",
            "echo {a,b}",
            "! ls",
            "[[ a ]]",
            "ls !!",
            "ls \"!!\"",
            "a |& b",
            "a ;; b",
            "a ;& b",
            "a &| b",
            "a &&& b",
        ] {
            assert_eq!(commands(line), None, "{line}");
        }
    }
}
