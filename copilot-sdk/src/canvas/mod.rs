//! Canvases: panels next to the conversation that this program provides, and the agent opens.
//!
//! A [`Canvas`] has a name that the agent reads, handlers for being opened and closed, and actions
//! that the agent invokes while it is open. What a person sees is a web page, at the URL that the
//! handler of an opening returns.
//!
//! ```no_run
//! # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
//! use copilot_sdk::canvas::{Canvas, CanvasPage};
//! use serde_json::json;
//!
//! let chart = Canvas::new("chart", "Chart", "Shows the numbers of a table as a chart")
//!     .on_open(|opening| async move {
//!         CanvasPage::new().url(format!("http://localhost:8080/{}", opening.instance_id))
//!     })
//!     .action("highlight", "Highlights one column", |call| async move {
//!         json!({"highlighted": call.input["column"]})
//!     });
//! let session = client.session().canvas(chart).create().await?;
//!
//! session.open_canvas("chart", "sales", json!({"table": "sales"})).await?;
//! for canvas in session.open_canvases().await? {
//!     println!("{} at {}", canvas.canvas_id, canvas.url.unwrap_or_default());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The agent gets tools to list, open and close canvases and to invoke their actions;
//! [`Session::open_canvas`](crate::Session::open_canvas) and its siblings do the same from your
//! program.

mod declaration;
mod requests;

pub use declaration::{Canvas, CanvasActionCall, CanvasClosing, CanvasOpening, CanvasPage};
pub(crate) use requests::{check, register};
