//! Whom an installation trusts: the published packages, and directories of this user.

use std::fs;

use super::{GOOD, calls, installer_of, left, program, refused, with};
use crate::transport::locate::scratch::directory;

#[tokio::test]
async fn another_package_than_the_published_one_is_refused() {
    let directory = directory();
    // Whoever serves this has changed the binary, and says so.
    let text = refused(with(&directory, &GOOD.replace("s/x/x/", "s/eGHPbsP0p2Qg/AAAAAAAAAAAA/")))
        .await
        .to_string();
    assert!(
        text.starts_with(
            "npm installed another @github/copilot-linux-x64 1.0.102 than the published one (its \
             hash is sha512-AAAAAAAAAAAAfVZC"
        ),
        "{text}"
    );
    for changed in [
        GOOD.replace("s/x/x/", "s/copilot-linux-x64/copilot-q/g"),
        GOOD.replace("copilot-linux-x64", "copilot-q"),
    ] {
        let text = refused(with(&directory, &changed)).await.to_string();
        assert!(text.contains(" 1.0.102 than the published one (its hash is not known)"), "{text}");
    }
    // An npm that says nothing may have looked at nothing.
    for silent in [GOOD.replace("s/x/x/", "d"), GOOD.replace("/.package-lock.json", "/other")] {
        let text = refused(with(&directory, &silent)).await.to_string();
        assert!(text.starts_with("cannot tell whether npm installed the published"), "{text}");
    }
    assert_eq!(left(&directory), [""; 0]);
}

#[tokio::test]
async fn nobody_else_can_look_into_what_is_installed() {
    use std::os::unix::fs::PermissionsExt;

    let directory = directory();
    let npm = GOOD.replace(
        "echo \"GitHub",
        "umask 0; mkdir -p \"$COPILOT_PKG_CACHE_HOME/pkg/x\"; echo > \"$COPILOT_PKG_CACHE_HOME/pkg/y\"; \
         echo \"GitHub",
    );
    with(&directory, &npm).install().await.unwrap();
    let cache = directory.path().join("cache");
    let mode = |place: &str| cache.join(place).metadata().unwrap().permissions().mode() & 0o7777;
    let places = ["", "cli", "cli/1.0.102", "cli/1.0.102/copilot", "unpacked"];
    assert_eq!(places.map(mode), [0o700; 5]);
    assert_eq!([mode("cli/1.0.102.lock"), mode("cli/1.0.102/LICENSE.md")], [0o600; 2]);
    assert_eq!([mode("unpacked/pkg/x"), mode("unpacked/pkg/y")], [0o755, 0o644]);
    assert_eq!(installer_of(&directory).install().await.unwrap(), program(&directory));
}

#[tokio::test]
async fn a_cache_that_others_can_change_is_neither_used_nor_filled() {
    use std::os::unix::fs::PermissionsExt;

    let directory = directory();
    with(&directory, GOOD).install().await.unwrap();
    let versions = directory.path().join("cache/cli");
    fs::set_permissions(&versions, fs::Permissions::from_mode(0o777)).unwrap();
    for installer in [with(&directory, GOOD), with(&directory, GOOD).version("0.0.409")] {
        let text = refused(installer).await.to_string();
        assert!(
            text.starts_with(&format!(
                "cannot use the cache of the Copilot CLI: {} can be changed by other users",
                versions.display()
            )),
            "{text}"
        );
    }
    assert_eq!(calls(&directory), 1);
}
