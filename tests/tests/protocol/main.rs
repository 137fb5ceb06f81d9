//! The typed protocol: that it is all of what the pinned CLI's schemas say, that nothing is lost on
//! the way, and that the real CLI answers as they say.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says by a panic that something is wrong"
)]

mod calls;
mod complete;
mod events;
mod generated;
mod round_trip;
mod sample;
mod types;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A type of the protocol: its name, and a function that reads and writes a value of it.
pub(crate) type Case = (&'static str, fn(Value) -> Value);

/// Lists types as [`Case`]s.
macro_rules! cases {
    ($($name:ident)*) => {
        /// The types of the module.
        pub(crate) const CASES: &[$crate::Case] =
            &[$((stringify!($name), $crate::round::<$name>)),*];
    };
}

pub(crate) use cases;

/// Reads a value and writes it again.
pub(crate) fn round<T: Serialize + DeserializeOwned>(value: Value) -> Value {
    let shown = value.to_string();
    let read: T = serde_json::from_value(value).unwrap_or_else(|error| panic!("{error}: {shown}"));
    serde_json::to_value(read).unwrap()
}

/// The schemas of the pinned CLI.
pub(crate) struct Schemas {
    pub(crate) api: Value,
    /// The definitions of both files.
    pub(crate) definitions: BTreeMap<String, Value>,
}

/// Reads the schemas, once.
pub(crate) fn schemas() -> &'static Schemas {
    static SCHEMAS: OnceLock<Schemas> = OnceLock::new();
    SCHEMAS.get_or_init(|| {
        let folder = xtask::cli::schemas().unwrap();
        let [api, events] = ["api", "session-events"].map(|name| -> Value {
            let path = folder.join(format!("{name}.schema.json"));
            serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
        });
        let of = |file: &Value| file["definitions"].as_object().unwrap().clone();
        let definitions = of(&events).into_iter().chain(of(&api)).collect();
        Schemas { api, definitions }
    })
}

/// The repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}
