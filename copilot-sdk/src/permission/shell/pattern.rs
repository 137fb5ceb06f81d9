use super::line::{Command, Line, assigned};
use crate::permission::pattern::Wildcard;

/// A command allowed by a policy: the variables that may be set for it, and its text.
#[derive(Debug, Clone)]
pub(in super::super) struct CommandPattern {
    written: String,
    /// Allowed variables, by name, with patterns for their values.
    variables: Vec<(String, Wildcard)>,
    command: Wildcard,
    /// The pattern without insignificant blanks and redirections.
    plain: Wildcard,
}

impl CommandPattern {
    pub(in super::super) fn new(text: impl Into<String>) -> Self {
        let written = text.into();
        let mut variables = Vec::new();
        let mut rest = written.as_str();
        while let Some((word, after)) = split_word(rest)
            && let Some(name) = assigned(word)
        {
            let value = word.get(name.len() + 1..).unwrap_or_default();
            variables.push((name.to_owned(), Wildcard::new(value)));
            rest = after;
        }
        let plain = match Line::read(rest).map(|line| line.commands).as_deref() {
            Some([Command { words, assignments, .. }]) if assignments.is_empty() => words.join(" "),
            _ => rest.to_owned(),
        };
        let (command, plain) = (Wildcard::new(rest), Wildcard::new(plain));
        Self { written, variables, command, plain }
    }

    pub(in super::super) fn as_str(&self) -> &str {
        &self.written
    }

    /// Whether a command matches, with these variables and no others; `*` does not match variables.
    ///
    /// Multiple blanks count as one, and redirections that only discard output are ignored.
    pub(super) fn matches(&self, command: &Command) -> bool {
        let mut found = command.assignments.iter();
        let are_named = found.len() == self.variables.len()
            && self.variables.iter().all(|(name, value)| {
                found
                    .next()
                    .and_then(|found| found.split_once('='))
                    .is_some_and(|(other, set)| other == name && value.matches(set))
            });
        let is_written = self.variables.is_empty() && self.command.matches(&command.text);
        are_named && (is_written || self.plain.matches(&command.words.join(" ")))
    }
}

/// Splits off the first word; a quoted blank belongs to the word.
fn split_word(text: &str) -> Option<(&str, &str)> {
    let mut quote = None;
    let end = text.find(|next| {
        match (quote, next) {
            (None, ' ') => return true,
            (None, '\'' | '"') => quote = Some(next),
            (Some(open), close) if open == close => quote = None,
            _ => {}
        }
        false
    })?;
    Some((text.get(..end)?, text.get(end + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::{CommandPattern, Line};

    fn matches(pattern: &str, line: &str) -> bool {
        let line = Line::read(line).unwrap();
        line.commands.iter().all(|command| CommandPattern::new(pattern).matches(command))
    }

    #[test]
    fn a_command_is_matched_as_it_is_written_and_without_what_does_not_matter() {
        for (pattern, line, expected) in [
            ("git status", "git status", true),
            ("git status", " git\t status ", true),
            ("git status", "git status 2>/dev/null", true),
            ("git status", "git status >/dev/null 2>&1", true),
            ("git status 2>&1", "git status 2>&1", true),
            ("git status 2>&1", "git status", true),
            ("git  status", "git status", true),
            ("git  status", "git  status", true),
            ("git status", "git status -s", false),
            ("git log *", "git log --one\\\nline", true),
            ("ls a", "ls 'a'", false),
            ("[ -f x ]", "[ -f x ]", true),
        ] {
            assert_eq!(matches(pattern, line), expected, "{pattern:?} {line:?}");
        }
    }

    #[test]
    fn variables_have_to_be_named() {
        for (pattern, line, expected) in [
            ("A=1 ls", "A=1 ls", true),
            ("A=1 ls", "A=1  ls 2>/dev/null", true),
            ("A=1 ls", "A=2 ls", false),
            ("A=1 ls", "ls", false),
            ("A=* ls", "A=2 ls", true),
            ("A=* ls", "A='x y' ls", true),
            ("A='x y' ls", "A='x y' ls", true),
            ("A=* ls", "A=1 B=2 ls", false),
            ("A=* ls", "A=1 ls -l", false),
            ("A=* B=* ls*", "A=1 B=2 ls -l", true),
            ("A=* B=* ls*", "B=2 A=1 ls", false),
            ("*", "A=1 ls", false),
            ("A*", "A=1 ls", false),
            ("A=*", "A=1 ls", false),
            ("* ls", "A=1 ls", false),
            ("env A=1 ls", "env A=1 ls", true),
        ] {
            assert_eq!(matches(pattern, line), expected, "{pattern:?} {line:?}");
        }
    }
}
