/// A pattern in which `*` matches any characters, including none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wildcard(String);

impl Wildcard {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn matches(&self, text: &str) -> bool {
        let Some((start, rest)) = self.0.split_once('*') else { return self.0 == text };
        let Some(mut text) = text.strip_prefix(start) else { return false };
        let (middle, end) = rest.rsplit_once('*').unwrap_or(("", rest));
        for part in middle.split('*') {
            // Leftmost matches leave the most text for the following parts.
            let Some(found) = text.find(part) else { return false };
            text = text.get(found + part.len()..).unwrap_or_default();
        }
        text.ends_with(end)
    }
}

#[cfg(test)]
mod tests {
    use super::Wildcard;

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, text, expected) in [
            ("git status", "git status", true),
            ("git status", "git status -s", false),
            ("git status*", "git status -s", true),
            ("git *", "git", false),
            ("*", "", true),
            ("a*b*c", "a--b--c", true),
            ("a*b*c", "a--c--b", false),
            ("a*b*bc", "abbc", true),
            ("a*a", "a", false),
            ("*ab*", "aab", true),
            ("ä*ö", "äüö", true),
            ("", "", true),
            ("", "x", false),
        ] {
            assert_eq!(Wildcard::new(pattern).matches(text), expected, "{pattern:?} {text:?}");
        }
    }
}
