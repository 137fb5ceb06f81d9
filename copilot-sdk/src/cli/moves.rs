//! Renames of files and directories.

use std::path::Path;
use std::{fs, io};

/// Renames a file or directory, and on Windows tries again for a while when another process has it
/// open: virus scanners look into new programs, and a program that has just ended is still mapped.
pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    #[cfg(windows)]
    {
        use std::time::{Duration, Instant};

        const PATIENCE: Duration = Duration::from_secs(5);
        const POLL: Duration = Duration::from_millis(50);
        let began = Instant::now();
        while let Err(error) = fs::rename(from, to) {
            if !is_in_use(&error) || began.elapsed() >= PATIENCE {
                return Err(error);
            }
            std::thread::sleep(POLL);
        }
        Ok(())
    }
    #[cfg(unix)]
    fs::rename(from, to)
}

#[cfg(windows)]
fn is_in_use(error: &io::Error) -> bool {
    const ERROR_ACCESS_DENIED: i32 = 5;
    const ERROR_SHARING_VIOLATION: i32 = 32;
    matches!(error.raw_os_error(), Some(ERROR_ACCESS_DENIED | ERROR_SHARING_VIOLATION))
}

#[cfg(test)]
#[cfg(windows)]
mod tests {
    use std::fs::File;

    use super::rename;
    use crate::transport::locate::scratch::directory;

    #[test]
    fn a_file_that_is_open_for_a_moment_is_renamed() {
        use std::os::windows::fs::OpenOptionsExt;

        let directory = directory();
        let (from, to) = (directory.file("from", "text"), directory.path().join("to"));
        // Shared with nobody.
        let open = File::options().read(true).share_mode(0).open(&from).unwrap();
        let closing = std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(200));
            drop(open);
        });
        rename(&from, &to).unwrap();
        closing.join().unwrap();
        assert_eq!(std::fs::read_to_string(to).unwrap(), "text");
    }
}
