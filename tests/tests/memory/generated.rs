//! Thousands of inputs for everything that reads what others wrote: good ones with mistakes made at
//! random, the same in every run.
//!
//! `fuzz/` gives the same functions to a fuzzer.

use copilot_sdk_tests::untrusted::{self, EXAMPLE_SCHEMA};

/// Inputs for each reader, and lines for [`untrusted::messages`].
const INPUTS: usize = 2_000;

/// Pieces that readers have opinions about.
const ODDITIES: [&[u8]; 44] = [
    b"{",
    b"}",
    b"[",
    b"]",
    b"\"",
    b"\\",
    b"\\u",
    b"\\ud800",
    b"\\u0000",
    b",",
    b":",
    b"null",
    b"true",
    b"-",
    b"0",
    b"1e999",
    b"-0.0",
    b"18446744073709551616",
    b"9007199254740993",
    b"1.5",
    b"{}",
    b"[]",
    b"\"\"",
    b"\0",
    b"\xff",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\r\n",
    b"\n",
    b"\r\n\r\n",
    b"Content-Length: ",
    b"Content-Length: 2\r\n\r\n{}",
    b"\"id\":",
    b"\"method\":",
    b"\"error\":",
    b"\"result\":1",
    b"$(x)",
    b"`",
    b";",
    b"&&",
    b"'",
    b" ",
    b"$ref",
    b"{\"anyOf\":[{},false]}",
];

fn seeds(reader: &str) -> Vec<Vec<u8>> {
    let messages = [
        r#"{"jsonrpc":"2.0","id":4,"result":{"message":"pong","timestamp":1}}"#,
        r#"{"jsonrpc":"2.0","id":4,"error":{"code":-32000,"message":"no","data":{"a":[1]}}}"#,
        r#"{"jsonrpc":"2.0","id":"7","method":"hooks.invoke","params":{"sessionId":"s1","hookType":"preToolUse","input":{}}}"#,
        r#"{"jsonrpc":"2.0","method":"session.event","params":{"sessionId":"s1","event":{"type":"session.idle","data":{"aborted":true},"id":"e1"}}}"#,
        r#"{"jsonrpc":"2.0","method":"session.event","params":{"sessionId":"s1","event":{"type":"permission.requested","data":{"requestId":"r","permissionRequest":{"kind":"shell"}},"id":"e2"}}}"#,
        r#"{"jsonrpc":"2.0","method":"session.lifecycle","params":{"type":"session.created","sessionId":"s2","metadata":{"startTime":"t"}}}"#,
    ];
    let events = [
        r#"{"type":"assistant.message","data":{"messageId":"m","content":"c","toolRequests":[{"toolCallId":"t","name":"n","arguments":{"a":1}}]},"id":"e","timestamp":"t","parentId":null,"agentId":"a","ephemeral":true}"#,
        r#"{"data":{"requestId":"r","toolCallId":"c","toolName":"t","arguments":{}},"type":"external_tool.requested","id":"e"}"#,
        r#"{"type":"session.shutdown","data":{"modelMetrics":{"m":{"requests":{"count":1}}},"codeChanges":{"filesModified":["a"]}},"id":"e"}"#,
        r#"{"type":"session.mcp_servers_loaded","data":{"servers":[{"name":"s","status":"connected"},{}]},"id":"e"}"#,
        r#"{"type":"x.y","data":[1,{"a":"b"}],"id":"e"}"#,
    ];
    let arguments = [
        r#"{"text":"ab","count":3,"share":0.5,"kind":"first","flag":true,"map":{"a":1},"either":[1,2]}"#,
        r#"{"text":"abc","list":[{"name":"a","children":[{"name":"b"}]}],"either":"x"}"#,
        r#"{"text":"","count":-1,"share":0,"kind":"frist","flag":"yes","list":[],"map":{"a":"b"},"more":1}"#,
        r#""{\"text\":\"a\"}""#,
    ];
    let lines = [
        "show",
        "list a 'b c' \"d\" | show && list {a,b} # end",
        "FOO='1 2' named x >/dev/null 2>&1",
        "list \"$HOME\" ~ * $((1)) <(x)\nshow",
    ];
    let bytes = |texts: &[&str]| texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    match reader {
        "framing" => messages
            .iter()
            .map(|body| format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes())
            .collect(),
        "messages" => bytes(&messages),
        "event" => bytes(&events),
        "arguments" => bytes(&arguments),
        "schema" => {
            let schema = EXAMPLE_SCHEMA.replace('\n', " ");
            arguments
                .iter()
                .map(|arguments| format!("{schema}\n{arguments}").into_bytes())
                .collect()
        }
        "shell_line" => bytes(&lines),
        reader => panic!("no good inputs for {reader}"),
    }
}

/// A generator of numbers (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit.max(1)).unwrap()).unwrap()
    }

    fn one_of<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices.get(self.below(choices.len())).copied().unwrap()
    }

    /// One of the good inputs, with up to eight mistakes.
    fn input(&mut self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let seeds: Vec<_> = seeds.iter().map(Vec::as_slice).collect();
        let mut input = self.one_of(&seeds).to_vec();
        for _ in 0..self.below(9) {
            let (from, to) = (self.below(input.len() + 1), self.below(input.len() + 1));
            let range = from.min(to)..from.max(to).min(from.min(to) + 40);
            match self.below(6) {
                0 => drop(input.drain(range)),
                1 => drop(input.splice(range, self.one_of(&ODDITIES).iter().copied())),
                2 => drop(input.splice(from..from, self.one_of(&ODDITIES).iter().copied())),
                3 => {
                    let piece: Vec<_> = input.get(range).unwrap_or_default().to_vec();
                    let times = 1 + self.below(30);
                    drop(input.splice(to..to, piece.repeat(times)));
                }
                4 => {
                    let other = self.one_of(&seeds);
                    let (head, tail) = (self.below(other.len()), self.below(other.len()));
                    let piece = other.get(head.min(tail)..head.max(tail)).unwrap_or_default();
                    drop(input.splice(from..from, piece.iter().copied()));
                }
                _ => {
                    if let Some(byte) = input.get_mut(from) {
                        *byte ^= 1 << self.below(8);
                    }
                }
            }
        }
        input
    }
}

#[test]
fn i10_no_generated_input_breaks_what_is_promised_of_its_reader() {
    for (reader, read) in untrusted::ALL {
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        let seeds = seeds(reader);
        // A connection reads many messages, so that each finds what the others left.
        let lines = if reader == "messages" { 50 } else { 1 };
        for number in 0..INPUTS / lines {
            let inputs: Vec<_> = (0..lines).map(|_| random.input(&seeds)).collect();
            let input = inputs.join(&b'\n');
            let outcome = std::panic::catch_unwind(|| read(&input));
            assert!(outcome.is_ok(), "{reader} {number}: {}", input.escape_ascii());
        }
    }
}
