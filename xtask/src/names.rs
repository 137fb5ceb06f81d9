//! Names of the wire as names of Rust.

/// Words of Rust that cannot be names of fields or methods.
const KEYWORDS: [&str; 22] = [
    "abstract", "as", "async", "await", "const", "enum", "extern", "fn", "for", "if", "impl", "in",
    "loop", "match", "mod", "move", "mut", "ref", "static", "type", "use", "where",
];

/// A field or method: `gitHubToken` becomes `github_token`.
pub(crate) fn snake(wire: &str) -> String {
    let joined = words(wire).join("_");
    match joined.as_str() {
        "extra" => "extra_field".to_owned(),
        word if KEYWORDS.contains(&word) => format!("r#{word}"),
        _ => joined,
    }
}

/// A type or variant: `allow-all` becomes `AllowAll`.
pub(crate) fn pascal(wire: &str) -> String {
    let name: String = words(wire).iter().map(|word| capitalized(word)).collect();
    match name.as_str() {
        "" if wire == "*" => "Any".to_owned(),
        "" => "Empty".to_owned(),
        // Every enum has these for what it does not know.
        "Unknown" | "Other" | "Self" => format!("{name}Value"),
        name if name.starts_with(|c: char| c.is_ascii_digit()) => format!("V{name}"),
        name => name.to_owned(),
    }
}

/// The words of a name in lower case. Brands and acronyms are one word.
pub(crate) fn words(wire: &str) -> Vec<String> {
    let whole = ["GitHub", "gitHub", "OAuth", "oAuth"];
    let mut text = wire.to_owned();
    for brand in whole {
        let (first, rest) = brand.split_at(1);
        text = text.replace(brand, &format!("{first}{}", rest.to_lowercase()));
    }
    let chars: Vec<char> = text.chars().collect();
    let mut words = Vec::new();
    let mut word = String::new();
    let mut before: Option<char> = None;
    for (at, &c) in chars.iter().enumerate() {
        let next_is_lower = chars.get(at + 1).is_some_and(char::is_ascii_lowercase);
        let begins = match before {
            Some(before) if c.is_ascii_uppercase() => {
                before.is_ascii_lowercase() || before.is_ascii_digit() || next_is_lower
            }
            _ => false,
        };
        if !c.is_ascii_alphanumeric() || begins {
            words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
        }
        if c.is_ascii_alphanumeric() {
            word.push(c.to_ascii_lowercase());
        }
        before = Some(c);
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

fn capitalized(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_wire_become_names_of_rust() {
        let cases = [
            ("gitHubToken", "github_token", "GithubToken"),
            ("allow-all", "allow_all", "AllowAll"),
            ("not_configured", "not_configured", "NotConfigured"),
            ("mcpURLList", "mcp_url_list", "McpUrlList"),
            ("_meta", "meta", "Meta"),
            ("type", "r#type", "Type"),
            ("unknown", "unknown", "UnknownValue"),
            ("1d", "1d", "V1d"),
            ("*", "", "Any"),
        ];
        for (wire, field, variant) in cases {
            assert_eq!((snake(wire).as_str(), pascal(wire).as_str()), (field, variant));
        }
    }
}
