//! Sessions of rustls, recorded in memory -> what each side sent, with a key log.

use std::sync::{Arc, Mutex};

use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use rustls::{
    ClientConfig, ClientConnection, Connection, KeyLog, RootCertStore, ServerConfig, ServerConnection,
    SupportedCipherSuite,
};

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Client,
    Server,
}

/// What one side sent at once.
pub(super) type Flight = (Side, Vec<u8>);

/// A key log in memory.
#[derive(Debug, Default)]
struct Log(Mutex<String>);

impl KeyLog for Log {
    fn log(&self, label: &str, random: &[u8], secret: &[u8]) {
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let line = format!("{label} {} {}\n", hex(random), hex(secret));
        self.0.lock().unwrap().push_str(&line);
    }
}

/// A client and a server that know one another.
pub(super) struct Parties {
    client: Arc<ClientConfig>,
    server: Arc<ServerConfig>,
    log: Arc<Log>,
}

/// A session under way.
pub(super) struct Talk {
    client: Connection,
    server: Connection,
    pub(super) flights: Vec<Flight>,
}

/// Every suite of rustls, those of TLS 1.2 and of TLS 1.3.
pub(super) fn suites() -> &'static [SupportedCipherSuite] {
    rustls::crypto::ring::ALL_CIPHER_SUITES
}

impl Parties {
    pub(super) fn of(suite: SupportedCipherSuite) -> Self {
        // An RSA key, which other suites need, cannot be made here.
        let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap();
        let parameters = rcgen::CertificateParams::new(vec!["example.com".to_owned()]).unwrap();
        let certificate = parameters.self_signed(&key).unwrap().der().clone();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = rustls::crypto::CryptoProvider {
            cipher_suites: vec![suite],
            ..rustls::crypto::ring::default_provider()
        };
        let provider = Arc::new(provider);
        let versions = [suite.version()];
        let mut roots = RootCertStore::empty();
        roots.add(certificate.clone()).unwrap();
        let log = Arc::new(Log::default());
        let mut client = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(&versions)
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        client.key_log = log.clone();
        client.enable_early_data = true;
        let mut server = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&versions)
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        server.max_early_data_size = 10_000;
        Self { client: Arc::new(client), server: Arc::new(server), log }
    }

    pub(super) fn key_log(&self) -> String {
        self.log.0.lock().unwrap().clone()
    }

    /// A session that may begin with early data, up to the end of its handshake.
    pub(super) fn talk(&self, early: Option<&str>) -> Talk {
        let name = ServerName::try_from("example.com").unwrap();
        let mut client = ClientConnection::new(self.client.clone(), name).unwrap();
        if let (Some(text), Some(mut writer)) = (early, client.early_data()) {
            std::io::Write::write_all(&mut writer, text.as_bytes()).unwrap();
        }
        let server = ServerConnection::new(self.server.clone()).unwrap();
        let mut talk = Talk { client: client.into(), server: server.into(), flights: Vec::new() };
        talk.pump();
        talk
    }
}

impl Talk {
    pub(super) fn say(&mut self, side: Side, text: &str) {
        self.say_bytes(side, text.as_bytes());
    }

    pub(super) fn say_bytes(&mut self, side: Side, bytes: &[u8]) {
        for part in bytes.chunks(16 * 1024) {
            std::io::Write::write_all(&mut self.of(side).writer(), part).unwrap();
            self.pump();
        }
    }

    pub(super) fn change_keys(&mut self, side: Side) {
        self.of(side).refresh_traffic_keys().unwrap();
    }

    pub(super) fn close(&mut self) {
        for side in [Side::Client, Side::Server] {
            self.of(side).send_close_notify();
            self.pump();
        }
    }

    fn of(&mut self, side: Side) -> &mut Connection {
        if side == Side::Client { &mut self.client } else { &mut self.server }
    }

    /// Carries over what the sides have to say until both are silent.
    fn pump(&mut self) {
        while self.client.wants_write() || self.server.wants_write() {
            for side in [Side::Client, Side::Server] {
                let mut flight = Vec::new();
                while self.of(side).wants_write() {
                    self.of(side).write_tls(&mut flight).unwrap();
                }
                let other = if side == Side::Client { Side::Server } else { Side::Client };
                let mut rest = &flight[..];
                while !rest.is_empty() {
                    self.of(other).read_tls(&mut rest).unwrap();
                    self.of(other).process_new_packets().unwrap();
                    let mut heard = Vec::new();
                    let _ = std::io::Read::read_to_end(&mut self.of(other).reader(), &mut heard);
                }
                if !flight.is_empty() {
                    self.flights.push((side, flight));
                }
            }
        }
    }
}
