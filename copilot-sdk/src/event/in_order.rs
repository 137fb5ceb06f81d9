//! Events as every CLI so far writes them: what surrounds the data is compared, not parsed.

use std::sync::OnceLock;

use super::data::EventData;
use super::envelope::Event;
use crate::json_text::{is_plain, split_at_quote};

/// The lengths of most ids and timestamps.
const ID: usize = 36;
const TIMESTAMP: usize = 24;

const EPHEMERAL: &str = r#","ephemeral":true"#;

impl Event {
    /// Reads an event whose members have the order, and no blanks between them, as in
    /// `{"type":"..","data":..,"id":"..","timestamp":"..","parentId":".."}`, with `ephemeral` and
    /// `agentId` where a CLI puts them. `None` for any other, and if the data does not fit.
    ///
    /// The text is taken apart from both ends. What is left has to be one JSON value, the data: the
    /// text is then an object of these members and can be no other.
    pub(super) fn in_order(text: &str) -> Option<Self> {
        let (event_type, rest) = split_at_quote(text.strip_prefix(r#"{"type":""#)?)?;
        let (rest, last) = ephemeral(rest.strip_suffix('}')?);
        let (rest, parent_id) = match rest.strip_suffix(r#","parentId":null"#) {
            Some(rest) => (rest, None),
            None => last_text(rest, r#","parentId":"#, ID).map(|(rest, id)| (rest, Some(id)))?,
        };
        let (rest, timestamp) = last_text(rest, r#","timestamp":"#, TIMESTAMP)?;
        let (rest, id) = last_text(rest, r#","id":"#, ID)?;
        let (rest, agent_id) = last_text(rest, r#","agentId":"#, ID)
            .map_or((rest, None), |(rest, agent_id)| (rest, Some(agent_id)));
        let (rest, after_data) = ephemeral(rest);
        let (rest, before_data) =
            rest.strip_prefix(EPHEMERAL).map_or((rest, false), |rest| (rest, true));
        let data = rest.strip_prefix(r#","data":"#)?;
        let data = EventData::read(event_type, data)?;
        Some(Self {
            id: id.into(),
            timestamp: timestamp.to_owned(),
            parent_id: parent_id.map(Into::into),
            agent_id: agent_id.map(Into::into),
            ephemeral: last || after_data || before_data,
            data,
            begins: OnceLock::new(),
        })
    }
}

/// Text without the mark of an ephemeral event at its end, and whether there was one.
fn ephemeral(text: &str) -> (&str, bool) {
    text.strip_suffix(EPHEMERAL).map_or((text, false), |rest| (rest, true))
}

/// Splits off the member at the end, if it is text without escapes, and has this name. It usually
/// has this length.
fn last_text<'a>(text: &'a str, name: &str, usual: usize) -> Option<(&'a str, &'a str)> {
    let text = text.strip_suffix('"')?;
    let at_usual = text.len().checked_sub(usual).and_then(|at| text.split_at_checked(at));
    let named = |(rest, value): (&'a str, &'a str)| {
        let rest = rest.strip_suffix('"')?.strip_suffix(name)?;
        is_plain(value).then_some((rest, value))
    };
    at_usual.and_then(named).or_else(|| {
        let (_, value) = text.rsplit_once('"')?;
        named(text.split_at_checked(text.len() - value.len())?)
    })
}

#[cfg(test)]
mod tests {
    use super::super::data::EventData;
    use super::Event;

    fn written(event: &Event) -> String {
        serde_json::to_string(event).unwrap()
    }

    #[test]
    fn every_order_of_a_cli_is_read_as_an_event_in_any_order_is() {
        let (kind, data) = (r#""type":"session.idle""#, r#""data":{"aborted":true}"#);
        let end = r#""id":"e2","timestamp":"2026-01-01T00:00:00.000Z","parentId":"e1""#;
        let (agent, ephemeral) = (r#""agentId":"a""#, r#""ephemeral":true"#);
        for text in [
            format!("{{{kind},{data},{end}}}"),
            format!("{{{kind},{data},{end},{ephemeral}}}"),
            format!("{{{kind},{data},{ephemeral},{end}}}"),
            format!("{{{kind},{ephemeral},{data},{end}}}"),
            format!("{{{kind},{data},{agent},{end}}}"),
            format!("{{{kind},{data},{ephemeral},{agent},{end}}}"),
            format!(r#"{{{kind},{data},"id":"e2","timestamp":"","parentId":null}}"#),
            format!(r#"{{"type":"new","data":[{{"id":"x"}}],{end}}}"#),
        ] {
            let event = Event::in_order(&text).expect(&text);
            let expected: Event = serde_json::from_str(&text).unwrap();
            assert_eq!(written(&event), written(&expected), "{text}");
            assert_eq!(event.ephemeral, text.contains(ephemeral), "{text}");
        }
    }

    #[test]
    fn what_looks_like_the_end_of_an_event_within_its_data_is_data() {
        let end = r#""id":"e2","timestamp":"t","parentId":"e1""#;
        let text = format!(r#"{{"type":"new","data":{{{end}}},{end}}}"#);
        let event = Event::in_order(&text).unwrap();
        let EventData::Other(other) = &event.data else { panic!("{event:?}") };
        assert_eq!(other.json.get(), format!("{{{end}}}"));
        for text in [
            format!(r#"{{"type":"new","data":{{{end}}}}}"#),
            format!(r#"{{"type":"new","data":{{"a":1,{end}}}"#),
            format!(r#"{{"type":"new","data":"x\",{end}}}"#),
            format!(r#"{{"type":"new","data":1,"data":2,{end}}}"#),
            format!(r#"{{"type":"n\u0065w","data":1,{end}}}"#),
            format!(r#"{{"type":"new", "data":1,{end}}}"#),
            format!(r#"{{"type":"new",{end}}}"#),
            format!(r#"{{"type":"new","data":,{end}}}"#),
            format!("{{\"type\":\"n\nw\",\"data\":1,{end}}}"),
            r#"{"type":"new","data":1,"id":"e\u0032","timestamp":"t","parentId":"e1"}"#.to_owned(),
            r#"{"type":"new","data":1,"id":7,"timestamp":"t","parentId":"e1"}"#.to_owned(),
            r#"{"type":"new","data":1,"timestamp":"t","id":"e2","parentId":"e1"}"#.to_owned(),
        ] {
            assert!(Event::in_order(&text).is_none(), "{text}");
        }
    }
}
