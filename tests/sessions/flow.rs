//! Messages in a few words, that know how they are answered.

use std::borrow::Cow;

use sipclause::capture::{Framing, Packet};
use sipclause::compose::Flow;
use sipclause::message::Wholeness;

pub(crate) const CLIENT: &str = "192.0.2.10:5060";
pub(crate) const SERVER: &str = "198.51.100.9:5060";
pub(crate) const BEYOND: &str = "198.51.100.77:5060";

pub(crate) const ALICE: &str = "sip:alice@example.com";
pub(crate) const BOB: &str = "sip:bob@example.org";
pub(crate) const CAROL: &str = "sip:carol@example.org";
pub(crate) const FACTORY: &str = "sip:factory@im.example.com";

/// Contact of the server: the IM Session Identity.
pub(crate) const IDENTITY: &str = "sip:sess@im.example.org";
/// Contact of the client as a target of requests.
pub(crate) const ALICE_AT: &str = "sip:alice@192.0.2.10:5060;transport=tcp";

/// A message being written.
#[derive(Clone)]
pub(crate) struct Msg {
    seconds: f64,
    from: String,
    to: String,
    start: String,
    rows: Vec<(String, String)>,
    body: String,
}

impl Msg {
    /// A request of the client that stands alone: From and To without anything but the client's tag.
    pub(crate) fn request(seconds: f64, start: &str, call_id: &str, cseq: u32) -> Self {
        let method = start.split(' ').next().unwrap_or_default();
        let rows = [
            ("Via", format!("SIP/2.0/TCP {CLIENT};branch=z9hG4bK-{method}-{seconds}")),
            ("Max-Forwards", "70".to_owned()),
            ("From", format!("<{ALICE}>;tag=a")),
            ("To", format!("<{BOB}>")),
            ("Call-ID", call_id.to_owned()),
            ("CSeq", format!("{cseq} {method}")),
        ];
        Self {
            seconds,
            from: CLIENT.to_owned(),
            to: SERVER.to_owned(),
            start: format!("{start} SIP/2.0"),
            rows: rows.map(|(name, value)| (name.to_owned(), value)).to_vec(),
            body: String::new(),
        }
    }

    /// The same request in a transaction of its own.
    pub(crate) fn again(&self, seconds: f64, cseq: u32) -> Self {
        let method = self.method().to_owned();
        let via = format!("SIP/2.0/TCP {CLIENT};branch=z9hG4bK-{method}-{seconds}");
        self.clone().at(seconds).set("Via", &via).set("CSeq", &format!("{cseq} {method}"))
    }

    /// A response to this request; `tag` goes into To where there is none.
    pub(crate) fn reply(&self, seconds: f64, status: &str, tag: &str) -> Self {
        let mut rows = self.rows.clone();
        rows.retain(|(name, _)| matches!(name.as_str(), "Via" | "From" | "To" | "Call-ID" | "CSeq"));
        let (from, to) = (self.to.clone(), self.from.clone());
        let start = format!("SIP/2.0 {status}");
        let reply = Self { seconds, from, to, start, rows, body: String::new() };
        if self.value("To").contains(";tag=") || tag.is_empty() {
            return reply;
        }
        let to = format!("{};tag={tag}", self.value("To"));
        reply.set("To", &to)
    }

    /// The 200 of the server, with a Contact and an Allow to be stored.
    pub(crate) fn accepted(&self, seconds: f64, tag: &str) -> Self {
        self.reply(seconds, "200 OK", tag)
            .row("Contact", &format!("<{IDENTITY}>"))
            .row("Allow", "INVITE, ACK, CANCEL, BYE, UPDATE, MESSAGE")
    }

