//! What `allow_shell` approves, run by real shells: no line does more than its policy says.
//!
//! Lines are made at random from a grammar that likes the dark corners of shells, with a fixed
//! seed. Every command of it only writes down that it was called.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use copilot_sdk::permission::{self, PermissionRequest, Policy};
use copilot_sdk_tests::TempDir;
use serde_json::json;

/// How many approved lines each shell runs.
const LINES: usize = 600;

/// Shells that may be there; the first two have to be.
const SHELLS: [(&str, &[&str]); 6] = [
    ("bash", &["-c"]),
    ("dash", &["-c"]),
    ("zsh", &["-f", "-c"]),
    ("busybox", &["sh", "-c"]),
    ("ksh", &["-c"]),
    ("mksh", &["-c"]),
];

/// Commands that may be called, as [`is_allowed`] says.
const ALLOWED: [&str; 6] = ["show", "list", "note", "named", "valued", "last"];
/// Words of the grammar that become commands when a line is read wrongly.
const FORBIDDEN: [&str; 9] = ["pwn", "x", "a", "b", "u", "-l", "1", "touch", "cat"];

fn policy() -> Policy {
    permission::allow_shell([
        "show",
        "list *",
        "note a b",
        "FOO=1 named",
        "BAR=* valued *",
        "last 2>/dev/null",
        "[ -f x ]",
        "[ ! -f x ]",
        "echo *",
    ])
}

/// One call of a command: its name, the variables that it saw and its arguments.
#[derive(Debug)]
struct Called {
    name: String,
    path: String,
    first: String,
    second: String,
    arguments: Vec<String>,
}

impl Called {
    /// What the policy above says, in terms of what a process sees.
    fn is_allowed(&self, path: &str) -> bool {
        let variables = (self.first.as_str(), self.second.as_str());
        let arguments: Vec<_> = self.arguments.iter().map(String::as_str).collect();
        self.path == path
            && match (self.name.as_str(), variables) {
                ("list", ("", "")) | ("valued", ("", _)) => true,
                ("note", ("", "")) => arguments == ["a", "b"],
                ("show" | "last", ("", "")) | ("named", ("1", "")) => arguments.is_empty(),
                _ => false,
            }
    }
}

/// A directory to run lines in, and the commands that they can call.
struct Sandbox {
    place: TempDir,
}

impl Sandbox {
    fn new() -> Self {
        let sandbox = Self { place: TempDir::new() };
        for directory in ["bin", "work/d", "home"] {
            fs::create_dir_all(sandbox.path(directory)).unwrap();
        }
        for file in ["work/x", "work/a", "work/d/b"] {
            fs::write(sandbox.path(file), "untouched").unwrap();
        }
        let script = "#!/bin/sh\nprintf '%s\\0' \"$#\" \"${0##*/}\" \"$PATH\" \"${FOO-}\" \
                      \"${BAR-}\" \"$@\" >> \"$CALLS\"\n";
        for name in ALLOWED.iter().chain(&FORBIDDEN) {
            let program = sandbox.path("bin").join(name);
            fs::write(&program, script).unwrap();
            fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        }
        sandbox
    }

    fn path(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    /// Runs a line to the end of all that it started, and returns what it called and said.
    fn run(&self, shell: &Path, arguments: &[&str], line: &str) -> (Vec<Called>, String) {
        let calls = self.path("calls");
        fs::write(&calls, "").unwrap();
        let output = Command::new(shell)
            .args(arguments)
            .arg(format!("{line}\nwait\n"))
            .env_clear()
            .env("PATH", self.path("bin"))
            .env("HOME", self.path("home"))
            .env("CALLS", &calls)
            .current_dir(self.path("work"))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let calls = fs::read_to_string(calls).unwrap();
        (read(&calls), String::from_utf8_lossy(&output.stderr).into_owned())
    }

    /// Every file with its text, without the commands and the list of calls.
    fn files(&self) -> BTreeSet<(PathBuf, Option<String>)> {
        let mut found = BTreeSet::new();
        let mut directories = vec![self.path("work"), self.path("home")];
        while let Some(directory) = directories.pop() {
            for entry in fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()) {
                if entry.is_dir() {
                    directories.push(entry.clone());
                }
                let text = fs::read_to_string(&entry).ok();
                found.insert((entry, text));
            }
        }
        found
    }
}

fn read(calls: &str) -> Vec<Called> {
    let mut fields = calls.split_terminator('\0').map(str::to_owned);
    let mut called = Vec::new();
    while let Some(count) = fields.next() {
        let mut next = || fields.next().unwrap();
        let (name, path, first, second) = (next(), next(), next(), next());
        let arguments = (0..count.parse().unwrap()).map(|_| next()).collect();
        called.push(Called { name, path, first, second, arguments });
    }
    called
}

/// Numbers that are the same in every run (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit).unwrap()).unwrap()
    }

    fn one_of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices.get(self.below(choices.len())).copied().unwrap()
    }
}

/// Lines and parts of lines that are ordinary.
const ORDINARY: [&str; 26] = [
    "show",
    "list x",
    "list -l d/b",
    "note a b",
    "FOO=1 named",
    "BAR=2 valued a",
    "BAR='a b' valued x",
    "last",
    "[ -f x ]",
    "[ ! -f x ]",
    "echo a",
    "list {a,b}.x",
    "list x@{u}",
    "list a#b",
    "echo \"well! done!\"",
    "list \"$HOME\" ~ *",
    "show 2>/dev/null",
    "show >/dev/null 2>&1",
    "list a </dev/null",
    "list x >&2",
    "show &>/dev/null",
    "list x &>> /dev/null 2>&1",
    "show >&/dev/null",
    "show &>/dev/null && list\ta",
    "list 'a\nb'",
    "list \\\n x",
];

