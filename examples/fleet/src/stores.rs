//! The object stores that the fleet can run on.

use std::sync::Arc;
use std::time::Duration;

use copilot_sdk::store::SessionStore;
use object_store::azure::MicrosoftAzureBuilder;

use crate::Failure;

/// How long a killed worker is waited for.
const LEASE: Duration = Duration::from_secs(6);

/// Opens a local directory, or the emulator of Azure.
pub fn open(store: &str, holder: &str) -> Result<SessionStore, Failure> {
    let store = match store {
        "azurite" => {
            let azure = MicrosoftAzureBuilder::new()
                .with_use_emulator(true)
                .with_container_name("fleet")
                .with_allow_http(true)
                .build()?;
            SessionStore::new(Arc::new(azure), "sessions")
        }
        directory => SessionStore::local(directory)?,
    };
    Ok(store.holder(holder).lease(LEASE))
}
