//! The params of calls, as JSON text.

use serde::Serialize;
use serde::ser::Error as _;

use crate::error::{Error, ErrorKind, Result};
use crate::json_text::push_text;

/// Params that are written member by member, from several values and without a copy of them.
pub(crate) struct CallParams {
    /// Without the closing brace.
    json: Vec<u8>,
}

impl CallParams {
    pub(crate) fn new() -> Self {
        let mut json = Vec::with_capacity(256);
        json.push(b'{');
        Self { json }
    }

    /// Adds a member that is text.
    pub(crate) fn text(mut self, name: &'static str, value: &str) -> Self {
        self.name(name);
        push_text(&mut self.json, value);
        self
    }

    /// Adds a member whose value is written as JSON.
    pub(crate) fn value(
        mut self,
        name: &'static str,
        write: impl FnOnce(&mut Vec<u8>) -> serde_json::Result<()>,
    ) -> serde_json::Result<Self> {
        self.name(name);
        write(&mut self.json)?;
        Ok(self)
    }

    /// Adds the members of an object. `null` has none.
    pub(crate) fn members(mut self, object: &impl Serialize) -> serde_json::Result<Self> {
        let start = self.json.len();
        serde_json::to_writer(&mut self.json, object)?;
        self.join(start)
    }

    /// Adds the members of an object that is JSON.
    pub(crate) fn json_members(mut self, object: &[u8]) -> serde_json::Result<Self> {
        let start = self.json.len();
        self.json.extend_from_slice(object);
        self.join(start)
    }

    fn name(&mut self, name: &'static str) {
        if self.json.len() > 1 {
            self.json.push(b',');
        }
        self.json.push(b'"');
        self.json.extend_from_slice(name.as_bytes());
        self.json.extend_from_slice(b"\":");
    }

    /// Makes the members of the object written last, from `start` on, members of this one.
    fn join(mut self, start: usize) -> serde_json::Result<Self> {
        let is_first = start == 1;
        match self.json.get_mut(start..) {
            Some([b'{', b'}'] | [b'n', b'u', b'l', b'l']) => self.json.truncate(start),
            Some([first @ b'{', ..]) => {
                // The brace gives way to what separates the members from those before.
                *first = if is_first { b' ' } else { b',' };
                self.json.pop();
            }
            _ => return Err(serde_json::Error::custom("the params of this call are an object")),
        }
        Ok(self)
    }

    /// The finished object.
    pub(crate) fn into_json(mut self) -> Vec<u8> {
        self.json.push(b'}');
        self.json
    }
}

/// Writes the params of a call.
pub(crate) fn to_json(params: &impl Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec(params).map_err(unwritable)
}

/// The error of params that cannot be written as JSON.
pub(crate) fn unwritable(error: serde_json::Error) -> Error {
    Error::new(ErrorKind::Config, "a message cannot be written as JSON").with_source(error)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::CallParams;

    fn written(objects: &[Value]) -> serde_json::Result<String> {
        let mut params = CallParams::new();
        for object in objects {
            params = params.members(object)?;
        }
        Ok(String::from_utf8_lossy(&params.into_json()).into_owned())
    }

    #[test]
    fn the_members_of_several_values_make_one_object() {
        let ids = || CallParams::new().text("id", "a\"b").text("other", "c");
        let object = ids().members(&json!({"x": {}, "y": [1]})).unwrap().into_json();
        assert_eq!(object, br#"{"id":"a\"b","other":"c","x":{},"y":[1]}"#);
        let object = ids().json_members(br#"{"x":{}}"#).unwrap().into_json();
        assert_eq!(object, br#"{"id":"a\"b","other":"c","x":{}}"#);
        let value = ids().value("x", |json| serde_json::to_writer(json, &[1])).unwrap();
        assert_eq!(value.into_json(), br#"{"id":"a\"b","other":"c","x":[1]}"#);
        for (objects, json) in [
            (vec![], "{}"),
            (vec![json!({})], "{}"),
            (
                vec![json!(null), json!({"a": 1}), json!({}), json!({"b": null})],
                r#"{ "a":1,"b":null}"#,
            ),
        ] {
            assert_eq!(written(&objects).unwrap(), json);
        }
    }

    #[test]
    fn what_is_no_object_has_no_members() {
        for value in [json!(1), json!("{}"), json!([]), json!(true)] {
            let error = written(&[json!({"a": 1}), value]).unwrap_err();
            assert_eq!(error.to_string(), "the params of this call are an object");
        }
    }
}
