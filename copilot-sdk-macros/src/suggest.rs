//! Suggestions for unknown words.

/// The one of `words` most likely misspelled as `word`, according to darling.
pub(crate) fn similar<'a>(word: &str, words: &[&'a str]) -> Option<&'a str> {
    let error = darling::Error::unknown_field_with_alts(word, words).to_string();
    let (_, suggestion) = error.split_once("Did you mean `")?;
    let (similar, _) = suggestion.split_once('`')?;
    words.iter().copied().find(|word| *word == similar)
}

/// The end of a help text: the known words.
pub(crate) fn expected(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.as_slice() {
        [only] => format!("expected {only}"),
        _ => format!("expected one of {}", quoted.join(", ")),
    }
}

/// An example of `key = value` to paste.
pub(crate) fn assignment(key: &str) -> String {
    let value = match key {
        "crate" => "::copilot_sdk",
        "default" | "min" => "0",
        "defer" => "\"never\"",
        "description" => "\"Get the weather in a city\"",
        "handle" => "SearchTool",
        "max" => "10",
        "metadata" => "serde_json::json!({\"key\": \"value\"})",
        "name" => "\"get_weather\"",
        "part" => "admin",
        "pattern" => "\"^[a-z]+$\"",
        "rename" => "\"city\"",
        "timeout" => "\"30s\"",
        _ => "\"...\"",
    };
    format!("write `{key} = {value}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelled_word_is_recognized_and_another_word_is_not() {
        let words = ["default", "description", "flatten", "max", "min"];
        let similar =
            ["defalt", "desciption", "desc", "mim", "colour", ""].map(|word| similar(word, &words));
        let expected = [Some("default"), Some("description"), Some("description"), Some("min")];
        assert_eq!(similar[..4], expected);
        assert_eq!(similar[4..], [None, None]);
    }
}
