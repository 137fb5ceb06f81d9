//! That the checked-in code is what the generator makes of the schemas.

use copilot_sdk::cli::VERSION;
use xtask::protocol::{differences, generate};

#[test]
fn the_generated_code_is_what_the_schemas_of_the_pinned_cli_say() {
    let generated = generate(&xtask::cli::schemas().unwrap(), VERSION).unwrap();
    assert!(generated.len() > 200, "only {} files", generated.len());
    let different = differences(super::root(), &generated).unwrap();
    assert_eq!(different, [""; 0], "run `cargo run -p xtask -- protocol`");
}

#[test]
fn files_that_are_changed_missing_or_left_over_are_named() {
    let folder = copilot_sdk_tests::TempDir::new();
    let generated = generate(&xtask::cli::schemas().unwrap(), VERSION).unwrap();
    let news = xtask::protocol::write(folder.path(), &generated).unwrap();
    assert!(news.contains("- New methods: `account."), "{news}");
    assert_eq!(differences(folder.path(), &generated).unwrap(), [""; 0]);
    let [plan, mode, old] = ["session/plan.rs", "session/mode.rs", "session/old.rs"]
        .map(|file| format!("copilot-sdk/src/rpc/{file}"));
    let code = std::fs::read_to_string(folder.path().join(&plan)).unwrap();
    std::fs::write(folder.path().join(&old), &code).unwrap();
    std::fs::write(folder.path().join(&plan), code.replace("plan.read", "plan.peek")).unwrap();
    std::fs::remove_file(folder.path().join(&mode)).unwrap();
    let different = differences(folder.path(), &generated).unwrap();
    assert_eq!(different, [mode, old, plan]);
    assert_eq!(xtask::protocol::write(folder.path(), &generated).unwrap(), "");
    assert_eq!(differences(folder.path(), &generated).unwrap(), [""; 0]);
}
