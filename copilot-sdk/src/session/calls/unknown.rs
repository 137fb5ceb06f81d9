//! Names that a session does not know.

/// The problem with an unknown name, if it is one.
pub(super) fn unknown(kind: &str, name: &str, known: impl Iterator<Item = String>) -> Vec<String> {
    let known: Vec<_> = known.collect();
    if known.iter().any(|own| own == name) {
        return Vec::new();
    }
    let there_are = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    vec![format!("there is no {kind} {name:?} in this session; there are: {there_are}")]
}
