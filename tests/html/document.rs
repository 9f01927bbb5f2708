//! An HTML report -> its page and its data, as a browser reads them.

use serde_json::Value;

/// A report taken apart.
pub(crate) struct Document {
    /// What is no data.
    pub(crate) markup: String,
    /// The block `run`.
    pub(crate) run: Value,
    /// The blocks of the sessions, with their lines as texts.
    pub(crate) sessions: Vec<Value>,
}

const BEGIN: &str = "<script type=\"application/json\" id=\"";

impl Document {
    /// Splits a report at its blocks of data, which end where HTML ends them.
    pub(crate) fn of(text: &str) -> Self {
        let mut pieces = text.split(BEGIN);
        let mut markup = pieces.next().unwrap().to_owned();
        let (mut run, mut shared, mut sessions) = (Value::Null, Value::Null, Vec::new());
        for piece in pieces {
            let (name, rest) = piece.split_once("\">").unwrap();
            let end = rest.to_ascii_lowercase().find("</script").unwrap();
            markup.push_str(rest[end..].strip_prefix("</script>\n").unwrap());
            let data: Value = serde_json::from_str(&rest[..end]).unwrap();
            match name {
                "run" => run = data,
                "lines" => shared = data["lines"].clone(),
                _ => {
                    assert_eq!(name, format!("s{}", sessions.len()));
                    sessions.push(session(&data, &shared));
                }
            }
        }
        Self { markup, run, sessions }
    }

    /// The lines of a message.
    pub(crate) fn text(&self, session: usize, message: usize) -> Vec<&str> {
        let session = &self.sessions[session];
        let mut numbers: Vec<usize> = Vec::new();
        for number in session["messages"][message]["lines"].as_array().unwrap() {
            match number.as_i64().unwrap() {
                more @ ..0 => (more..0).for_each(|_| numbers.push(numbers.last().unwrap() + 1)),
                number => numbers.push(number as usize),
            }
        }
        let text = |number: usize| {
            let line = &session["lines"][number];
            line.as_str().or_else(|| line["t"].as_str()).unwrap()
        };
        numbers.into_iter().map(text).collect()
    }

    /// What is marked at a place, line by line.
    pub(crate) fn marked(&self, session: usize, at: &Value) -> Vec<String> {
        let Some(message) = at["message"].as_u64() else { return Vec::new() };
        let lines = self.text(session, message as usize);
        let marks: Vec<usize> =
            at["marks"].as_array().unwrap().iter().map(|number| number.as_u64().unwrap() as usize).collect();
        let mark = |mark: &[usize]| {
            let units: Vec<u16> = lines[mark[0]].encode_utf16().collect();
            String::from_utf16(&units[mark[1]..mark[2]]).unwrap()
        };
        marks.chunks(3).map(mark).collect()
    }
}

fn session(data: &Value, shared: &Value) -> Value {
    let mut session = data["session"].clone();
    let line =
        |line: &Value| line.as_u64().map_or_else(|| line.clone(), |place| shared[place as usize].clone());
    session["lines"] = data["lines"].as_array().unwrap().iter().map(line).collect();
    session
}

/// The bytes of a text in base64.
pub(crate) fn base64(text: &str) -> Vec<u8> {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let digits: Vec<u8> = text.trim_end_matches('=').bytes().map(digit).collect();
    let mut bytes = Vec::new();
    for four in digits.chunks(4) {
        let bits =
            four.iter().fold(0_u32, |bits, &digit| bits << 6 | u32::from(digit)) << (6 * (4 - four.len()));
        bytes.extend(bits.to_be_bytes()[1..four.len()].iter());
    }
    bytes
}
