//! A limit of a turn has a name that says what it limits.
#![deny(deprecated)]

use std::time::Duration;

use copilot_sdk::Session;

async fn ask(session: Session) -> copilot_sdk::Result<()> {
    session.ask("Find the bug").timeout(Duration::from_secs(60)).await?;
    let _turn = session.stream("Find the bug").timeout(Duration::from_secs(60)).await?;
    Ok(())
}

fn main() {}
