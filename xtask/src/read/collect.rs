//! The methods and events of the schemas, and who uses which type.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::shapes::{Reader, Seen};
use super::source::{Schemas, stability};
use crate::domains::{EVENTS, domain};
use crate::model::{Event, Kind, Method, Protocol, Shape, Type};
use crate::names::pascal;

/// Reads the public methods, every event, and the types that they use.
///
/// # Errors
///
/// If the schemas say something that this generator does not know how to write in Rust.
pub(crate) fn protocol(schemas: &Schemas, version: &str) -> Result<Protocol, String> {
    let mut reader = Reader::new(schemas);
    let mut methods = Vec::new();
    for (scope, in_session) in [("server", false), ("session", true)] {
        collect_methods(&mut reader, &schemas.api[scope], in_session, &mut methods)?;
    }
    let events = collect_events(&mut reader)?;
    let mut types = reader.types;
    for method in &methods {
        let namespace = method.path.first().cloned().unwrap_or_default();
        let place = (domain(&namespace)?, namespace);
        for (role, shape) in [("Params of", &method.params), ("Result of", &method.result)] {
            let Some(shape) = shape else { continue };
            mark(&mut types, shape, &format!("{role} `{}`", method.name), &place);
        }
    }
    for event in &events {
        let module = event.name.split('.').next().unwrap_or_default().to_owned();
        let payload = Shape::Named(event.payload.clone());
        mark(&mut types, &payload, &format!("Payload of `{}`", event.name), &(EVENTS, module));
    }
    box_circles(&mut types);
    methods.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Protocol { version: version.to_owned(), methods, events, types })
}

fn collect_methods(
    reader: &mut Reader<'_>,
    node: &Value,
    in_session: bool,
    methods: &mut Vec<Method>,
) -> Result<(), String> {
    let Some(name) = node["rpcMethod"].as_str() else {
        for child in node.as_object().into_iter().flatten().map(|(_, child)| child) {
            collect_methods(reader, child, in_session, methods)?;
        }
        return Ok(());
    };
    if node["visibility"] == "internal" {
        return Ok(());
    }
    let path = name.strip_prefix("session.").filter(|_| in_session).unwrap_or(name);
    let path: Vec<_> = path.split('.').map(str::to_owned).collect();
    let full: String = name.split('.').map(pascal).collect();
    let named = format!("{full}Params");
    let params = match (&node["params"], in_session) {
        (Value::Null, _) => None,
        (params, true) => session_params(reader, params, &named)?,
        (params, false) => {
            let title = params["title"].as_str();
            Some(reader.shape(params, title.unwrap_or(&named))?.shape)
        }
    };
    let Seen { shape, nullable } = reader.shape(&node["result"], &format!("{full}Result"))?;
    let says_nothing = node["result"]["type"] == "null" || is_empty(reader, &node["result"])?;
    methods.push(Method {
        name: name.to_owned(),
        path,
        in_session,
        params,
        result: (!says_nothing).then_some(shape),
        nullable,
        stability: stability(node),
    });
    Ok(())
}

/// The params of a method of a session without the session's id, which the handle adds.
fn session_params(
    reader: &mut Reader<'_>,
    params: &Value,
    name: &str,
) -> Result<Option<Shape>, String> {
    let (_, schema) = reader.schemas.resolve(params)?;
    let object = schema["anyOf"].as_array().and_then(|members| members.last()).unwrap_or(schema);
    let mut object = object.clone();
    let fields = object["properties"].as_object_mut();
    let is_empty = fields.is_none_or(|fields| {
        fields.remove("sessionId");
        fields.is_empty()
    });
    if is_empty {
        return Ok(None);
    }
    let title = params["title"].as_str().or(object["title"].as_str()).map(str::to_owned);
    let shape =
        match title.as_deref().filter(|title| reader.schemas.definitions.contains_key(*title)) {
            // The definition lacks the session's id.
            Some(title) => {
                let definition = reader.schemas.definitions.get(title).cloned().unwrap_or_default();
                reader.shape(&definition, title)?.shape
            }
            None => {
                if let Some(required) = object["required"].as_array_mut() {
                    required.retain(|name| name != "sessionId");
                }
                reader.shape(&object, title.as_deref().unwrap_or(name))?.shape
            }
        };
    Ok(Some(shape))
}

