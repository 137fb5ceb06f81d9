//! The steps of an installation. They block, so they run on a blocking thread.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::blocking_runner::BlockingRunner;
use super::integrity;
use super::moves::rename;
use super::npm;
use super::progress::{Reporter, Stage};
use super::staging::Staging;
use crate::error::{Error, ErrorKind, Result};
use crate::transport::locate::{Cache, PROGRAM, create_private};
use crate::transport::process::{Spec, Stdin};

/// The parameters of one installation.
pub(super) struct Install {
    pub(super) version: String,
    pub(super) cache: Cache,
    pub(super) npm: PathBuf,
    pub(super) reporter: Reporter,
    pub(super) runner: BlockingRunner,
}

impl Install {
    pub(super) fn run(mut self) -> Result<PathBuf> {
        self.reporter.report(Stage::Looking);
        let program = self.cache.program(&self.version);
        self.check_trust()?;
        if !self.answers(&program)? {
            let versions = self.cache.versions();
            self.cache.create().map_err(|error| unwritable(&versions, error))?;
            self.check_trust()?;
            // Held until the end, so that a program that waited for it finds the work done.
            let _lock = self.lock()?;
            if !self.answers(&program)? {
                self.download(&versions, &program)?;
            }
        }
        self.reporter.report(Stage::Ready);
        Ok(program)
    }

    /// Refuses to run or install programs where other users can modify them.
    fn check_trust(&self) -> Result<()> {
        self.cache.distrust(&self.version).map_or(Ok(()), |why| {
            let text = format!("cannot use the cache of the Copilot CLI: {why}");
            Err(Error::new(ErrorKind::Start, text))
        })
    }

    /// Whether there is a CLI that reports this version.
    fn answers(&self, program: &Path) -> Result<bool> {
        if !program.is_file() {
            return Ok(false);
        }
        match self.probe(program) {
            Err(error) if error.kind() == ErrorKind::Start => {
                tracing::warn!(%error, "the installed Copilot CLI does not run and is installed \
                                        again");
                Ok(false)
            }
            probed => probed.map(|()| true),
        }
    }

    /// Waits for the lock of the version. Without file locks, separate staging directories are the
    /// only protection.
    fn lock(&self) -> Result<File> {
        let path = self.cache.lock(&self.version);
        let mut options = File::options();
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        // Windows locks only what can be read or written, and appending is neither.
        let file = options
            .create(true)
            .read(true)
            .append(true)
            .open(&path)
            .map_err(|error| unwritable(&path, error))?;
        let locked = self.runner.wait(
            "waiting for another installation of the Copilot CLI",
            || match file.try_lock() {
                Ok(()) => Some(true),
                Err(TryLockError::WouldBlock) => None,
                Err(TryLockError::Error(error)) => {
                    tracing::debug!(%error, "the cache's file system has no locks");
                    Some(false)
                }
            },
        )?;
        if locked {
            Staging::remove_stale(&self.cache.versions(), &self.version);
        }
        Ok(file)
    }

    fn download(&mut self, versions: &Path, program: &Path) -> Result<()> {
        let staging = Staging::create(versions, &self.version)
            .map_err(|error| unwritable(versions, error))?;
        integrity::prepare(staging.path(), &self.version)
            .map_err(|error| unwritable(staging.path(), error))?;

        self.reporter.report(Stage::Downloading);
        let spec = npm::command(&self.npm, staging.path(), &self.version)
            .map_err(|error| npm::missing(&self.npm, &self.version, error))?;
        let reporter = &mut self.reporter;
        let output = self
            .runner
            .run("downloading the Copilot CLI", &spec, || reporter.downloaded(staging.bytes()));
        let output = output.map_err(|error| match error.kind() {
            ErrorKind::Start => npm::missing(&self.npm, &self.version, error),
            _ => error,
        })?;
        if !output.exit.success() {
            return Err(npm::failure(&spec, &self.version, &output));
        }
        // npm can succeed without the package for this platform.
        let found = binaries(&staging.path().join("node_modules/@github"));
        let [binary] = found.as_slice() else {
            return Err(npm::no_binary(&spec, &self.version, &found));
        };
        integrity::check(staging.path(), binary, &self.version)?;
        self.reporter.downloaded(staging.bytes());

        self.reporter.report(Stage::Unpacking);
        self.unpack(binary)?;
        self.probe(binary)?;
        // Enforced here, regardless of the umask that npm and the CLI ran with.
        let unpacked = self.cache.unpacked();
        limit_rights(&unpacked, !OTHERS_WRITE).map_err(|error| unwritable(&unpacked, error))?;
        publish(&staging, binary, program).or_else(|error| {
            // Without a lock, another program may have been faster; its result is equivalent.
            if self.answers(program)? { Ok(()) } else { Err(unwritable(program, error)) }
        })
    }

