//! What the macros make of code that is right: its schemas, and what the model reads of its calls.

mod argument_keys;
mod arguments;
mod attributes;
mod data;
mod dialects;
mod integers;
mod reference;
mod registration;
mod results;
mod running;
mod schemas;
mod tool_keys;
mod toolset;
