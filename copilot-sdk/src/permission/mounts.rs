//! The file systems of the kernel, whose content depends on the process reading them.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Their usual paths on every system, whether mounted here or not.
const NAMES: [&str; 10] = [
    "/proc",
    "/sys",
    "/dev/fd",
    "/dev/pts",
    "/dev/stdin",
    "/dev/stdout",
    "/dev/stderr",
    // macOS: files by inode, and paths with a prefix interpreted by the kernel.
    "/.vol",
    "/.nofollow",
    "/.resolve",
];

/// The names of their types.
const TYPES: [&str; 16] = [
    "proc",
    "sysfs",
    "binfmt_misc",
    "bpf",
    "cgroup",
    "cgroup2",
    "configfs",
    "debugfs",
    "devpts",
    "efivarfs",
    "fusectl",
    "mqueue",
    "nsfs",
    "pstore",
    "securityfs",
    "tracefs",
];

/// The mount points of the kernel's file systems.
#[derive(Debug)]
pub(super) struct Mounts(Vec<PathBuf>);

impl Mounts {
    /// Reads the mount points of this process, which the agent shares.
    pub(super) fn read() -> Self {
        // On macOS, only the usual paths exist. On Windows, this would be a file of the user.
        let table = if cfg!(unix) { std::fs::read("/proc/self/mountinfo") } else { Ok(Vec::new()) };
        Self::parse(&table.unwrap_or_default())
    }

    fn parse(table: &[u8]) -> Self {
        let named = NAMES.iter().map(PathBuf::from);
        let mounted = table.split(|byte| *byte == b'\n').filter_map(special);
        Self(named.chain(mounted).collect())
    }

    /// Whether a path without links is inside one of them.
    pub(super) fn hold(&self, path: &Path) -> bool {
        self.0.iter().any(|special| starts_with(path, special))
    }

    /// Whether one of them is inside the directory.
    pub(super) fn lie_in(&self, directory: &Path) -> bool {
        self.0.iter().any(|special| starts_with(special, directory))
    }
}

/// The mount point in a line of the table, if it is of such a type, as in
/// `36 35 98:0 / /proc rw - proc proc rw`.
fn special(line: &[u8]) -> Option<PathBuf> {
    let mut fields = line.split(|byte| *byte == b' ');
    let point = fields.nth(4)?;
    let kind = fields.skip_while(|field| *field != b"-").nth(1)?;
    TYPES.iter().any(|special| special.as_bytes() == kind).then(|| unescape(point))
}

/// Decodes escapes such as `\040` for a blank.
fn unescape(field: &[u8]) -> PathBuf {
    let mut bytes = Vec::with_capacity(field.len());
    let mut rest = field;
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..3).and_then(|digits| std::str::from_utf8(digits).ok());
        let code = code.and_then(|digits| u8::from_str_radix(digits, 8).ok());
        match (first, code) {
            (b'\\', Some(code)) => {
                bytes.push(code);
                rest = after.get(3..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    path(bytes)
}

#[cfg(unix)]
fn path(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    OsString::from_vec(bytes).into()
}

#[cfg(windows)]
fn path(bytes: Vec<u8>) -> PathBuf {
    OsString::from(String::from_utf8_lossy(&bytes).into_owned()).into()
}

/// Like `Path::starts_with`, ignoring case.
fn starts_with(path: &Path, start: &Path) -> bool {
    let mut parts = path.components();
    start.components().all(|own| {
        parts.next().is_some_and(|part| part.as_os_str().eq_ignore_ascii_case(own.as_os_str()))
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Mounts;

    #[test]
    fn the_table_of_mounts_is_read() {
        let table = b"22 27 0:21 / /proc rw,relatime - proc proc rw\n\
            27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw\n\
            40 27 0:21 / /srv/my\\040root/proc rw shared:7 master:2 - proc proc rw\n\
            41 27 0:44 / /home rw - autofs auto rw\n\
            42 27 0:45 / /tmp rw - tmpfs proc rw\nodd line\n";
        let mounts = Mounts::parse(table);
        for (path, held, holds) in [
            ("/", false, true),
            ("/proc/1", true, false),
            ("/PROC/1", true, false),
            ("/process", false, false),
            ("/dev", false, true),
            ("/dev/fd/0", true, false),
            ("/srv", false, true),
            ("/srv/my root", false, true),
            ("/srv/my root/proc/1/root", true, false),
            ("/srv/my", false, false),
            ("/home/user", false, false),
            ("/tmp/x", false, false),
        ] {
            let path = Path::new(path);
            assert_eq!((mounts.hold(path), mounts.lie_in(path)), (held, holds), "{path:?}");
        }
    }

    #[test]
    fn without_a_table_the_usual_places_are_known() {
        assert!(Mounts::parse(b"").hold(Path::new("/proc/self/environ")));
    }
}
