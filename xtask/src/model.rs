//! What the schemas say, as far as Rust code says it.

use std::collections::{BTreeMap, BTreeSet};

/// The protocol of one CLI.
#[derive(Debug, Default)]
pub(crate) struct Protocol {
    /// The version of the CLI.
    pub(crate) version: String,
    /// The public methods that a client calls.
    pub(crate) methods: Vec<Method>,
    /// Every event.
    pub(crate) events: Vec<Event>,
    /// The types of all these, by name.
    pub(crate) types: BTreeMap<String, Type>,
}

/// A method that a client calls.
#[derive(Debug)]
pub(crate) struct Method {
    /// The name on the wire.
    pub(crate) name: String,
    /// The words of the name, without `session`.
    pub(crate) path: Vec<String>,
    /// Whether it is called on a session.
    pub(crate) in_session: bool,
    /// The type of its params, the session's id left out.
    pub(crate) params: Option<Shape>,
    /// The type of its result; `None` if that says nothing.
    pub(crate) result: Option<Shape>,
    /// Whether the result may be `null` instead.
    pub(crate) nullable: bool,
    pub(crate) stability: Stability,
}

/// An event.
#[derive(Debug)]
pub(crate) struct Event {
    /// The type on the wire.
    pub(crate) name: String,
    /// The type of its payload.
    pub(crate) payload: String,
}

/// How much the schema promises.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Stability {
    pub(crate) experimental: bool,
    pub(crate) deprecated: bool,
    pub(crate) internal: bool,
}

/// A named type.
#[derive(Debug)]
pub(crate) struct Type {
    pub(crate) kind: Kind,
    pub(crate) stability: Stability,
    /// Who uses it directly, in words.
    pub(crate) users: BTreeSet<String>,
    /// The namespaces of the users, each with its domain.
    pub(crate) places: BTreeSet<(&'static str, String)>,
}

/// What a named type consists of.
#[derive(Debug, PartialEq)]
pub(crate) enum Kind {
    Record(Record),
    /// Words on the wire.
    Words(Vec<String>),
    Union(Vec<Variant>),
}

/// An object.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Record {
    /// Fields whose value is determined: the name and the value as Rust code.
    pub(crate) constants: Vec<(String, String)>,
    pub(crate) fields: Vec<Field>,
}

/// A field of an object.
#[derive(Debug, PartialEq)]
pub(crate) struct Field {
    /// The name on the wire.
    pub(crate) name: String,
    pub(crate) shape: Shape,
    pub(crate) required: bool,
    pub(crate) nullable: bool,
    /// What is known of it besides its type, as sentences.
    pub(crate) facts: Vec<String>,
}

/// A member of a union.
#[derive(Debug, PartialEq)]
pub(crate) struct Variant {
    pub(crate) name: String,
    pub(crate) shape: Shape,
    /// What tells it apart, as a `Guard` of the protocol module.
    pub(crate) guard: String,
}

/// A type where it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shape {
    Text,
    Flag,
    Unsigned,
    Signed,
    Float,
    /// Any JSON.
    Json,
    /// An object of any fields.
    Object,
    /// An event with its envelope.
    Event,
    List(Box<Self>),
    Entries(Box<Self>),
    Named(String),
    /// A type that contains itself.
    Boxed(String),
}

impl Shape {
    /// The named type at its core.
    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Self::List(inner) | Self::Entries(inner) => inner.name(),
            Self::Named(name) | Self::Boxed(name) => Some(name),
            _ => None,
        }
    }

    /// The Rust type.
    pub(crate) fn rust(&self) -> String {
        match self {
            Self::Text => "String".to_owned(),
            Self::Flag => "bool".to_owned(),
            Self::Unsigned => "u64".to_owned(),
            Self::Signed => "i64".to_owned(),
            Self::Float => "f64".to_owned(),
            Self::Json => "Value".to_owned(),
            Self::Object => "Map<String, Value>".to_owned(),
            Self::Event => "Event".to_owned(),
            Self::List(item) => format!("Vec<{}>", item.rust()),
            Self::Entries(value) => format!("Entries<{}>", value.rust()),
            Self::Named(name) => name.clone(),
            Self::Boxed(name) => format!("Box<{name}>"),
        }
    }
}

impl Field {
    /// The Rust type, optional ones as `Option`.
    pub(crate) fn rust(&self) -> String {
        let inner = self.shape.rust();
        if self.required && !self.nullable { inner } else { format!("Option<{inner}>") }
    }
}

impl Type {
    /// The types that it is made of.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &Shape> {
        let (fields, variants): (&[Field], &[Variant]) = match &self.kind {
            Kind::Record(record) => (&record.fields, &[]),
            Kind::Words(_) => (&[], &[]),
            Kind::Union(variants) => (&[], variants),
        };
        fields.iter().map(|field| &field.shape).chain(variants.iter().map(|each| &each.shape))
    }
}
