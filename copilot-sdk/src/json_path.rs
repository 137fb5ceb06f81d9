//! The place of an error in JSON text, found from its line and column: a path that is tracked while
//! values are read would make each type's code twice as large.

use std::fmt;

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Member(String),
    Item(usize),
}

/// A path, such as `places[0].city`; `.` for the whole value.
#[derive(Debug)]
pub(crate) struct JsonPath(pub(crate) Vec<Step>);

/// An object or a list that is being read.
enum Level<'a> {
    /// With the name of the member that was read last, as JSON.
    Object(Option<&'a str>),
    /// With the number of the item.
    List(usize),
}

impl JsonPath {
    /// The path of the value that was read last when the error occurred.
    pub(crate) fn of(text: &str, error: &serde_json::Error) -> Self {
        let end = offset(text, error.line(), error.column());
        let read = text.get(..end).unwrap_or(text);
        let mut levels = Vec::new();
        let mut string = "";
        let mut bytes = read.bytes().enumerate();
        while let Some((start, byte)) = bytes.next() {
            match (byte, levels.last_mut()) {
                (b'"', _) => {
                    string = read.get(start..end_of_string(&mut bytes)).unwrap_or_default();
                }
                (b'{', _) => levels.push(Level::Object(None)),
                (b'[', _) => levels.push(Level::List(0)),
                (b'}' | b']', _) => drop(levels.pop()),
                (b':', Some(Level::Object(name))) => *name = Some(string),
                (b',', Some(Level::Object(name))) => *name = None,
                (b',', Some(Level::List(index))) => *index += 1,
                _ => {}
            }
        }
        let steps = levels.into_iter().map_while(|level| match level {
            Level::Object(name) => serde_json::from_str(name?).ok().map(Step::Member),
            Level::List(index) => Some(Step::Item(index)),
        });
        Self(steps.collect())
    }
}

impl fmt::Display for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.0.iter().enumerate() {
            match step {
                Step::Member(name) if index == 0 => f.write_str(name)?,
                Step::Member(name) => write!(f, ".{name}")?,
                Step::Item(index) => write!(f, "[{index}]")?,
            }
        }
        if self.0.is_empty() { f.write_str(".") } else { Ok(()) }
    }
}

/// The number of bytes before a column of a line.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let lines = text.split_inclusive('\n').take(line.saturating_sub(1));
    if line == 0 { 0 } else { lines.map(str::len).sum::<usize>() + column }
}

/// Skips the rest of a string. Returns where it ends.
fn end_of_string(bytes: &mut impl Iterator<Item = (usize, u8)>) -> usize {
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' => drop(bytes.next()),
            b'"' => return at + 1,
            _ => {}
        }
    }
    usize::MAX
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;
    use serde::de::DeserializeOwned;
    use serde_json::Value;

    use super::JsonPath;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its type matters")]
    struct Trip {
        places: Vec<Place>,
        #[serde(default)]
        notes: BTreeMap<String, (u8, bool)>,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only its type matters")]
    struct Place {
        city: String,
        kind: Option<Kind>,
    }

    #[derive(Debug, Deserialize)]
    enum Kind {
        Town,
        #[expect(dead_code, reason = "only its type matters")]
        Island {
            area: u32,
        },
    }

    fn place<T: DeserializeOwned>(text: &str) -> String {
        match serde_json::from_str::<T>(text) {
            Ok(_) => "read".to_owned(),
            Err(error) => JsonPath::of(text, &error).to_string(),
        }
    }

    #[test]
    fn a_path_leads_to_the_value_that_does_not_fit() {
        for (text, path) in [
            (r#"{"places":[]}"#, "read"),
            ("[]", "."),
            ("{}", "."),
            (r#"{"places":7}"#, "places"),
            (r#"{"places":[{"city":"a"},{"city":7}]}"#, "places[1].city"),
            (r#"{"places":[{"city":"a"}, 7 ]}"#, "places[1]"),
            (r#"{"places":[{"city":"a"},{}]}"#, "places[1]"),
            (r#"{"places":[{"city":"a","kind":"Moon"}]}"#, "places[0].kind"),
            (
                r#"{"places":[{"city":"}\",[","kind":{"Island":{"area":-1}}}]}"#,
                "places[0].kind.Island.area",
            ),
            (r#"{"places":[],"notes":{"a":[1,true],"b\u0041 c":[1,"no"]}}"#, "notes.bA c[1]"),
            (r#"{"places":[],"notes":{"a":[1]}}"#, "notes.a"),
            (r#"{"places":[],"other":{"a":[1]}}"#, "."),
            ("{\n\"places\": [\n {\"city\":\n\"ü\", \"kind\": 7}]}", "places[0].kind"),
            (r#"{"places":[{"city":"a"#, "places[0].city"),
        ] {
            assert_eq!(place::<Trip>(text), path, "{text}");
        }
        assert!(matches!(serde_json::from_str("\"Town\""), Ok(Kind::Town)));
    }

    #[test]
    fn no_text_breaks_it() {
        let error = serde_json::from_str::<Value>("[[[[\n\n\"\\").unwrap_err();
        for text in ["", "\"", "\"\\", "}}}]", "\n\n", "{\"a\":\u{fc}", "[,,,,:"] {
            JsonPath::of(text, &error).to_string();
        }
    }
}
