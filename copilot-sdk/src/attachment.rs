//! Files, directories, selections and data that go with a prompt.

use std::fmt;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::Value;

/// Something that goes with a prompt (wire name `attachments`).
///
/// Files and directories are only *named* to the model, which can then read them with its tools; the text of a
/// selection and the data of a blob are sent.
///
/// ```
/// use copilot_sdk::attachment::Attachment;
///
/// let png = std::fs::read("chart.png").unwrap_or_default();
/// let attachments = [
///     Attachment::file("src/main.rs").lines(10, 20),
///     Attachment::directory("docs"),
///     Attachment::blob(png, "image/png").display_name("chart"),
/// ];
/// ```
#[derive(Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Attachment {
    kind: Kind,
    /// A setter that this kind does not have.
    #[serde(skip)]
    misplaced: Option<&'static str>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase")]
enum Kind {
    File {
        path: PathBuf,
        #[serde(skip_serializing_if = "Option::is_none")]
        display_name: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        line_range: Option<LineRange>,
        #[serde(skip_serializing_if = "Option::is_none")]
        mime_type: Option<String>,
    },
    Directory {
        path: PathBuf,
        #[serde(skip_serializing_if = "Option::is_none")]
        display_name: Option<String>,
    },
    Selection {
        file_path: PathBuf,
        display_name: String,
        text: String,
        selection: Range,
    },
    Blob {
        data: String,
        mime_type: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        display_name: Option<String>,
    },
    #[serde(untagged)]
    Other(Value),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
struct LineRange {
    start: u32,
    end: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
struct Range {
    start: Position,
    end: Position,
}

/// A place in a text (wire: 0-based, as editors count).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Position {
    /// The line; the first is 0.
    pub line: u32,
    /// The character in the line; the first is 0.
    pub character: u32,
}

impl Attachment {
    /// A file, by its path.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self::new(Kind::File { path: path.into(), display_name: None, line_range: None, mime_type: None })
    }

    /// A directory, by its path.
    pub fn directory(path: impl Into<PathBuf>) -> Self {
        Self::new(Kind::Directory { path: path.into(), display_name: None })
    }

    /// Selected text of a file, from one place to another.
    pub fn selection(
        path: impl Into<PathBuf>,
        text: impl Into<String>,
        start: impl Into<Position>,
        end: impl Into<Position>,
    ) -> Self {
        let path = path.into();
        let display_name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let selection = Range { start: start.into(), end: end.into() };
        Self::new(Kind::Selection { file_path: path, display_name, text: text.into(), selection })
    }

    /// Data, such as an image, with its media type.
    pub fn blob(data: impl AsRef<[u8]>, mime_type: impl Into<String>) -> Self {
        Self::new(Kind::Blob { data: STANDARD.encode(data), mime_type: mime_type.into(), display_name: None })
    }

    /// An attachment of another kind as its wire JSON, such as a `github_reference`.
    pub fn json(json: Value) -> Self {
        Self::new(Kind::Other(json))
    }

    fn new(kind: Kind) -> Self {
        Self { kind, misplaced: None }
    }

    /// The name that is shown (wire name `displayName`).
    pub fn display_name(mut self, name: impl Into<String>) -> Self {
        let name = name.into();
        match &mut self.kind {
            Kind::File { display_name, .. }
            | Kind::Directory { display_name, .. }
            | Kind::Blob { display_name, .. } => {
                *display_name = Some(name);
            }
            Kind::Selection { display_name, .. } => *display_name = name,
            Kind::Other(json) => {
                if let Some(json) = json.as_object_mut() {
                    json.insert("displayName".to_owned(), Value::String(name));
                }
            }
        }
        self
    }

    /// The lines of a file that matter (wire name `lineRange`).
    pub fn lines(mut self, start: u32, end: u32) -> Self {
        match &mut self.kind {
            Kind::File { line_range, .. } => *line_range = Some(LineRange { start, end }),
            _ => self.misplaced = Some("lines"),
        }
        self
    }

    /// The media type of a file or blob (wire name `mimeType`).
    pub fn mime_type(mut self, name: impl Into<String>) -> Self {
        match &mut self.kind {
            Kind::File { mime_type, .. } => *mime_type = Some(name.into()),
            Kind::Blob { mime_type, .. } => *mime_type = name.into(),
            Kind::Directory { .. } | Kind::Selection { .. } | Kind::Other(_) => self.misplaced = Some("mime_type"),
        }
        self
    }

