//! A capture -> its SIP messages as tshark counts them.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::Key;

/// Reassembly of everything. SIP is found on all ports; to try heuristics first would lose messages of many segments.
const OPTIONS: &[&str] = &[
    "ip.defragment:TRUE",
    "ipv6.defragment:TRUE",
    "tcp.desegment_tcp_streams:TRUE",
    "tcp.reassemble_out_of_order:TRUE",
    "sip.desegment_headers:TRUE",
    "sip.desegment_body:TRUE",
    "sctp.reassembly:TRUE",
    "esp.enable_null_encryption_decode_heuristic:TRUE",
];

/// Hands out every message and counts them. What an ICMP error quotes is no message.
///
/// # Errors
/// When tshark cannot be run, or writes what it should not.
pub(super) fn read(
    file: &Path,
    keylog: Option<&Path>,
    options: &[String],
    mut each: impl FnMut(Key),
) -> Result<usize, String> {
    let mut command = Command::new("tshark");
    command.arg("-n").arg("-r").arg(file).args(["-Y", "sip && !icmp && !icmpv6", "-T", "ek", "-J", "sip"]);
    command.args(OPTIONS.iter().flat_map(|option| ["-o", option]));
    if let Some(keylog) = keylog {
        command.arg("-o").arg(format!("tls.keylog_file:{}", keylog.display()));
    }
    command.args(options).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|error| format!("cannot run tshark: {error}"))?;
    let lines = BufReader::new(child.stdout.take().ok_or("tshark has no output")?).lines();
    let mut count = 0;
    for line in lines {
        let line = line.map_err(|error| format!("tshark: {error}"))?;
        let frame: Value = serde_json::from_str(&line).map_err(|error| format!("tshark: {error}: {line}"))?;
        // One layer, or a list of them where a frame ends several messages; continuations have no start line.
        let layers = &frame["layers"]["sip"];
        let layers = layers.as_array().map_or(std::slice::from_ref(layers), Vec::as_slice);
        for key in layers.iter().filter_map(key) {
            count += 1;
            each(key);
        }
    }
    // It fails for files that are no captures, and for those that are cut: what it found was said before.
    child.wait().map_err(|error| format!("tshark: {error}"))?;
    Ok(count)
}

/// What a layer is known by; `None` if it has no start line.
fn key(layer: &Value) -> Option<Key> {
    let field = |name: &str| match &layer[name] {
        Value::Array(values) => values.first().and_then(Value::as_str),
        value => value.as_str(),
    };
    field("sip_sip_Request-Line").or_else(|| field("sip_sip_Status-Line"))?;
    let status = field("sip_sip_Status-Code").and_then(|code| code.parse().ok());
    let bytes = |name| field(name).map(str::as_bytes);
    Some(Key::new(bytes("sip_sip_Call-ID"), bytes("sip_sip_CSeq"), status))
}