    /// Lets the CLI unpack itself now instead of on its first start. An optimization, so failures
    /// are ignored.
    fn unpack(&self, binary: &Path) -> Result<()> {
        let mut spec = self.version_query(binary);
        spec.environment.set("COPILOT_SEA_EXTRACT_ONLY", "1");
        match self.runner.run("unpacking the Copilot CLI", &spec, || {}) {
            Err(error) if error.kind() != ErrorKind::Start => Err(error),
            _ => Ok(()),
        }
    }

    /// Runs the CLI and checks the version it reports.
    fn probe(&self, program: &Path) -> Result<()> {
        let output = self.runner.run(
            "asking the Copilot CLI for its version",
            &self.version_query(program),
            || {},
        )?;
        let mut words = output.stdout.split_whitespace().map(|word| word.trim_end_matches('.'));
        if output.exit.success() && words.any(|word| word == self.version) {
            return Ok(());
        }
        let said = output.stdout.lines().chain(output.stderr.lines()).next().unwrap_or("nothing");
        let text = format!(
            "{} should be the Copilot CLI {}, but asked for its version it answered {said:?} ({}): \
             set COPILOT_CLI_PATH to a CLI that runs on this machine",
            program.display(),
            self.version,
            output.exit
        );
        Err(Error::new(ErrorKind::Start, text))
    }

    fn version_query(&self, program: &Path) -> Spec {
        let mut spec = Spec::new(program, Stdin::Null);
        // Otherwise an older one starts the newest that this user has ever run.
        spec.args = vec!["--version".into(), "--no-auto-update".into()];
        spec.environment.set("COPILOT_PKG_CACHE_HOME", self.cache.unpacked());
        spec.environment.remove("COPILOT_SEA_EXTRACT_ONLY");
        spec
    }
}

/// The binaries in the platform packages.
fn binaries(packages: &Path) -> Vec<PathBuf> {
    let packages = fs::read_dir(packages).into_iter().flatten().flatten();
    let platforms =
        packages.filter(|package| package.file_name().to_string_lossy().starts_with("copilot-"));
    platforms
        .map(|package| package.path().join(PROGRAM))
        .filter(|binary| binary.is_file())
        .collect()
}

/// Moves the binary and its license into place atomically, so that no one sees a partial
/// installation.
fn publish(staging: &Staging, binary: &Path, program: &Path) -> io::Result<()> {
    let ready = staging.path().join("ready");
    create_private(&ready)?;
    rename(binary, &ready.join(PROGRAM))?;
    let files = binary.parent().into_iter().flat_map(fs::read_dir).flatten().flatten();
    for licence in files.filter(|file| file.file_name().to_string_lossy().starts_with("LICENSE")) {
        rename(&licence.path(), &ready.join(licence.file_name()))?;
    }
    limit_rights(&ready, OWN)?;
    let place = program.parent().ok_or(io::ErrorKind::InvalidInput)?;
    if place.exists() {
        // Replaces a broken installation.
        rename(place, &staging.path().join("broken"))?;
    }
    rename(&ready, place)
}

const OWN: u32 = 0o700;
const OTHERS_WRITE: u32 = 0o022;

/// Removes all permissions but these from a file, or recursively from a directory.
#[cfg(unix)]
fn limit_rights(path: &Path, rights: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;

    let found = path.symlink_metadata()?;
    if found.is_symlink() {
        return Ok(());
    }
    let mode = found.permissions().mode();
    if mode & 0o777 & !rights != 0 {
        fs::set_permissions(path, fs::Permissions::from_mode(mode & rights))?;
    }
    if found.is_dir() {
        for entry in fs::read_dir(path)? {
            limit_rights(&entry?.path(), rights)?;
        }
    }
    Ok(())
}

/// Windows has no such permissions: what is new inherits those of the user's directory.
#[cfg(windows)]
#[expect(clippy::unnecessary_wraps, reason = "it can fail elsewhere")]
fn limit_rights(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}

fn unwritable(path: &Path, error: io::Error) -> Error {
    let what = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "the disk is full: free about 600 MB"
        }
        _ => "it cannot be written: give this user the right to",
    };
    let text = format!(
        "cannot install the Copilot CLI at {}: {what}, or set COPILOT_SDK_CACHE to another \
         directory",
        path.display()
    );
    Error::new(ErrorKind::Start, text).with_source(error)
}
