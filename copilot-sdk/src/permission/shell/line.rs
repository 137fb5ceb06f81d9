//! A line of a POSIX shell, as far as it is plain.

/// What a line runs.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) commands: Vec<Command>,
    /// Whether it throws some output away, which the CLI counts as writing into a file.
    pub(super) discards: bool,
}

/// One command of a line.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Command {
    /// The variables set for it alone, each as written: `NAME=value`.
    pub(super) assignments: Vec<String>,
    /// Its name and arguments, each as written; without the redirections.
    pub(super) words: Vec<String>,
    /// The whole of it as written.
    pub(super) text: String,
}

impl Line {
    /// Takes a line apart; `None` when it holds no command or is more than plain commands joined by
    /// `;`, `&`, `&&`, `|`, `||` and line ends.
    ///
    /// A command begins with a plain name, behind variables that are set for it alone. Of all
    /// expansions only `$NAME`, `~`, globs and a few braces in arguments are understood, of all
    /// redirections those between stdout and stderr and those to `/dev/null`; comments, which hide
    /// quotes, are not.
    pub(super) fn read(text: &str) -> Option<Self> {
        if text.chars().any(is_deceptive) {
            return None;
        }
        let mut reader = Reader { rest: text, ..Reader::default() };
        while reader.step()? {}
        let line = reader.line;
        (!line.commands.is_empty() && line.commands.iter().all(Command::has_plain_name))
            .then_some(line)
    }
}

impl Command {
    /// Whether it begins with its name: no word of the grammar, nothing to expand or to unquote.
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

/// Redirections that keep what they redirect, and that lose it.
const DUPLICATIONS: [&str; 4] = ["2>&1", "1>&2", ">&2", ">&1"];
const TO_NOTHING: [&str; 7] = ["1>>", "1>", "2>>", "2>", ">>", ">", "<"];
const NOTHING: &str = "/dev/null";

/// The commas in the braces of one word: each may double what the shell makes of it.
const MOST_COMMAS: u8 = 8;

/// Reads a line character by character, as a shell does.
#[derive(Default)]
struct Reader<'a> {
    rest: &'a str,
    line: Line,
    command: Command,
    /// The word that has begun, which may still be empty: `''`.
    word: Option<String>,
    quote: Option<char>,
    braces: Braces,
}

#[derive(Default)]
struct Braces {
    open: bool,
    commas: u8,
}

impl Reader<'_> {
    /// Reads on; `false` at the end, `None` where the line is not plain.
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
            (Some(_), _) => self.take(next.len_utf8())?,
            (None, ' ' | '\t') => {
                self.end_word();
                self.skip(1)?;
            }
            (None, ';' | '&' | '|' | '\n') => {
                let length = operator(self.rest)?;
                self.end_command();
                self.rest = self.rest.get(length..)?;
            }
            (None, '<' | '>' | '1' | '2') if self.is_argument() && self.redirects()? => {}
            (None, '!') if self.is_argument() && follows(self.rest, 1, &[' ', '\t']) => {
                self.take(1)?;
            }
            (None, '#') if self.word.is_some() => self.take(1)?,
            (None, '>' | '<' | '(' | ')' | '!' | '#') => return None,
            (None, '{' | '}' | ',' | '.') => self.brace(next)?,
            (None, '\'' | '"') => {
                self.quote = Some(next);
                self.take(1)?;
            }
            (None, _) => self.take(next.len_utf8())?,
        }
        Some(true)
    }

    /// Passes over a harmless redirection, if there is one.
    fn redirects(&mut self) -> Option<bool> {
        let Some((length, discards)) = redirection(self.rest) else { return Some(false) };
        self.line.discards |= discards;
        self.skip(length)?;
        Some(true)
    }

    /// Whether a new word would be an argument.
    fn is_argument(&self) -> bool {
        self.word.is_none() && !self.command.words.is_empty()
    }

    /// A backslash and what it escapes. A line that goes on in the next one is one line.
    fn escape(&mut self) -> Option<()> {
        match self.rest.chars().nth(1)? {
            '\n' => self.skip(2),
            next => self.take(1 + next.len_utf8()),
        }
    }

    /// Braces make several words of one, and `..` in them any number.
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
        let taken = self.rest.get(..length)?;
        self.word.get_or_insert_default().push_str(taken);
        self.skip(length)
    }

    /// Passes over what belongs to no word.
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

    /// There may be none, as between two line ends.
    fn end_command(&mut self) {
        self.end_word();
        let mut command = std::mem::take(&mut self.command);
        if !command.words.is_empty() || !command.assignments.is_empty() {
            command.text = command.text.trim_matches([' ', '\t']).to_owned();
            self.line.commands.push(command);
        }
    }
}

