//! The agent's answer (`assistant.*`): rounds, messages, reasoning, and their usage.
//!
//! A turn, from prompt to idle, consists of rounds. Each round is one model call: the model may
//! reason, writes a message, and may request tools, whose results it reads in the next round. With
//! streaming on, deltas precede the complete message.
//!
//! ```
//! use copilot_sdk::event::EventData;
//!
//! fn print(data: &EventData) {
//!     match data {
//!         EventData::AssistantMessageDelta(delta) => print!("{}", delta.delta_content),
//!         EventData::AssistantMessage(message) => println!("\n({:?})", message.model),
//!         EventData::AssistantUsage(usage) => println!("{:?} tokens", usage.output_tokens),
//!         _ => {}
//!     }
//! }
//! ```

mod message;
mod round;
mod usage;

pub use message::*;
pub use round::*;
pub use usage::*;