/// Whether a result is an object that never has a field.
fn is_empty(reader: &Reader<'_>, result: &Value) -> Result<bool, String> {
    let (_, schema) = reader.schemas.resolve(result)?;
    let has_fields = schema["properties"].as_object().is_some_and(|fields| !fields.is_empty());
    Ok(schema["type"] == "object" && !has_fields && schema["additionalProperties"] == false)
}

fn collect_events(reader: &mut Reader<'_>) -> Result<Vec<Event>, String> {
    let schemas = reader.schemas;
    let union = schemas.definitions.get("SessionEvent").ok_or("the schema lists no events")?;
    let mut events = Vec::new();
    for member in union["anyOf"].as_array().into_iter().flatten() {
        let (_, schema) = schemas.resolve(member)?;
        let fields = &schema["properties"];
        let name = fields["type"]["const"].as_str().ok_or("an event of the schema has no type")?;
        let full: String = name.split('.').map(pascal).collect();
        let payload = if members_of(schemas, &fields["data"])? {
            reader.shape(&fields["data"], &format!("{full}Data"))?.shape
        } else {
            reader.record(&fields["data"], &format!("{full}Data"))?
        };
        let payload = payload.name().unwrap_or_default().to_owned();
        events.push(Event { name: name.to_owned(), payload });
    }
    events.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(events)
}

fn members_of(schemas: &Schemas, schema: &Value) -> Result<bool, String> {
    let (_, schema) = schemas.resolve(schema)?;
    Ok(schema.get("anyOf").is_some() && schema.get("properties").is_none())
}

/// Notes a user of a type and of its parts.
fn mark(
    types: &mut BTreeMap<String, Type>,
    shape: &Shape,
    user: &str,
    place: &(&'static str, String),
) {
    let mut open: Vec<String> = shape.name().map(str::to_owned).into_iter().collect();
    let mut seen = BTreeSet::new();
    while let Some(name) = open.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        if let Some(found) = types.get_mut(&name) {
            if shape.name() == Some(&name) {
                found.users.insert(user.to_owned());
            }
            found.places.insert(place.clone());
            open.extend(found.parts().filter_map(Shape::name).map(str::to_owned));
        }
    }
}

/// Puts a type that contains itself behind a pointer.
fn box_circles(types: &mut BTreeMap<String, Type>) {
    let direct: BTreeMap<String, Vec<String>> = types
        .iter()
        .map(|(name, made)| {
            let inner = made.parts().filter_map(|shape| match shape {
                Shape::Named(name) => Some(name.clone()),
                _ => None,
            });
            (name.clone(), inner.collect())
        })
        .collect();
    let reaches = |from: &str, to: &str| {
        let mut open = vec![from.to_owned()];
        let mut seen = BTreeSet::new();
        while let Some(name) = open.pop() {
            if name == to {
                return true;
            }
            if seen.insert(name.clone()) {
                open.extend(direct.get(&name).into_iter().flatten().cloned());
            }
        }
        false
    };
    for (name, made) in types.iter_mut() {
        let shapes: Vec<&mut Shape> = match &mut made.kind {
            Kind::Record(record) => {
                record.fields.iter_mut().map(|field| &mut field.shape).collect()
            }
            Kind::Union(variants) => variants.iter_mut().map(|each| &mut each.shape).collect(),
            Kind::Words(_) => Vec::new(),
        };
        for shape in shapes {
            if let Shape::Named(inner) = shape
                && reaches(inner, name)
            {
                *shape = Shape::Boxed(std::mem::take(inner));
            }
        }
    }
}
