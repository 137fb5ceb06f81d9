//! Parses simple lines of a POSIX shell.

#[cfg(test)]
mod tests;

/// The commands of a line.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) commands: Vec<Command>,
    /// Whether it discards some output, which the CLI counts as writing to a file.
    pub(super) discards: bool,
}

/// One command of a line.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Command {
    /// The variables set only for it, each as written: `NAME=value`.
    pub(super) assignments: Vec<String>,
    /// Its name and arguments, each as written, without redirections.
    pub(super) words: Vec<String>,
    /// The whole command as written.
    pub(super) text: String,
}

impl Line {
    /// Parses a line. Returns `None` if it has no command or is more than plain commands joined by
    /// `;`, `&`, `&&`, `|`, `||` and line ends.
    ///
    /// A command starts with a plain name, optionally preceded by variables set only for it. The
    /// only expansions supported are `$NAME`, `~`, globs and a few braces in arguments; the only
    /// redirections, those between stdout and stderr and those to `/dev/null`. Comments are not
    /// supported, because they hide quotes.
    pub(super) fn read(text: &str) -> Option<Self> {
        if text.chars().any(is_deceptive) {
            return None;
        }
        let mut reader = LineReader { rest: text, ..LineReader::default() };
        while reader.step()? {}
        let line = reader.line;
        (!line.commands.is_empty() && line.commands.iter().all(Command::has_plain_name))
            .then_some(line)
    }
}

impl Command {
    /// Whether it starts with a plain name: no keyword, nothing to expand or unquote.
    fn has_plain_name(&self) -> bool {
        let Some(name) = self.words.first() else { return false };
        let is_plain = |next: char| {
            next.is_alphanumeric() || matches!(next, '_' | '-' | '+' | '.' | '/' | ':' | '@' | ',')
        };
        name == "[" || (name.chars().all(is_plain) && !GRAMMAR.contains(&name.as_str()))
    }
}

const GRAMMAR: [&str; 20] = [
    "case",
    "coproc",
    "do",
    "done",
    "elif",
    "else",
    "end",
    "esac",
    "fi",
    "for",
    "foreach",
    "function",
    "if",
    "nocorrect",
    "repeat",
    "select",
    "then",
    "time",
    "until",
    "while",
];

/// Redirections that keep their output, and that discard it.
const DUPLICATIONS: [&str; 4] = ["2>&1", "1>&2", ">&2", ">&1"];
const TO_NOTHING: [&str; 8] = ["1>>", "1>", "2>>", "2>", ">>", ">&", ">", "<"];
/// As `>`, for both outputs. To some shells the first character of it ends the command.
const BOTH_TO_NOTHING: [&str; 2] = ["&>>", "&>"];
const NOTHING: &str = "/dev/null";

/// Maximum number of commas in the braces of one word: each may double the expansion.
const MOST_COMMAS: u8 = 8;

/// Reads a line character by character, as a shell does.
#[derive(Default)]
struct LineReader<'a> {
    rest: &'a str,
    line: Line,
    command: Command,
    /// The current word, which may be empty: `''`.
    word: Option<String>,
    quote: Option<char>,
    braces: Braces,
    /// Whether a word that follows would be a command to some shells.
    takes_no_word: bool,
}

#[derive(Default)]
struct Braces {
    open: bool,
    commas: u8,
}

