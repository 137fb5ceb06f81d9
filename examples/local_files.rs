//! Managing local files: the agent sorts a folder into subfolders. It has two tools that reach no
//! further than this folder, and what it did can be undone.
//!
//! `cargo run --example local_files`; a scripted model plays the agent, on a folder of its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::{fs, io};

use copilot_sdk::testing::{ModelReply, ModelRequest, ModelToolCall, ScriptedModel};
use copilot_sdk::tool_filter::ToolFilter;
use copilot_sdk::{ToolError, data, tool, tools, toolset};
use copilot_sdk_examples::Example;
use serde_json::json;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The folder that is sorted, and every move so far.
struct Folder {
    path: PathBuf,
    moves: Mutex<Vec<(PathBuf, PathBuf)>>,
}

#[data]
struct Entry {
    name: String,
    bytes: u64,
}

#[toolset]
impl Folder {
    /// List the files of the folder that are not in a subfolder.
    #[tool(show_errors)]
    fn list_files(&self) -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            let (entry, name) = entry.map(|entry| (entry.metadata(), entry.file_name()))?;
            let metadata = entry?;
            if metadata.is_file() {
                let name = name.to_string_lossy().into_owned();
                entries.push(Entry { name, bytes: metadata.len() });
            }
        }
        entries.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(entries)
    }

    /// Move a file of the folder into a subfolder, which is created where it is missing.
    #[tool]
    fn move_file(
        &self,
        /// The file, by its name in the list.
        name: String,
        /// The subfolder, such as "pictures".
        #[arg(pattern = "^[a-z]{1,20}$")]
        into: String,
    ) -> std::result::Result<(), ToolError> {
        let from = self.path.join(&name);
        // A name with a directory in it, `..` among them, is not a file of the list.
        if Path::new(&name).file_name() != Some(name.as_ref()) || !from.is_file() {
            return Err(ToolError::new(format!("there is no file {name:?} in the list")));
        }
        let to = self.path.join(into).join(name);
        if to.exists() {
            return Err(ToolError::new("the subfolder has a file of this name already"));
        }
        let moved = fs::create_dir_all(to.parent().unwrap_or(&self.path))
            .and_then(|()| fs::rename(&from, &to));
        moved.map_err(|error| ToolError::new("the file cannot be moved").with_source(error))?;
        self.moves.lock().unwrap_or_else(PoisonError::into_inner).push((from, to));
        Ok(())
    }
}

impl Folder {
    /// Moves everything back, the last move first.
    fn undo(&self) -> io::Result<usize> {
        let moves = std::mem::take(&mut *self.moves.lock().unwrap_or_else(PoisonError::into_inner));
        for (from, to) in moves.iter().rev() {
            fs::rename(to, from)?;
        }
        Ok(moves.len())
    }

    /// The files by the subfolder that they are in.
    fn tree(&self) -> io::Result<BTreeMap<String, Vec<String>>> {
        let mut tree = BTreeMap::new();
        for entry in fs::read_dir(&self.path)?.filter_map(io::Result::ok) {
            let name =
                |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if entry.path().is_dir() {
                let files = fs::read_dir(entry.path())?.filter_map(io::Result::ok);
                let mut files: Vec<_> = files.map(|file| name(&file.path())).collect();
                files.sort();
                tree.insert(name(&entry.path()), files);
            }
        }
        Ok(tree)
    }
}

/// The agent: looks at the list, tries to reach outside, and sorts by kind.
fn script(request: &ModelRequest) -> ModelReply {
    let results = request.tool_results();
    let move_file = |name: &str, into: &str| {
        ModelToolCall::new("move_file", json!({"name": name, "into": into}))
    };
    match results.len() {
        0 => ModelReply::tool("list_files", json!({})),
        1 => ModelReply::tools([
            move_file("../secret.txt", "documents"),
            move_file("beach.jpg", "pictures"),
            move_file("invoice.pdf", "documents"),
            move_file("report.pdf", "documents"),
        ]),
        _ => ModelReply::text("I sorted three files. The fourth is not in the folder."),
    }
}

#[tokio::main]
async fn main() -> Result {
    let example = Example::begin(include_str!("local_files.rs"), &[])?;
    let path = example.directory().join("downloads");
    fs::create_dir_all(&path)?;
    for name in ["beach.jpg", "invoice.pdf", "report.pdf", "../secret.txt"] {
        fs::write(path.join(name), name)?;
    }
    let folder = Arc::new(Folder { path, moves: Mutex::default() });
    let client = example.client().await?;
    let model = ScriptedModel::answering(script).await?;

    let session = example
        .session(&client, &model)
        .tools(tools![..folder.clone()])
        // No shell, no editor: these two tools are all that the agent has.
        .available_tools([ToolFilter::all_custom()])
        .create()
        .await?;
    let reply = session.ask("Sort my downloads into subfolders").await?;

    for call in reply.tool_calls().iter().filter(|call| !call.success) {
        println!("refused  {}", call.output);
    }
    println!("reply    {reply}");
    for (subfolder, files) in folder.tree()? {
        println!("{subfolder:<10}{}", files.join(", "));
    }
    println!("undone   {} moves", folder.undo()?);
    client.stop().await?;
    Ok(())
}
