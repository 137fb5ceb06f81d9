//! Programs are files with modes and links on Unix, and files with extensions and shims on Windows.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;
