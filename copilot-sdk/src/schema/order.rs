//! Serializes a schema with its required properties first, and to the same bytes in every build.
//!
//! Models fill in properties in the order of the schema. `serde_json` sorts maps by name unless any
//! crate in the build enables `preserve_order`; in either case, the order of the declared fields is
//! lost.

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

pub(super) fn write(schema: &Value) -> serde_json::Result<Box<RawValue>> {
    serde_json::value::to_raw_value(&written(schema))
}

/// The schema in its serialization order.
pub(crate) fn written(schema: &Value) -> impl Serialize {
    Ordered { value: schema, place: SchemaPart::Schema }
}

struct Ordered<'a> {
    value: &'a Value,
    place: SchemaPart<'a>,
}

#[derive(Clone, Copy)]
enum SchemaPart<'a> {
    Schema,
    Schemas,
    Properties { required: &'a [Value] },
    Data,
}

impl<'a> SchemaPart<'a> {
    fn of_child(self, parent: &'a Map<String, Value>, key: &str) -> SchemaPart<'a> {
        match self {
            SchemaPart::Properties { .. } | SchemaPart::Schemas => SchemaPart::Schema,
            SchemaPart::Data => SchemaPart::Data,
            SchemaPart::Schema => match key {
                "properties" => SchemaPart::Properties {
                    required: parent
                        .get("required")
                        .and_then(Value::as_array)
                        .map_or(&[], Vec::as_slice),
                },
                "$defs" | "patternProperties" => SchemaPart::Schemas,
                "items"
                | "additionalProperties"
                | "not"
                | "contains"
                | "prefixItems"
                | "oneOf"
                | "anyOf"
                | "allOf" => SchemaPart::Schema,
                _ => SchemaPart::Data,
            },
        }
    }
}

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.value {
            Value::Object(map) => {
                let mut keys: Vec<&String> = map.keys().collect();
                keys.sort_by_cached_key(|key| (self.rank(key), (*key).clone()));
                let mut out = serializer.serialize_map(Some(map.len()))?;
                for key in keys {
                    let value = map.get(key).unwrap_or(&Value::Null);
                    out.serialize_entry(
                        key,
                        &Ordered { value, place: self.place.of_child(map, key) },
                    )?;
                }
                out.end()
            }
            Value::Array(list) => serializer
                .collect_seq(list.iter().map(|value| Ordered { value, place: self.place })),
            scalar => scalar.serialize(serializer),
        }
    }
}

impl Ordered<'_> {
    fn rank(&self, key: &str) -> usize {
        match self.place {
            SchemaPart::Properties { required } => {
                required.iter().position(|name| name == key).unwrap_or(required.len())
            }
            _ => 0,
        }
    }
}
