//! Holds the compile-time tests of the macros.
