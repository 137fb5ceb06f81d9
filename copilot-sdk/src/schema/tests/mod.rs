//! Reading and checking values as a whole: what is found, what is read, and how much work it takes.

mod bounds;
mod integers;
mod problems;
mod refusals;
