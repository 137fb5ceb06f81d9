//! The path of a value, formatted only for messages.

use std::fmt;

use super::wording::cut;

/// Maximum length of a name in a path, in characters.
const NAME: usize = 64;

#[derive(Clone, Copy)]
pub(super) enum Path<'a> {
    Start(&'a str),
    Member(&'a Path<'a>, &'a str),
    Item(&'a Path<'a>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Start(path) => f.write_str(path),
            Self::Member(Self::Start(""), name) => f.write_str(&cut(name, NAME)),
            Self::Member(parent, name) => write!(f, "{parent}.{}", cut(name, NAME)),
            Self::Item(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}
