//! Checks that only trusted users can write to the cache.

use std::path::Path;

/// Why programs in one of these places must not be run. Missing places are accepted.
///
/// Parent directories need no check: whoever can modify them can replace the directory, but not
/// with one owned by this user.
#[cfg(unix)]
pub(super) fn distrust(places: &[&Path]) -> Option<String> {
    let user = rustix::process::geteuid().as_raw();
    places.iter().find_map(|place| distrust_one(place, user))
}

/// Access control lists are not read: Windows protects the user's own directories with them.
#[cfg(windows)]
pub(super) fn distrust(_: &[&Path]) -> Option<String> {
    None
}

#[cfg(unix)]
fn distrust_one(place: &Path, user: u32) -> Option<String> {
    use std::io::ErrorKind;
    use std::os::unix::fs::MetadataExt;

    const ROOT: u32 = 0;
    const WRITABLE_BY_OTHERS: u32 = 0o022;
    let found = match place.metadata() {
        Ok(found) => found,
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            return Some(format!(
                "{} cannot be read by this user: give it the right to (chmod -R go+rX)",
                place.display()
            ));
        }
        Err(_) => return None,
    };
    let owner = found.uid();
    if owner != user && owner != ROOT {
        return Some(format!(
            "{} belongs to user {owner}, neither to user {user}, who runs this program, nor to \
             root: remove it, or set COPILOT_SDK_CACHE to a directory of your own",
            place.display()
        ));
    }
    (found.mode() & WRITABLE_BY_OTHERS != 0).then(|| {
        format!(
            "{} can be changed by other users (mode {:04o}): install again after removing it, or, \
             if nobody has changed it, take the right away (chmod -R go-w)",
            place.display(),
            found.mode() & 0o7777
        )
    })
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};

    use super::{distrust, distrust_one};
    use crate::transport::locate::scratch::directory;

    #[test]
    fn what_others_can_change_is_not_trusted() {
        let directory = directory();
        let place = directory.file("cli/program", "");
        let problem = |mode| {
            fs::set_permissions(&place, fs::Permissions::from_mode(mode)).unwrap();
            distrust(&[place.as_path()])
        };
        for mode in [0o755, 0o700, 0o555, 0o500, 0o4755] {
            assert_eq!(problem(mode), None, "{mode:o}");
        }
        for mode in [0o775, 0o757, 0o777, 0o720, 0o1777] {
            let problem = problem(mode).unwrap();
            assert!(problem.contains(&format!("(mode {mode:04o})")), "{problem}");
        }
        assert_eq!(distrust(&[directory.path().join("missing").as_path()]), None);
    }

    #[test]
    fn what_belongs_to_somebody_else_is_not_trusted() {
        let directory = directory();
        let place = directory.file("cli/program", "");
        // Only root can give it away.
        let _ = chown(&place, Some(1234), None);
        let owner = place.metadata().unwrap().uid();
        assert_eq!(distrust_one(&place, owner), None);
        let problem = distrust_one(&place, owner + 1).unwrap();
        assert!(problem.contains(&format!("belongs to user {owner}, neither to")), "{problem}");
        // What root has put there is fine for everybody.
        assert_eq!(distrust_one("/etc/hosts".as_ref(), owner + 1), None);
    }
}