    /// Everything that the CLI would accept and ignore.
    pub(crate) fn check(&self) -> Vec<String> {
        let problem = |text: String| vec![format!("attachment: {text}")];
        if let Some(setter) = self.misplaced {
            return problem(format!("`.{setter}(..)` has no meaning for this kind of attachment: leave it out"));
        }
        match &self.kind {
            Kind::File { path, .. } | Kind::Directory { path, .. } if path.as_os_str().is_empty() => {
                problem("the path is empty".to_owned())
            }
            Kind::File { path, .. } | Kind::Directory { path, .. } if path.to_str().is_none() => {
                problem(format!("the path {} is not UTF-8", path.display()))
            }
            Kind::File { line_range: Some(range), .. } if range.start > range.end => {
                problem(format!("the lines {} to {} are in the wrong order", range.start, range.end))
            }
            Kind::Selection { file_path, .. } if file_path.to_str().is_none() => {
                problem(format!("the path {} is not UTF-8", file_path.display()))
            }
            Kind::Selection { selection, .. } if selection.start > selection.end => {
                problem("the selection ends before it starts".to_owned())
            }
            Kind::Blob { mime_type, .. } if !mime_type.contains('/') => {
                problem(format!("{mime_type:?} is not a media type such as \"image/png\""))
            }
            Kind::Blob { data, .. } if data.is_empty() => problem("the blob has no data".to_owned()),
            Kind::Other(json) if json.get("type").is_none_or(|kind| !kind.is_string()) => {
                problem("the JSON has no `type`".to_owned())
            }
            _ => Vec::new(),
        }
    }
}

impl From<(u32, u32)> for Position {
    /// Line and character, both counted from 0.
    fn from((line, character): (u32, u32)) -> Self {
        Self { line, character }
    }
}

impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Blob { data, mime_type, .. } => write!(f, "Blob({mime_type}, {} bytes as base64)", data.len()),
            other => other.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Attachment;

    #[test]
    fn attachments_are_exactly_what_the_cli_reads() {
        let attachments = [
            Attachment::file("/project/ws/att.txt").display_name("att.txt"),
            Attachment::file("a.rs").lines(1, 2).mime_type("text/x-rust"),
            Attachment::directory("/project/ws/dir1"),
            Attachment::selection("/project/ws/att.txt", "sel text", (1, 0), (1, 4)),
            Attachment::blob([0x89, b'P', b'N', b'G'], "image/png").display_name("p.png"),
            Attachment::json(json!({"type": "github_url", "url": "u"})).display_name("d"),
        ];
        assert_eq!(
            serde_json::to_value(&attachments).expect("plain data serializes"),
            json!([
                {"type": "file", "path": "/project/ws/att.txt", "displayName": "att.txt"},
                {"type": "file", "path": "a.rs", "lineRange": {"start": 1, "end": 2}, "mimeType": "text/x-rust"},
                {"type": "directory", "path": "/project/ws/dir1"},
                {"type": "selection", "filePath": "/project/ws/att.txt", "displayName": "att.txt", "text": "sel text",
                    "selection": {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 4}}},
                {"type": "blob", "data": "iVBORw==", "mimeType": "image/png", "displayName": "p.png"},
                {"type": "github_url", "url": "u", "displayName": "d"},
            ])
        );
        assert!(attachments.iter().all(|attachment| attachment.check().is_empty()));
    }

    #[test]
    fn mistakes_are_found_before_sending() {
        for (attachment, problem) in [
            (Attachment::file(""), "attachment: the path is empty"),
            (Attachment::file("a").lines(3, 2), "attachment: the lines 3 to 2 are in the wrong order"),
            (Attachment::selection("a", "t", (2, 0), (1, 0)), "attachment: the selection ends before it starts"),
            (Attachment::blob([1], "png"), "attachment: \"png\" is not a media type such as \"image/png\""),
            (Attachment::blob([], "image/png"), "attachment: the blob has no data"),
            (
                Attachment::directory("a").lines(1, 2),
                "attachment: `.lines(..)` has no meaning for this kind of attachment: leave it out",
            ),
            (Attachment::json(json!({"kind": "x"})), "attachment: the JSON has no `type`"),
        ] {
            assert_eq!(attachment.check(), [problem]);
        }
    }

    #[test]
    fn debug_does_not_print_megabytes() {
        assert_eq!(format!("{:?}", Attachment::blob([0; 3000], "image/png")), "Blob(image/png, 4000 bytes as base64)");
    }
}
