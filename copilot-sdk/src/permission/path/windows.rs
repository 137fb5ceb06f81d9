//! The text of paths on Windows: only those whose meaning is the same to every program are
//! understood.
//!
//! Windows, node and the shells disagree about many others. Which of them are approved must not
//! depend on who reads them.

use super::PathProblem;

/// The names of devices, in each directory and with any extension.
const DEVICES: [&str; 7] = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"];
/// Those with a number: `COM1`, and to Windows also `COM¹`.
const NUMBERED_DEVICES: [&str; 2] = ["COM", "LPT"];
const DIGITS: &str = "0123456789¹²³";

/// The path in its usual form: `C:\directory\file` or `\\server\share\directory\file`.
pub(super) fn plain(text: &str) -> Result<String, PathProblem> {
    if let Some(verbatim) = text.strip_prefix(r"\\?\") {
        return plain_verbatim(verbatim);
    }
    let text = text.replace('/', r"\");
    let Some(share) = text.strip_prefix(r"\\") else { return on_drive(&text) };
    // `\\.\` and `\\?\` with other slashes lead to devices.
    if share.starts_with(['.', '?']) { Err(PathProblem::Special) } else { on_share(share) }
}

/// The target of a link, which may be relative to the link.
pub(super) fn link_target(text: &str) -> Result<String, PathProblem> {
    if text.contains(':') || text.starts_with(['\\', '/']) {
        return plain(text);
    }
    join(String::new(), &text.replace('/', r"\"))
}

/// Whether the name may be a short one, such as `PROGRA~1`, which Windows makes for long ones.
pub(super) fn may_be_short(name: &str) -> bool {
    name.split('~').skip(1).any(|after| after.starts_with(|next: char| next.is_ascii_digit()))
}

/// A path behind `\\?\`, where Windows neither resolves nor replaces anything.
fn plain_verbatim(text: &str) -> Result<String, PathProblem> {
    let is_literal = |name: &str| name.is_empty() || name == "." || name == "..";
    let names = text.trim_end_matches('\\');
    if text.contains('/') || names.split('\\').any(is_literal) {
        return Err(PathProblem::Unreadable);
    }
    match text.split_at_checked(4) {
        Some((start, share)) if start.eq_ignore_ascii_case(r"UNC\") => on_share(share),
        _ if text.as_bytes().get(1) == Some(&b':') => on_drive(text),
        // A volume by its number, a device, or the root of all.
        _ => Err(PathProblem::Special),
    }
}

fn on_drive(text: &str) -> Result<String, PathProblem> {
    let (letter, rest) = text.split_once(r":\").ok_or(PathProblem::Unreadable)?;
    match letter.as_bytes() {
        [letter] if letter.is_ascii_alphabetic() => {
            join(format!("{}:\\", char::from(letter.to_ascii_uppercase())), rest)
        }
        _ => Err(PathProblem::Unreadable),
    }
}

fn on_share(text: &str) -> Result<String, PathProblem> {
    let mut names = text.splitn(3, '\\');
    let (Some(server), Some(share)) = (names.next(), names.next()) else {
        return Err(PathProblem::Unreadable);
    };
    for name in [server, share] {
        if matches!(name, "" | "." | "..") {
            return Err(PathProblem::Unreadable);
        }
        check(name)?;
    }
    join(format!(r"\\{server}\{share}\"), names.next().unwrap_or_default())
}

/// Adds the names in `rest`, without empty ones and `.`.
fn join(mut start: String, rest: &str) -> Result<String, PathProblem> {
    let names = rest.split('\\').filter(|name| !matches!(*name, "" | "."));
    for (index, name) in names.enumerate() {
        if name != ".." {
            check(name)?;
        }
        if index > 0 {
            start.push('\\');
        }
        start.push_str(name);
    }
    Ok(start)
}

/// Whether a name is that of one file to every program.
fn check(name: &str) -> Result<(), PathProblem> {
    // Windows removes dots and blanks at the end, unless the path is behind `\\?\`. A colon starts
    // the name of a stream.
    let is_plain = |next: char| !next.is_control() && !r#"<>:"|?*"#.contains(next);
    if name.ends_with(['.', ' ']) || !name.chars().all(is_plain) {
        return Err(PathProblem::Unreadable);
    }
    if is_device(name) { Err(PathProblem::Special) } else { Ok(()) }
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end_matches(' ');
    let stem = stem.to_ascii_uppercase();
    let is_numbered = |device: &str| {
        stem.strip_prefix(device).is_some_and(|number| {
            number.chars().count() == 1 && number.chars().all(|digit| DIGITS.contains(digit))
        })
    };
    DEVICES.contains(&stem.as_str()) || NUMBERED_DEVICES.iter().any(|device| is_numbered(device))
}

#[cfg(test)]
mod tests {
    use super::{PathProblem, link_target, may_be_short, plain};

    #[test]
    fn every_spelling_of_a_path_has_one_form() {
        for (text, expected) in [
            (r"C:\", r"C:\"),
            ("c:/", r"C:\"),
            (r"C:\a\b", r"C:\a\b"),
            (r"c:/a\b/", r"C:\a\b"),
            (r"C:\\a\.\b", r"C:\a\b"),
            (r"C:\a\..\b", r"C:\a\..\b"),
            (r"\\?\C:\a b\c.d", r"C:\a b\c.d"),
            (r"\\?\c:\", r"C:\"),
            (r"\\server\share", r"\\server\share\"),
            (r"//server/share/a/..", r"\\server\share\a\.."),
            (r"\\?\UNC\server\share\a", r"\\server\share\a"),
            (r"\\?\unc\server\share", r"\\server\share\"),
            (r"C:\PROGRA~1\ä.txt", r"C:\PROGRA~1\ä.txt"),
            (r"C:\console\nul_\com10\.config\..rc", r"C:\console\nul_\com10\.config\..rc"),
        ] {
            assert_eq!(plain(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_depends_on_the_process_or_the_program_is_not_understood() {
        for text in [
            "",
            "a",
            r"a\b",
            r"..\a",
            "~/a",
            // Relative to a drive, or to its directory.
            r"\a",
            "/a",
            "C:",
            "C:a",
            r"C:..\a",
            r"1:\a",
            r"CC:\a",
            r"é:\a",
            "file:///C:/a",
            // Literal to Windows behind `\\?\`, but not to others.
            r"\\?\C:\a\..\b",
            r"\\?\C:\a\.\b",
            r"\\?\C:/a",
            r"\\?\C:\a\\b",
            // Removed by Windows, but not always.
            r"C:\a.",
            r"C:\a \b",
            r"C:\a...\b",
            r"C:\...",
            r"\\?\C:\a.",
            // Streams and their types.
            r"C:\a:stream",
            r"C:\a::$DATA",
            r"C:\a:$I30:$INDEX_ALLOCATION\b",
            r"C:\a*",
            r"C:\a?",
            r#"C:\"a""#,
            r"C:\a|b",
            "C:\\a\nb",
            "C:\\a\0",
            r"\\server",
            r"\\server\",
            r"\\\share\a",
            r"\\server\..\a",
            r"\\?\UNC\server",
            r"\??\C:\a",
        ] {
            assert_eq!(plain(text), Err(PathProblem::Unreadable), "{text}");
        }
    }

    #[test]
    fn devices_are_no_files_wherever_and_however_they_are_named() {
        for text in [
            r"\\.\C:\a",
            r"\\.\pipe\a",
            r"//./C:/a",
            r"//?/C:/a",
            r"\\?\GLOBALROOT\Device\HarddiskVolume1\a",
            r"\\?\Volume{01234567-0123-0123-0123-0123456789ab}\a",
            r"\\?\pipe\a",
            r"C:\NUL",
            r"C:\a\con",
            r"C:\a\Aux.txt",
            r"C:\nul .txt",
            r"C:\a\com1",
            r"C:\a\LPT9.log.txt",
            r"C:\com0\a",
            r"C:\COM¹",
            r"C:\lpt³.x",
            r"C:\CONIN$",
            r"\\?\C:\nul",
            r"\\server\share\prn",
            r"\\server\nul\a",
        ] {
            assert_eq!(plain(text), Err(PathProblem::Special), "{text}");
        }
    }

    #[test]
    fn the_target_of_a_link_may_be_relative() {
        for (text, expected) in [
            (r"..\a", Ok(r"..\a")),
            ("a/b", Ok(r"a\b")),
            (r"C:\a", Ok(r"C:\a")),
            (r"\\?\C:\a", Ok(r"C:\a")),
            ("C:a", Err(PathProblem::Unreadable)),
            (r"\a", Err(PathProblem::Unreadable)),
            ("a:b", Err(PathProblem::Unreadable)),
            ("nul", Err(PathProblem::Special)),
            ("a.", Err(PathProblem::Unreadable)),
        ] {
            assert_eq!(link_target(text), expected.map(str::to_owned), "{text}");
        }
    }

    #[test]
    fn short_names_are_recognized() {
        for short in ["PROGRA~1", "a~12.txt", "~1", "A~B~2"] {
            assert!(may_be_short(short), "{short}");
        }
        for long in ["a", "a~", "~", "backup~", "a~b"] {
            assert!(!may_be_short(long), "{long}");
        }
    }
}
