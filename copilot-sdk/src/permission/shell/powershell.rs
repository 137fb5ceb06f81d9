//! Parses the simplest lines of PowerShell: one command of plain words.

use super::line::{Command, Line};

/// Parses a line. Returns `None` if it is more than the name of a program on `PATH` and arguments
/// of letters, digits and a few signs that PowerShell passes on as they are.
///
/// There is no quoting: what PowerShell, node and the program make of quotes differs.
pub(super) fn read(text: &str) -> Option<Line> {
    let words: Vec<&str> = text.split(' ').collect();
    let (name, arguments) = words.split_first()?;
    let is_simple = is_name(name) && arguments.iter().all(|word| is_argument(word));
    let command = Command {
        assignments: Vec::new(),
        words: words.iter().map(|word| (*word).to_owned()).collect(),
        text: text.to_owned(),
    };
    is_simple.then(|| Line { commands: vec![command], discards: false })
}

/// A word that starts with a digit would be a number.
fn is_name(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_alphabetic())
        && word.chars().all(|next| next.is_ascii_alphanumeric() || "-_.".contains(next))
}

fn is_argument(word: &str) -> bool {
    !word.is_empty()
        && word.chars().all(|next| next.is_ascii_alphanumeric() || r"-_./\:=+".contains(next))
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_command_of_plain_words_is_read() {
        for (text, words) in [
            ("git", &["git"][..]),
            ("git status", &["git", "status"]),
            (
                "cargo test --package=x -- --nocapture",
                &["cargo", "test", "--package=x", "--", "--nocapture"],
            ),
            (r"Get-ChildItem -Path C:\work\src", &["Get-ChildItem", "-Path", r"C:\work\src"]),
            ("node.exe ./a/b.js", &["node.exe", "./a/b.js"]),
        ] {
            let line = read(text).unwrap();
            let [command] = line.commands.as_slice() else { panic!("one command: {text}") };
            assert_eq!(command.text, text);
            assert_eq!(command.words, words, "{text}");
            assert!(command.assignments.is_empty() && !line.discards, "{text}");
        }
    }

    #[test]
    fn whatever_may_mean_more_is_not() {
        let lines = [
            "",
            " ",
            " git",
            "git ",
            "git  status",
            "git\tstatus",
            "git status\nrm x",
            "git status\r",
            "git status; rm x",
            "git status && rm x",
            "git status & rm x",
            "git status | rm",
            "git > x",
            "git $x",
            "git $(rm x)",
            "git (rm x)",
            "git @x",
            "git {rm}",
            "git `x",
            "git 'x'",
            "git \"x\"",
            "git a,b",
            "git %PATH%",
            "git --% x",
            "git ^x",
            "git !x",
            "git *",
            "git x?",
            "git ~",
            "git [a]",
            "git #x",
            "& git",
            ". ./x",
            "./x",
            r".\x",
            r"C:\x.exe",
            "1",
            "1kb",
            "-x",
            "$x",
            "x=1",
            "git –x",
            "git \u{201c}x\u{201d}",
            "git\u{a0}x",
            "git\0",
        ];
        for text in lines {
            assert_eq!(read(text), None, "{text:?}");
        }
    }
}