const JOINTS: [&str; 12] =
    ["; ", " && ", " || ", " | ", " & ", "\n", ";", "&", "|", "&&", "\n\n", " ;\t"];

/// What shells have opinions about.
const ODDITIES: [&str; 93] = [
    " ",
    "\t",
    "\n",
    "\\\n",
    "\\",
    "'",
    "\"",
    "''",
    "\"\"",
    "#",
    " #",
    " # '",
    "!",
    " ! ",
    "!!",
    "!x",
    "{",
    "}",
    "{a,b}",
    "{",
    ",",
    "..",
    "{1..3}",
    "@{u}",
    "$",
    "$HOME",
    "$x",
    "$1",
    "${x}",
    "${x:=pwn}",
    "$(pwn)",
    "`pwn`",
    "$((1))",
    "$[1]",
    "$'",
    "$\"",
    "(",
    ")",
    "(pwn)",
    "*",
    "?",
    "[",
    "]",
    "[[",
    "]]",
    "~",
    "=",
    "=pwn",
    "+=",
    "FOO=1",
    "FOO=1 ",
    "FOO=2 ",
    "BAR=",
    "BAR=x ",
    "PATH=. ",
    "a[0]=1 ",
    "<",
    ">",
    ">>",
    "<<",
    "<<<",
    ">|",
    "<>",
    "&>",
    ">&",
    "2>",
    "2>&1",
    ">&2",
    "1>&2",
    "2>/dev/null",
    ">/dev/null",
    " >/dev/null",
    "> /dev/null",
    ">/dev/null ",
    "/dev/null",
    "&>/dev/null",
    " &>/dev/null ",
    " &>/dev/null pwn",
    " &>>/dev/null ",
    " >&/dev/null ",
    "{x}>/dev/null",
    " pwn",
    "pwn ",
    "; pwn",
    "|pwn",
    "\npwn",
    "& pwn",
    "x",
    "2",
    "if ",
    "{ pwn; }",
    "time ",
    "function ",
];

/// A line of some ordinary commands, spoilt in some places.
fn line(random: &mut Random) -> String {
    let mut line = random.one_of(&ORDINARY).to_owned();
    for _ in 0..random.below(3) {
        line.push_str(random.one_of(&JOINTS));
        line.push_str(random.one_of(&ORDINARY));
    }
    for _ in 0..random.below(4) {
        let places: Vec<_> = line.char_indices().map(|(at, _)| at).chain([line.len()]).collect();
        let at = places.get(random.below(places.len())).copied().unwrap();
        if random.below(4) == 0 && at < line.len() {
            line.remove(at);
        } else {
            line.insert_str(at, random.one_of(&ODDITIES));
        }
    }
    line
}

async fn approves(policy: &Policy, line: &str) -> bool {
    // As if the CLI had seen nothing wrong with it.
    let request = json!({"kind": "shell", "fullCommandText": line, "shellType": "bash",
        "hasWriteFileRedirection": false});
    policy.decide(&PermissionRequest::new("s", request)).await.is_approval()
}

fn installed() -> Vec<(PathBuf, &'static [&'static str])> {
    let directories: Vec<_> = std::env::split_paths(&std::env::var_os("PATH").unwrap()).collect();
    let find = |name: &str| {
        directories.iter().map(|directory| directory.join(name)).find(|path| path.is_file())
    };
    let shells: Vec<_> = SHELLS
        .iter()
        .filter_map(|(name, arguments)| find(name).map(|path| (path, *arguments)))
        .collect();
    assert!(shells.len() >= 2, "bash and another shell are needed: {shells:?}");
    shells
}

#[tokio::test]
async fn no_approved_line_does_more_than_its_policy_says_in_any_shell() {
    let (policy, sandbox, mut random) = (policy(), Sandbox::new(), Random(0x5eed));
    let mut lines = BTreeSet::new();
    let mut refused = 0;
    while lines.len() < LINES {
        let line = line(&mut random);
        if approves(&policy, &line).await {
            lines.insert(line);
        } else {
            refused += 1;
        }
    }
    assert!(refused > LINES, "the grammar is too tame: {refused} refused");

    let (files, path) = (sandbox.files(), sandbox.path("bin").display().to_string());
    let mut called = BTreeSet::new();
    for (shell, arguments) in installed() {
        for line in &lines {
            let (calls, said) = sandbox.run(&shell, arguments, line);
            let shell = shell.display();
            for call in calls {
                assert!(call.is_allowed(&path), "{line:?} in {shell} calls {call:?}");
                called.insert(call.name);
            }
            assert!(!said.contains("not found"), "{line:?} in {shell} says {said:?}");
            assert_eq!(sandbox.files(), files, "{line:?} in {shell}");
        }
    }
    assert_eq!(called, ALLOWED.map(str::to_owned).into(), "each was tried");
}

#[tokio::test]
async fn ordinary_lines_are_approved() {
    let policy = policy();
    for line in ORDINARY {
        assert!(approves(&policy, line).await, "{line:?}");
    }
}
