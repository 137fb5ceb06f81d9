//! Doc comments, wrapped.

const WIDTH: usize = 100;

/// A doc comment of one paragraph.
pub(crate) fn doc(indent: &str, text: &str) -> String {
    let mut lines = String::new();
    let mut line = format!("{indent}///");
    let begin = line.len();
    for word in spans(text) {
        if line.len() > begin && line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push_str(&line);
            lines.push('\n');
            line.truncate(begin);
        }
        line.push(' ');
        line.push_str(&word);
    }
    lines.push_str(&line);
    lines.push('\n');
    lines
}

/// The words of a text; what stands in backticks stays in one line.
fn spans(text: &str) -> Vec<String> {
    let mut spans: Vec<String> = Vec::new();
    let mut in_code = false;
    for word in text.split(' ') {
        match spans.last_mut().filter(|_| in_code) {
            Some(last) => {
                last.push(' ');
                last.push_str(word);
            }
            None => spans.push(word.to_owned()),
        }
        in_code ^= word.matches('`').count() % 2 == 1;
    }
    spans
}
