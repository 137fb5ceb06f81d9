//! Where a value stands: put into words only when there is something to say about it.

use std::fmt;

#[derive(Clone, Copy)]
pub(super) enum Path<'a> {
    Start(&'a str),
    Member(&'a Path<'a>, &'a str),
    Item(&'a Path<'a>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Start(path) | Self::Member(Self::Start(""), path) => f.write_str(path),
            Self::Member(parent, name) => write!(f, "{parent}.{name}"),
            Self::Item(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}
