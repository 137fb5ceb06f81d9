//! The memory that this program has taken at most.

use std::io;

/// The peak so far, in KiB. What it was started from and what it has started do not count.
pub fn peak_kib() -> io::Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.strip_suffix("kB"));
    peak.unwrap_or_default().trim().parse().map_err(io::Error::other)
}
