use super::{Command, Line};

/// A command as it is written, and its words.
type Taken<'a> = (&'a str, &'a [&'a str]);

fn command(text: &str, words: &[&str]) -> Command {
    let words = words.iter().map(|word| (*word).to_owned()).collect();
    Command { assignments: Vec::new(), words, text: text.to_owned() }
}

#[test]
fn a_line_is_taken_apart_at_its_operators() {
    let table: [(&str, &[Taken<'_>]); 16] = [
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
            &[("echo $HOME \"$HOME/a\" ~ *.rs", &["echo", "$HOME", "\"$HOME/a\"", "~", "*.rs"])],
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
            &[("[ -f x ]", &["[", "-f", "x", "]"]), ("[ ! -d y ]", &["[", "!", "-d", "y", "]"])],
        ),
        (
            "git log HEAD@{1}..@{u}",
            &[("git log HEAD@{1}..@{u}", &["git", "log", "HEAD@{1}..@{u}"])],
        ),
        ("ls src/{a,b}.rs {} }", &[("ls src/{a,b}.rs {} }", &["ls", "src/{a,b}.rs", "{}", "}"])]),
        (
            "open http://x/#a a#b \"\"#c",
            &[("open http://x/#a a#b \"\"#c", &["open", "http://x/#a", "a#b", "\"\"#c"])],
        ),
        ("echo \"well! done!\"", &[("echo \"well! done!\"", &["echo", "\"well! done!\""])]),
        ("echo 2 1a 22", &[("echo 2 1a 22", &["echo", "2", "1a", "22"])]),
    ];
    for (line, expected) in table {
        let expected: Vec<_> = expected.iter().map(|(text, words)| command(text, words)).collect();
        assert_eq!(Line::read(line), Some(Line { commands: expected, discards: false }), "{line}");
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
        "ls -l >&/dev/null",
        "ls -l &>/dev/null",
        "ls -l &>> /dev/null 2>&1",
    ] {
        let words = ["ls", "-l"];
        let expected = Line { commands: vec![command(line, &words)], discards: true };
        assert_eq!(Line::read(line), Some(expected), "{line}");
    }
    for line in ["ls -l >&2", "ls -l 1>&2", "ls -l 2>&1", "ls -l </dev/null"] {
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
#[expect(clippy::too_many_lines, reason = "one table")]
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
        "ls &>/dev/nullx",
        "ls &>x",
        "ls &>&2",
        "ls &> /dev/null/../x",
        "ls&>/dev/null",
        "&>/dev/null ls",
        "A=1 &>/dev/null",
        "ls 1>&/dev/null",
        // To some shells a command of its own.
        "ls &>/dev/null -l",
        "ls &>/dev/null \"-l\"",
        "ls &>/dev/null \\\n-l",
        "ls &>/dev/null 2>&1 rm",
        "ls &>/dev/null A=1",
        "ls &>/dev/null !",
        "ls &>/dev/null {a}",
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
