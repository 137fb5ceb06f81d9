//! What a schema says of a value besides its type, in sentences of our own.

use serde_json::Value;

/// The facts about a field.
pub(crate) fn facts(name: &str, schema: &Value, resolved: &Value) -> Vec<String> {
    let mut facts = Vec::new();
    facts.extend(unit(name, resolved));
    facts.extend(range(resolved));
    facts.extend(count(resolved, "minLength", "maxLength", "character"));
    facts.extend(count(resolved, "minItems", "maxItems", "item"));
    if let Some(default) = resolved.get("default") {
        facts.push(format!("Default: `{default}`."));
    }
    if schema["stability"] == "experimental" {
        facts.push("Experimental.".to_owned());
    }
    if schema["deprecated"] == true {
        facts.push("Deprecated by the CLI.".to_owned());
    }
    if schema["visibility"] == "internal" {
        facts.push("Internal to the CLI.".to_owned());
    }
    facts
}

fn unit(name: &str, schema: &Value) -> Option<String> {
    let is_number = ["integer", "number"].iter().any(|kind| has_type(schema, kind));
    let format = schema["format"].as_str();
    let unit = match format {
        Some("date-time") => "RFC 3339 text.",
        Some("uri") => "A URL.",
        Some("uuid") => "A UUID.",
        Some("duration") => "In milliseconds.",
        _ if schema["contentEncoding"] == "base64" => "Base64.",
        _ if !is_number => return None,
        _ if name.ends_with("Ms") || name.ends_with("Milliseconds") => "In milliseconds.",
        _ if name.ends_with("Seconds") => "In seconds.",
        _ if name.ends_with("Bytes") => "In bytes.",
        _ => return None,
    };
    Some(unit.to_owned())
}

fn range(schema: &Value) -> Option<String> {
    let bound = |key: &str| schema.get(key).filter(|bound| bound.is_number());
    let above = bound("exclusiveMinimum");
    // That a count is not negative shows in its type.
    let least = bound("minimum").filter(|least| least.as_f64() != Some(0.0));
    let (most, below) = (bound("maximum"), bound("exclusiveMaximum"));
    let lower = least.map(|n| format!("at least {n}")).or(above.map(|n| format!("more than {n}")));
    let upper = most.map(|n| format!("at most {n}")).or(below.map(|n| format!("less than {n}")));
    sentence(lower.into_iter().chain(upper))
}

fn count(schema: &Value, least: &str, most: &str, unit: &str) -> Option<String> {
    let bound = |key: &str| schema.get(key).and_then(Value::as_u64).filter(|bound| *bound > 0);
    let of = |bound: u64| format!("{bound} {unit}{}", if bound == 1 { "" } else { "s" });
    if let (Some(least), Some(most)) = (bound(least), bound(most))
        && least == most
    {
        return sentence([of(least)].into_iter());
    }
    let lower = bound(least).map(|bound| format!("at least {}", of(bound)));
    let upper = bound(most).map(|bound| format!("at most {}", of(bound)));
    sentence(lower.into_iter().chain(upper))
}

fn sentence(parts: impl Iterator<Item = String>) -> Option<String> {
    let text = parts.collect::<Vec<_>>().join(", ");
    let first = text.chars().next()?.to_uppercase();
    Some(format!("{first}{}.", text.get(1..).unwrap_or_default()))
}

fn has_type(schema: &Value, kind: &str) -> bool {
    match &schema["type"] {
        Value::String(name) => name == kind,
        Value::Array(names) => names.iter().any(|name| name == kind),
        _ => false,
    }
}