    /// The ACK to a final failure: of the same transaction as this INVITE.
    pub(crate) fn refusal_acked(&self, refusal: &Self) -> Self {
        let uri = self.start.split(' ').nth(1).unwrap_or_default();
        let number = self.value("CSeq").split(' ').next().unwrap_or_default();
        let mut ack = Self::request(refusal.seconds + 0.05, &format!("ACK {uri}"), "", 1);
        for name in ["Via", "From", "Call-ID"] {
            ack = ack.set(name, self.value(name));
        }
        ack.set("To", refusal.value("To")).set("CSeq", &format!("{number} ACK"))
    }

    /// A request of the sender of this INVITE inside the dialog with `tag`.
    pub(crate) fn inside(&self, seconds: f64, start: &str, tag: &str, cseq: u32) -> Self {
        let to = format!("{};tag={tag}", self.value("To"));
        let request = Self::request(seconds, start, self.value("Call-ID"), cseq);
        request.set("From", self.value("From")).set("To", &to)
    }

    /// The ACK to the 2xx of that dialog, sent to the stored identity.
    pub(crate) fn acked(&self, seconds: f64, tag: &str) -> Self {
        let number = self.value("CSeq").split(' ').next().and_then(|number| number.parse().ok());
        self.inside(seconds, &format!("ACK {IDENTITY}"), tag, number.unwrap_or(1))
    }

    /// A request that the other party sends to the sender of this INVITE.
    pub(crate) fn peer_sends(&self, seconds: f64, method: &str, tag: &str, cseq: u32) -> Self {
        let start = format!("{method} {ALICE_AT}");
        Self::request(seconds, &start, self.value("Call-ID"), cseq)
            .way(SERVER, CLIENT)
            .set("Via", &format!("SIP/2.0/TCP {SERVER};branch=z9hG4bK-{method}-{seconds}"))
            .set("From", &format!("{};tag={tag}", self.value("To")))
            .set("To", self.value("From"))
    }

    pub(crate) fn at(mut self, seconds: f64) -> Self {
        self.seconds = seconds;
        self
    }

    pub(crate) fn way(mut self, from: &str, to: &str) -> Self {
        (self.from, self.to) = (from.to_owned(), to.to_owned());
        self
    }

    /// This request as a proxy sends it on.
    pub(crate) fn passed_on(&self, from: &str, to: &str) -> Self {
        let mut copy = self.clone().way(from, to).at(self.seconds + 0.01);
        let via = format!("SIP/2.0/TCP {from};branch=z9hG4bK-passed-{}-{}", self.method(), self.seconds);
        copy.rows.insert(0, ("Via".to_owned(), via));
        copy
    }

    pub(crate) fn start(mut self, line: &str) -> Self {
        line.clone_into(&mut self.start);
        self
    }

    pub(crate) fn row(mut self, name: &str, value: &str) -> Self {
        self.rows.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn set(mut self, name: &str, value: &str) -> Self {
        match self.rows.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => value.clone_into(old),
            None => return self.row(name, value),
        }
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.rows.retain(|(known, _)| known != name);
        self
    }

    pub(crate) fn body(mut self, body: &str) -> Self {
        body.clone_into(&mut self.body);
        self
    }

    pub(crate) fn body_text(&self) -> &str {
        &self.body
    }

    /// Session-Expires, where the responses of the timer tests have it.
    pub(crate) fn expires(self, seconds: u32, refresher: &str) -> Self {
        self.row("Session-Expires", &format!("{seconds};refresher={refresher}"))
    }

    pub(crate) fn method(&self) -> &str {
        self.start.split(' ').next().unwrap_or_default()
    }

