//! What the compiler says about mistakes.

/// Texts that the macros own: the same with every compiler.
#[test]
fn mistakes_are_reported_where_they_are() {
    trybuild::TestCases::new().compile_fail("fail/*.rs");
}

/// Texts with the compiler's own words in them.
///
/// They are recorded with one version; with another the test says so instead of comparing.
#[test]
fn type_errors_speak_of_tools() {
    assert!(
        rustc_is_1_95(),
        "fail-rustc/ was recorded with rustc 1.95: run it with that toolchain, or record it anew"
    );
    trybuild::TestCases::new().compile_fail("fail-rustc/*.rs");
}

fn rustc_is_1_95() -> bool {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = std::process::Command::new(rustc).arg("--version").output();
    version.is_ok_and(|version| String::from_utf8_lossy(&version.stdout).starts_with("rustc 1.95."))
}
