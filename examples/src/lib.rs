//! The examples of `copilot-sdk`; each one is a file under `examples/`.
