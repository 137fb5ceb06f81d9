//! What models write in more than one way: `null` for an absent property, `5.0` for the integer 5.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::verify::{Verifier, address, item, stands_for_absent};
use super::{reference, scalar};

/// `text`, which is `value`, without the nulls that stand for "absent", and with integers written
/// as such.
///
/// Everything else stays as it was written: a tree of JSON values cannot hold a number beyond 64
/// bits.
pub(super) fn normal<'t>(
    text: &'t str,
    value: &Value,
    schema: &Value,
    verifier: &Verifier<'_>,
) -> Cow<'t, str> {
    let mut edits = Edits { verifier, places: BTreeMap::new() };
    if edits.find(value, schema, &[]) {
        Cow::Owned(edits.apply(text, value))
    } else {
        Cow::Borrowed(text)
    }
}

struct Edits<'v> {
    verifier: &'v Verifier<'v>,
    /// By the address of the value.
    places: BTreeMap<usize, Edit>,
}

enum Edit {
    Drop,
    Whole(i64),
    /// There is something to change inside.
    Inside,
}

impl Edits<'_> {
    /// Notes what is to change in `value`, and tells whether anything is.
    fn find(&mut self, value: &Value, schema: &Value, through: &[&Value]) -> bool {
        let Value::Object(node) = schema else { return false };
        let mut found = false;
        if let Some(target) = reference(node, self.verifier.root())
            && !through.iter().any(|before| std::ptr::eq(*before, target))
        {
            found |= self.find(value, target, &[through, &[target]].concat());
        }
        for part in node.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            found |= self.find(value, part, through);
        }
        for key in ["oneOf", "anyOf"] {
            let branches = node.get(key).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            if let Some(meant) = self.verifier.meant(value, branches) {
                found |= self.find(value, meant, through);
            }
        }
        found |= match value {
            Value::Array(list) => self.find_in_list(list, node),
            Value::Object(object) => self.find_in_object(object, node),
            Value::Number(number) if is_integer(node) => {
                scalar::whole(number).is_some_and(|whole| {
                    self.places.insert(address(value), Edit::Whole(whole));
                    true
                })
            }
            _ => false,
        };
        if found {
            self.places.entry(address(value)).or_insert(Edit::Inside);
        }
        found
    }

    fn find_in_list(&mut self, list: &[Value], node: &Map<String, Value>) -> bool {
        let mut found = false;
        for (index, value) in list.iter().enumerate() {
            found |= item(node, index).is_some_and(|schema| self.find(value, schema, &[]));
        }
        found
    }

    fn find_in_object(&mut self, object: &Map<String, Value>, node: &Map<String, Value>) -> bool {
        let mut found = false;
        for (name, value) in object {
            let Some(schema) = self.verifier.member(node, name) else { continue };
            if stands_for_absent(value, name, node, schema) {
                self.places.insert(address(value), Edit::Drop);
                found = true;
            } else {
                found |= self.find(value, schema, &[]);
            }
        }
        found
    }

    fn apply(&self, text: &str, value: &Value) -> String {
        match (self.places.get(&address(value)), value) {
            (Some(Edit::Whole(whole)), _) => whole.to_string(),
            (Some(Edit::Inside), Value::Array(list)) => {
                let texts: Vec<&RawValue> = serde_json::from_str(text).unwrap_or_default();
                let items =
                    texts.iter().zip(list).map(|(text, value)| self.apply(text.get(), value));
                format!("[{}]", items.collect::<Vec<_>>().join(","))
            }
            (Some(Edit::Inside), Value::Object(object)) => {
                let texts: BTreeMap<String, &RawValue> =
                    serde_json::from_str(text).unwrap_or_default();
                let members = texts.iter().filter_map(|(name, text)| {
                    let value = object.get(name)?;
                    let kept = !matches!(self.places.get(&address(value)), Some(Edit::Drop));
                    kept.then(|| {
                        format!("{}:{}", Value::from(name.as_str()), self.apply(text.get(), value))
                    })
                });
                format!("{{{}}}", members.collect::<Vec<_>>().join(","))
            }
            _ => text.to_owned(),
        }
    }
}

fn is_integer(node: &Map<String, Value>) -> bool {
    match node.get("type") {
        Some(Value::Array(types)) => {
            types.iter().any(|ty| ty == "integer") && types.iter().all(|ty| ty != "number")
        }
        Some(ty) => ty == "integer",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_has_two_spellings_is_written_anew() {
        let integer = json!({"type": "integer"});
        let schema = json!({
            "type": "object",
            "properties": {"n": integer, "x": integer, "list": {"items": integer}, "self": {"$ref": "#"}},
            "additionalProperties": {"$ref": "#"},
        });
        let patterns = BTreeMap::new();
        let written = |text: &str| {
            let value: Value = serde_json::from_str(text).unwrap();
            normal(text, &value, &schema, &Verifier::new(&schema, &patterns)).into_owned()
        };
        let big = "340282366920938463463374607431768211455";
        for (text, expected) in [
            (r#"{ "n": 1 }"#.to_owned(), r#"{ "n": 1 }"#.to_owned()),
            (format!(r#"{{"n": {big}, "x": null}}"#), format!(r#"{{"n":{big}}}"#)),
            (format!(r#"{{"n": {big}, "x": -5.0}}"#), format!(r#"{{"n":{big},"x":-5}}"#)),
            (
                format!(
                    r#"{{"list": [{big}, 2.0, 2.5], "self": {{"x": null, "o\"": {{"n": 1e2}}}}}}"#
                ),
                format!(r#"{{"list":[{big},2,2.5],"self":{{"o\"":{{"n":100}}}}}}"#),
            ),
        ] {
            assert_eq!(written(&text), expected);
        }
    }

    #[test]
    fn a_schema_that_leads_back_to_itself_ends() {
        let schema =
            json!({"$ref": "#", "allOf": [{"$ref": "#"}], "anyOf": [{"$ref": "#"}, {"$ref": "#"}]});
        let patterns = BTreeMap::new();
        assert_eq!(normal("{}", &json!({}), &schema, &Verifier::new(&schema, &patterns)), "{}");
    }
}
