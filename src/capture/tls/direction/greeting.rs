//! Records before protection begins -> both hellos, and the keys that follow from them.

use super::{State, Step, Tls};
use crate::capture::out::Out;
use crate::capture::tls::hello::{Hello, TLS13};
use crate::capture::tls::opener::{Opener, Side};
use crate::capture::tls::record::{Lost, Record};
use crate::capture::tls::suite::Suite;
use crate::capture::tls::why::Why;
use crate::capture::tls_record::{APPLICATION_DATA, CHANGE_CIPHER_SPEC, HANDSHAKE};

impl Tls {
    /// A record before protection begins.
    pub(super) fn clear(&mut self, record: &Record, out: &mut Out<'_>) -> Step {
        match record.kind {
            HANDSHAKE => {
                self.greet(&record.bytes, out);
                // A hello in several records is not whole yet.
                let greets = self.greeted || self.handshake.weight() > 0;
                if greets { Step::Done } else { self.blind(Why::Middle, record.frame(), out) }
            }
            CHANGE_CIPHER_SPEC | APPLICATION_DATA if self.greeted => self.begin(record, out),
            CHANGE_CIPHER_SPEC | APPLICATION_DATA => self.blind(Why::Middle, record.frame(), out),
            _ => Step::Done,
        }
    }

    /// Makes the keys, as far as both hellos and the secrets are there.
    fn begin(&mut self, record: &Record, out: &mut Out<'_>) -> Step {
        let Some(shared) = out.tls.of(out.flow, self.id).filter(|shared| !shared.is_hopeless) else {
            return self.blind(Why::Middle, record.frame(), out);
        };
        let (Some(server), Some((client, hello))) = (shared.server.clone(), shared.client.clone()) else {
            return Step::Wait;
        };
        let is_change = record.kind == CHANGE_CIPHER_SPEC;
        if server.version == TLS13 && is_change {
            // RFC 8446 D.4: it means nothing there.
            return Step::Done;
        }
        let Some(suite) = Suite::of(server.suite) else {
            return self.blind(Why::Suite(server.suite), record.frame(), out);
        };
        if server.compressed {
            return self.blind(Why::Compressed, record.frame(), out);
        }
        let side = if client == out.flow { Side::Client } else { Side::Server };
        let Some(mut opener) = Opener::new(side, suite, &hello, &server, out.tls) else {
            if !out.tls.expects_more {
                return self.blind(Why::NoKeys, record.frame(), out);
            }
            out.tls.wait_for(hello.random, out.flow);
            (self.wants_keys, self.waits_for) = (true, Some(hello.random));
            return Step::Wait;
        };
        if !is_change && server.version != TLS13 {
            // What announces protection was lost.
            opener.lose(Lost::Within(usize::from(u16::MAX)));
        }
        self.state = State::Open(opener);
        if is_change { Step::Done } else { Step::Again }
    }

    /// Looks for the hellos in the content of handshake records.
    pub(super) fn greet(&mut self, content: &[u8], out: &mut Out<'_>) {
        for hello in self.handshake.take(content) {
            self.greeted = true;
            let Some(shared) = out.tls.of(out.flow, self.id) else { return };
            match hello {
                Hello::Client(hello) => (shared.client, shared.server) = (Some((out.flow, hello)), None),
                Hello::Server(hello) => shared.server = Some(hello),
                Hello::Retry => {}
            }
            out.tls.wake_other(out.flow);
        }
    }
}