/// What a person and the shell see differently: control characters, and blanks that separate
/// nothing.
fn is_deceptive(character: char) -> bool {
    let separates = matches!(character, ' ' | '\t' | '\n');
    (character.is_control() || character.is_whitespace()) && !separates
}

/// The name in `NAME=value`; an element of an array is no variable, because its subscript can run
/// something.
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

/// The length of the redirection that `rest` begins with, and whether it loses something.
fn redirection(rest: &str) -> Option<(usize, bool)> {
    let ends = |after: &str| {
        after.chars().next().is_none_or(|next| matches!(next, ' ' | '\t' | '\n' | ';' | '|' | '&'))
    };
    let length = |after: &str| rest.len() - after.len();
    let mut duplications = DUPLICATIONS.iter().filter_map(|form| rest.strip_prefix(form));
    if let Some(after) = duplications.find(|after| ends(after)) {
        return Some((length(after), false));
    }
    let mut targets = TO_NOTHING.iter().filter_map(|form| rest.strip_prefix(form));
    let after = targets.next()?.trim_start_matches([' ', '\t']).strip_prefix(NOTHING)?;
    ends(after).then(|| (length(after), true))
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

#[cfg(test)]
mod tests {
    use super::{Command, Line};

    fn command(text: &str, words: &[&str]) -> Command {
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        Command { assignments: Vec::new(), words, text: text.to_owned() }
    }

    #[test]
    fn a_line_is_taken_apart_at_its_operators() {
        let table: [(&str, &[(&str, &[&str])]); 16] = [
            ("git status", &[("git status", &["git", "status"])]),
            (
                "git log --oneline 2>&1 | head -3",
                &[
                    ("git log --oneline 2>&1", &["git", "log", "--oneline"]),
                    ("head -3", &["head", "-3"]),
                ],
            ),
            (
                "a && b || c; d & e\nf",
                &[
                    ("a", &["a"]),
                    ("b", &["b"]),
                    ("c", &["c"]),
                    ("d", &["d"]),
                    ("e", &["e"]),
                    ("f", &["f"]),
                ],
            ),
            (
                "grep 'a && b > c' \"x;y\" file",
                &[("grep 'a && b > c' \"x;y\" file", &["grep", "'a && b > c'", "\"x;y\"", "file"])],
            ),
            ("echo a\\;b ''", &[("echo a\\;b ''", &["echo", "a\\;b", "''"])]),
            (
                "echo $HOME \"$HOME/a\" ~ *.rs",
                &[(
                    "echo $HOME \"$HOME/a\" ~ *.rs",
                    &["echo", "$HOME", "\"$HOME/a\"", "~", "*.rs"],
                )],
            ),
            (
                "git commit -m 'two\nlines, #1 & `more`!'",
                &[(
                    "git commit -m 'two\nlines, #1 & `more`!'",
                    &["git", "commit", "-m", "'two\nlines, #1 & `more`!'"],
                )],
            ),
            ("\n./run.sh 2>&1\n\n", &[("./run.sh 2>&1", &["./run.sh"])]),
            // Blanks of any kind and number, and a line that goes on in the next one.
            ("git\tstatus  -s ", &[("git\tstatus  -s", &["git", "status", "-s"])]),
            (
                "git log \\\n  --one\\\nline",
                &[("git log \\\n  --one\\\nline", &["git", "log", "--oneline"])],
            ),
            (
                "[ -f x ] && [ ! -d y ]",
                &[
                    ("[ -f x ]", &["[", "-f", "x", "]"]),
                    ("[ ! -d y ]", &["[", "!", "-d", "y", "]"]),
                ],
            ),
            (
                "git log HEAD@{1}..@{u}",
                &[("git log HEAD@{1}..@{u}", &["git", "log", "HEAD@{1}..@{u}"])],
            ),
            (
                "ls src/{a,b}.rs {} }",
                &[("ls src/{a,b}.rs {} }", &["ls", "src/{a,b}.rs", "{}", "}"])],
            ),
            (
                "open http://x/#a a#b \"\"#c",
                &[("open http://x/#a a#b \"\"#c", &["open", "http://x/#a", "a#b", "\"\"#c"])],
            ),
            ("echo \"well! done!\"", &[("echo \"well! done!\"", &["echo", "\"well! done!\""])]),
            ("echo 2 1a 22", &[("echo 2 1a 22", &["echo", "2", "1a", "22"])]),
        ];
        for (line, expected) in table {
            let expected: Vec<_> =
                expected.iter().map(|(text, words)| command(text, words)).collect();
            assert_eq!(
                Line::read(line),
                Some(Line { commands: expected, discards: false }),
                "{line}"
            );
        }
    }

    #[test]
    fn output_may_be_thrown_away() {
        for line in [
            "ls -l 2>/dev/null",
            "ls -l >/dev/null",
            "ls -l > /dev/null 2>&1",
            "ls -l 1>/dev/null",
            "ls 2> /dev/null -l",
            "ls -l >>/dev/null",
            "ls -l </dev/null",
        ] {
            let words = ["ls", "-l"];
            let expected = Line { commands: vec![command(line, &words)], discards: true };
            assert_eq!(Line::read(line), Some(expected), "{line}");
        }
        for line in ["ls -l >&2", "ls -l 1>&2", "ls -l 2>&1"] {
            let expected = Line { commands: vec![command(line, &["ls", "-l"])], discards: false };
            assert_eq!(Line::read(line), Some(expected), "{line}");
        }
    }

    #[test]
    fn variables_stand_in_front_of_their_command() {
        let line = Line::read("A=1 B_2='x y' ls C=3").unwrap();
        let [command] = &line.commands[..] else { panic!("{line:?}") };
        assert_eq!(command.assignments, ["A=1", "B_2='x y'"]);
        assert_eq!(command.words, ["ls", "C=3"]);
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
            "x 2>&1file",
            "x2>&1",
            "echo $'a'",
            "echo ${x:=$y}",
            "echo a &> b",
            "x 2> b",
            // Nearly nothing.
            "ls >/dev/nullx",
            "ls >/dev/null/x",
            "ls >/dev/null\\x",
            "ls >/dev/null\"x\"",
            "ls > /dev/nul",
            "ls >\n/dev/null",
            "ls >\\\n/dev/null",
            "ls >|/dev/null",
            "ls 3>/dev/null",
            "ls 12>/dev/null",
            "ls a2>/dev/null",
            "ls {PATH}>/dev/null",
            "ls {x}2>/dev/null",
            "ls <>/dev/null",
            "ls <<</dev/null",
            "ls &>/dev/null",
            ">/dev/null ls",
            "2>/dev/null ls",
            "ls >&2x",
            "ls >&-",
            "ls ; > /dev/null",
            // A quote in a comment swallows the lines below.
            "git diff # '\ngit diff > p2 #'",
            "ls # it's\nls > p5 # that's",
            "ls #",
            "ls \\\n#",
            "#\nls",
            "ls;# '\nrm x #'",
            "ls\t# '",
            // Arithmetic runs what stands in its subscripts.
            "echo $['$(touch p1)']",
            "echo $[ '`touch p2`' ]",
            "echo \"$[ a['$(touch p1)'] ]\"",
            "echo $a[1]",
            "echo $((1))",
            "echo $1 $@ $? $$ $! $-",
            "echo a$",
            "echo $\\\n(touch p1)",
            // The shell sees other characters than a person.
            "git\0 status",
            "git status\rrm x",
            "git status\u{a0}",
            "x 2>&1\u{a0}y",
            "git status\u{2028}",
            "ls\u{1b}[2K",
            // The name of a command is not what it seems.
            "A=1",
            "A=1; ls",
            "a[0]=1 ls",
            "A+=1 ls",
            "A=(1) ls",
            "\"A\"=1 ls",
            "$HOME/ls",
            "l* a",
            "l? a",
            "l[s] a",
            "[[ a ]]",
            "[a b",
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
            "repeat 3 ls",
            "{ ls; }",
            "{ls,-l}",
            "! ls",
            "[[ a ]]",
            "ls !!",
            "ls !x",
            "ls a!b",
            "ls \"!!\"",
            "ls \"!x\"",
            "ls \"a!b\"",
            "echo {1..1000000000}",
            "echo {{a,b},c}",
            "echo {a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}",
            "a |& b",
            "a ;; b",
            "a ;& b",
            "a &| b",
            "a &&& b",
        ] {
            assert_eq!(Line::read(line), None, "{line}");
        }
    }
}
