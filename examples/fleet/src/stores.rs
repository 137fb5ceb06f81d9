//! The object stores that the fleet can run on.

use std::sync::Arc;
use std::time::Duration;

use copilot_sdk::store::SessionStore;
use object_store::ObjectStore;
use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::local::LocalFileSystem;

use crate::Failure;
use crate::measured::MeasuredStore;

/// How long a killed worker is waited for.
const LEASE: Duration = Duration::from_secs(6);

/// Opens a local directory, or an emulator of Azure or S3 on this machine. Returns the objects as
/// well, which are counted.
pub fn open(store: &str, holder: &str) -> Result<(SessionStore, Arc<MeasuredStore>), Failure> {
    let objects: Arc<dyn ObjectStore> = match store {
        "azurite" => {
            let azure = MicrosoftAzureBuilder::new()
                .with_use_emulator(true)
                .with_container_name("fleet")
                .with_allow_http(true);
            Arc::new(azure.build()?)
        }
        "s3" => {
            let s3 = AmazonS3Builder::new()
                .with_endpoint("http://127.0.0.1:10001")
                .with_allow_http(true)
                .with_region("us-east-1")
                .with_access_key_id("emulator")
                .with_secret_access_key("emulator")
                .with_bucket_name("fleet");
            Arc::new(s3.build()?)
        }
        directory => {
            std::fs::create_dir_all(directory)?;
            Arc::new(LocalFileSystem::new_with_prefix(directory)?.with_fsync(true))
        }
    };
    let objects = Arc::new(MeasuredStore::new(objects));
    let store = SessionStore::new(Arc::clone(&objects) as Arc<dyn ObjectStore>, "");
    Ok((store.holder(holder).lease(LEASE), objects))
}