impl LineReader<'_> {
    /// Reads one step. Returns `false` at the end, `None` if the line is not simple.
    fn step(&mut self) -> Option<bool> {
        let Some(next) = self.rest.chars().next() else {
            self.end_command();
            return self.quote.is_none().then_some(false);
        };
        match (self.quote, next) {
            (None | Some('"'), '\\') => self.escape()?,
            (None | Some('"'), '$') => self.take(variable(self.rest)?)?,
            (None | Some('"'), '`') => return None,
            (Some('"'), '!') if !follows(self.rest, 1, &[' ', '\t', '\n', '"']) => return None,
            (Some(open), close) if open == close => {
                self.quote = None;
                self.take(1)?;
            }
            (None, ' ' | '\t') => {
                self.end_word();
                self.skip(1)?;
            }
            (None, '&') if self.is_argument() && self.discards_both()? => {}
            (None, ';' | '&' | '|' | '\n') => {
                let length = operator(self.rest)?;
                self.end_command();
                self.rest = self.rest.get(length..)?;
            }
            (None, '<' | '>' | '1' | '2') if self.is_argument() && self.redirects()? => {}
            (None, '!') if self.is_argument() && follows(self.rest, 1, &[' ', '\t']) => {
                self.take(1)?;
            }
            // zsh expands `=name` to the path of a program.
            (None, '=') if self.word.is_none() => return None,
            (None, '#') if self.word.is_some() => self.take(1)?,
            (None, '>' | '<' | '(' | ')' | '!' | '#') => return None,
            (None, '{' | '}' | ',' | '.') => self.brace(next)?,
            (None, '\'' | '"') => {
                self.quote = Some(next);
                self.take(1)?;
            }
            _ => self.take(next.len_utf8())?,
        }
        Some(true)
    }

    /// Skips a harmless redirection, if there is one.
    fn redirects(&mut self) -> Option<bool> {
        let Some((length, discards)) = redirection(self.rest) else { return Some(false) };
        self.line.discards |= discards;
        self.skip(length)?;
        Some(true)
    }

    /// Passes over `&>/dev/null`, if it is there.
    fn discards_both(&mut self) -> Option<bool> {
        let mut forms = BOTH_TO_NOTHING.iter().filter_map(|form| self.rest.strip_prefix(form));
        let Some(after) = forms.find_map(to_nothing) else { return Some(false) };
        self.line.discards = true;
        self.takes_no_word = true;
        self.skip(self.rest.len() - after.len())?;
        Some(true)
    }

    /// Whether a new word would be an argument.
    fn is_argument(&self) -> bool {
        self.word.is_none() && !self.command.words.is_empty()
    }

    /// Reads a backslash and the escaped character. Continued lines are one line.
    fn escape(&mut self) -> Option<()> {
        match self.rest.chars().nth(1)? {
            '\n' => self.skip(2),
            next => self.take(1 + next.len_utf8()),
        }
    }

    /// Reads a brace. Braces expand a word into several, and `..` in them into any number.
    fn brace(&mut self, next: char) -> Option<()> {
        match next {
            '{' if self.braces.open => return None,
            '{' => self.braces.open = true,
            '}' => self.braces.open = false,
            ',' if self.braces.open => {
                self.braces.commas += 1;
                if self.braces.commas > MOST_COMMAS {
                    return None;
                }
            }
            '.' if self.braces.open && follows(self.rest, 1, &['.']) => return None,
            _ => {}
        }
        self.take(1)
    }

    /// Adds to the word.
    fn take(&mut self, length: usize) -> Option<()> {
        if self.takes_no_word {
            return None;
        }
        let taken = self.rest.get(..length)?;
        self.word.get_or_insert_default().push_str(taken);
        self.skip(length)
    }

    /// Skips text that belongs to no word.
    fn skip(&mut self, length: usize) -> Option<()> {
        self.command.text.push_str(self.rest.get(..length)?);
        self.rest = self.rest.get(length..)?;
        Some(())
    }

    fn end_word(&mut self) {
        self.braces = Braces::default();
        if let Some(word) = self.word.take() {
            let is_assignment = self.command.words.is_empty() && assigned(&word).is_some();
            let words =
                if is_assignment { &mut self.command.assignments } else { &mut self.command.words };
            words.push(word);
        }
    }

    /// Ends the current command, if there is one.
    fn end_command(&mut self) {
        self.end_word();
        self.takes_no_word = false;
        let Command { assignments, words, text } = std::mem::take(&mut self.command);
        if !words.is_empty() || !assignments.is_empty() {
            let text = text.trim_matches([' ', '\t']).to_owned();
            self.line.commands.push(Command { assignments, words, text });
        }
    }
}

/// Whether people and shells interpret the character differently: control characters, and blanks
/// that do not separate words.
fn is_deceptive(character: char) -> bool {
    let separates = matches!(character, ' ' | '\t' | '\n');
    (character.is_control() || character.is_whitespace()) && !separates
}

/// The name in `NAME=value`. Array elements do not count, because a subscript can run code.
pub(super) fn assigned(word: &str) -> Option<&str> {
    let (name, _) = word.split_once('=')?;
    let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.chars().all(|next| next.is_ascii_alphanumeric() || next == '_');
    is_name.then_some(name)
}

/// Whether one of these follows the first `length` bytes.
fn follows(rest: &str, length: usize, expected: &[char]) -> bool {
    rest.get(length..).is_some_and(|rest| rest.starts_with(expected))
}

/// The length of the operator at the start of `rest`.
fn operator(rest: &str) -> Option<usize> {
    let length = rest.find(|next| !matches!(next, ';' | '&' | '|')).unwrap_or(rest.len());
    match rest.get(..length)? {
        // A line end.
        "" => Some(1),
        ";" | "&" | "&&" | "|" | "||" => Some(length),
        _ => None,
    }
}

/// The length of the redirection at the start of `rest`, and whether it discards output.
fn redirection(rest: &str) -> Option<(usize, bool)> {
    let length = |after: &str| rest.len() - after.len();
    let mut duplications = DUPLICATIONS.iter().filter_map(|form| rest.strip_prefix(form));
    if let Some(after) = duplications.find(|after| ends_word(after)) {
        return Some((length(after), false));
    }
    let (form, after) =
        TO_NOTHING.iter().find_map(|form| Some((form, rest.strip_prefix(form)?)))?;
    Some((length(to_nothing(after)?), *form != "<"))
}

/// What follows behind the name of nothing.
fn to_nothing(target: &str) -> Option<&str> {
    let after = target.trim_start_matches([' ', '\t']).strip_prefix(NOTHING)?;
    ends_word(after).then_some(after)
}

fn ends_word(after: &str) -> bool {
    after.chars().next().is_none_or(|next| matches!(next, ' ' | '\t' | '\n' | ';' | '|' | '&'))
}

/// The length of a plain variable. Everything else after a `$` can run code.
fn variable(rest: &str) -> Option<usize> {
    let name = rest.get(1..)?;
    let length =
        name.find(|next: char| !next.is_ascii_alphanumeric() && next != '_').unwrap_or(name.len());
    let is_plain = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && !name.get(length..)?.starts_with('[');
    is_plain.then_some(1 + length)
}