    pub(crate) fn value(&self, name: &str) -> &str {
        self.rows.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The message alone, as on the wire.
    pub(crate) fn wire(&self) -> String {
        let body = self.body.replace('\n', "\r\n");
        let rows: String = self.rows.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        format!("{}\r\n{rows}Content-Length: {}\r\n\r\n{body}", self.start, body.len())
    }

    /// The message behind its separator line.
    pub(crate) fn text(&self) -> String {
        let millis = (self.seconds * 1000.0).round() as u64;
        let (days, hours) = (22 + (8 + millis / 3_600_000) / 24, (8 + millis / 3_600_000) % 24);
        let (minutes, seconds, rest) = (millis / 60_000 % 60, millis / 1000 % 60, millis % 1000);
        format!(
            "# time=2026-11-{days}T{hours:02}:{minutes:02}:{seconds:02}.{rest:03}000Z from={} to={} transport=tcp\r\n{}",
            self.from,
            self.to,
            self.wire()
        )
    }

    /// The message as a text file gives it.
    pub(crate) fn packet(&self) -> Packet<'static> {
        let flow = Flow::read(self.text().as_bytes()).expect("a message of a test is SIP");
        flow.packets().next().expect("a message is one packet").into_owned()
    }

    /// The message of which the capture kept what stands before `lost`.
    pub(crate) fn cut_before(&self, lost: &str) -> Packet<'static> {
        let packet = self.packet();
        let text = String::from_utf8_lossy(&packet.payload).into_owned();
        let kept = text.find(lost).expect("the message has what is lost");
        Packet { wholeness: Wholeness::Cut, payload: Cow::Owned(text.as_bytes()[..kept].to_vec()), ..packet }
    }

    /// The message as it is found in a TCP stream.
    pub(crate) fn captured(&self) -> Packet<'static> {
        Packet { framing: Framing::Stream, ..self.packet() }
    }

    /// The message as a text file gives it that tells neither times nor addresses.
    pub(crate) fn bare(&self) -> Packet<'static> {
        Packet { time: None, from: None, to: None, transport: None, ..self.packet() }
    }
}

/// An INVITE as the change request wants it, to that URI.
pub(crate) fn invite(seconds: f64, call_id: &str, uri: &str) -> Msg {
    Msg::request(seconds, &format!("INVITE {uri}"), call_id, 1)
        .set("To", &format!("<{uri}>"))
        .row("Contact", &format!("<{ALICE_AT}>;+g.oma.sip-im"))
        .row("Accept-Contact", "*;+g.oma.sip-im;explicit")
        .row("User-Agent", "IM-client/OMA1.0 acme/2.1")
        .row("Allow", "INVITE, ACK, CANCEL, BYE, PRACK, UPDATE, NOTIFY, OPTIONS, MESSAGE")
        .row("Supported", "timer, replaces")
        .row("Session-Expires", "1800;refresher=uac")
        .row("Content-Type", "multipart/mixed;boundary=b1")
        .body(&format!("{SDP_PART}--b1--\n"))
}

/// The one-to-one INVITE to Bob in the call `one`.
pub(crate) fn to_bob() -> Msg {
    invite(0.0, "one", BOB)
}

/// An INVITE to the factory with a list of users.
pub(crate) fn to_conference(seconds: f64, call_id: &str, users: &[&str]) -> Msg {
    invite(seconds, call_id, FACTORY).row("Require", "recipient-list-invite").body(&format!(
        "{SDP_PART}--b1\nContent-Type: application/resource-lists+xml\n\
         Content-Disposition: recipient-list\n\n{}\n--b1--\n",
        list_of(users)
    ))
}

pub(crate) fn list_of(users: &[&str]) -> String {
    let entries: String = users.iter().map(|user| format!("<entry uri=\"{user}\"/>\n")).collect();
    format!(
        "<?xml version=\"1.0\"?>\n<resource-lists xmlns=\"urn:ietf:params:xml:ns:resource-lists\"><list>\n\
         {entries}</list></resource-lists>"
    )
}

/// The SDP offer of all these INVITEs, as the first part of a body.
pub(crate) const SDP_PART: &str = "--b1\nContent-Type: application/sdp\n\nv=0\no=alice 1 1 IN IP4 192.0.2.10\ns=-\n\
    c=IN IP4 192.0.2.10\nt=0 0\nm=message 7654 TCP/MSRP *\na=path:msrp://192.0.2.10:7654/aliceS3cret001;tcp\n\
    a=accept-types:message/cpim text/plain\n\n";
