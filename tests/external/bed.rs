//! Two network namespaces with a link between them -> captures of SIPp and OpenSSL talking over it.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use sipclause::compose::{Choices, FlowMessage, Plan};
use sipclause::session::Scenario;

use super::at;

/// What the link does to frames.
#[derive(Clone, Copy, Default)]
pub(crate) struct Link {
    /// Percent of the frames that are lost.
    pub(crate) loss: u8,
    /// Milliseconds that each takes at least.
    pub(crate) delay: u16,
    /// Milliseconds that it may take longer: whatever is more than the pause between two frames reorders them.
    pub(crate) jitter: u16,
    /// Bytes of the longest packet.
    pub(crate) mtu: Option<u16>,
}

/// Why there is no bed here; `None` if there can be one.
pub(crate) fn obstacle() -> Option<String> {
    let runs = |program: &str, argument: &str| {
        Command::new(program).arg(argument).output().is_ok_and(|output| output.status.success())
    };
    // Perl relays where the kernel has no `tc netem`.
    for (program, argument) in [
        ("ip", "-V"),
        ("tcpdump", "--version"),
        ("tshark", "-v"),
        ("openssl", "version"),
        ("editcap", "-v"),
        ("perl", "-v"),
    ] {
        if !runs(program, argument) {
            return Some(format!("`{program}` is not there"));
        }
    }
    if Command::new("sipp").arg("-v").output().is_err() {
        return Some("`sipp` is not there".to_owned());
    }
    let name = format!("sipclause-{}", std::process::id());
    let is_root = runs_ip(&["netns", "add", &name]) && runs_ip(&["netns", "del", &name]);
    (!is_root).then(|| "network namespaces need root".to_owned())
}

fn runs_ip(arguments: &[&str]) -> bool {
    Command::new("ip").args(arguments).output().is_ok_and(|output| output.status.success())
}

fn ip(arguments: &[&str]) {
    let output = Command::new("ip").args(arguments).output().unwrap();
    assert!(output.status.success(), "ip {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A client's and a server's namespace.
pub(crate) struct Bed {
    client: String,
    server: String,
    relay: Option<Running>,
}

impl Bed {
    /// Namespaces with addresses and a link: `tc netem` where the kernel has it, else a relay between two TAPs.
    pub(crate) fn new(number: usize, link: Link) -> Self {
        let id = std::process::id();
        let mut bed = Self {
            client: format!("sc-{id}-{number}-c"),
            server: format!("sc-{id}-{number}-s"),
            relay: None,
        };
        let (one, other) = (format!("sc{id}c{number}"), format!("sc{id}s{number}"));
        ip(&["netns", "add", &bed.client]);
        ip(&["netns", "add", &bed.server]);
        bed.connect([&one, &other], link, number);
        for (namespace, name, last) in [(&bed.client, &one, 1), (&bed.server, &other, 2)] {
            ip(&["-n", namespace, "link", "set", name, "name", "link0"]);
            if let Some(mtu) = link.mtu {
                ip(&["-n", namespace, "link", "set", "link0", "mtu", &mtu.to_string()]);
            }
            ip(&["-n", namespace, "link", "set", "lo", "up"]);
            ip(&["-n", namespace, "link", "set", "link0", "up"]);
            ip(&["-n", namespace, "address", "add", &format!("192.0.2.{last}/24"), "dev", "link0"]);
            // An MTU below 1280 is none for IPv6.
            if link.mtu.is_none_or(|mtu| mtu >= 1280) {
                let address = format!("2001:db8::{last}/64");
                ip(&["-n", namespace, "address", "add", &address, "dev", "link0", "nodad"]);
            }
        }
        bed
    }

    fn connect(&mut self, [one, other]: [&str; 2], link: Link, seed: usize) {
        let Link { loss, delay, jitter, .. } = link;
        let is_plain = loss == 0 && delay == 0 && jitter == 0;
        ip(&[
            "link",
            "add",
            one,
            "netns",
            &self.client,
            "type",
            "veth",
            "peer",
            "name",
            other,
            "netns",
            &self.server,
        ]);
        let netem = |namespace: &str, name: &str| {
            let (loss, delay, jitter) = (format!("{loss}%"), format!("{delay}ms"), format!("{jitter}ms"));
            let words =
                ["qdisc", "add", "dev", name, "root", "netem", "loss", &loss, "delay", &delay, &jitter];
            let output = Command::new("tc").args(["-n", namespace]).args(words).output();
            output.is_ok_and(|output| output.status.success())
        };
        if is_plain || netem(&self.client, one) && netem(&self.server, other) {
            return;
        }
        ip(&["-n", &self.client, "link", "del", one]);
        let numbers = [u32::from(loss), u32::from(delay), u32::from(jitter), seed as u32]
            .map(|number| number.to_string());
        let mut relay = Command::new("perl");
        relay.arg(at("tests/external/lossy_link.pl")).args([one, other]).args(numbers);
        let mut relay = Running::start(relay.stdout(Stdio::piped()));
        let mut said = String::new();
        BufReader::new(relay.0.stdout.take().unwrap()).read_line(&mut said).unwrap();
        self.relay = Some(relay);
        assert_eq!(said, "ready\n", "the relay gave up");
        ip(&["link", "set", one, "netns", &self.client]);
        ip(&["link", "set", other, "netns", &self.server]);
    }

    /// Calls of SIPp, captured where the client is. What SIPp thinks of them plays no part.
    pub(crate) fn sipp(&self, capture: &Path, talk: Talk, calls: u32) {
        let folder = tempfile::tempdir().unwrap();
        let tcpdump = tcpdump(&self.client, capture);
        let (from, to) = talk.addresses();
        let sipp = |namespace: &str, local: &str| {
            let mut sipp = in_namespace(namespace, "sipp");
            sipp.args(["-t", talk.mode(), "-i", local, "-p", "5060", "-nostdin", "-m", &calls.to_string()]);
            sipp.args(["-timeout", "20s", "-recv_timeout", "4000"]).current_dir(folder.path());
            sipp
        };
        let server = Running::start(sipp(&self.server, to).args(["-sn", "uas"]));
        std::thread::sleep(Duration::from_millis(500));
        let peer = if to.contains(':') { format!("[{to}]:5060") } else { format!("{to}:5060") };
        let mut client = sipp(&self.client, from);
        client.arg("-sf").arg(at("tests/external/im_client.xml")).args(["-s", "bob", "-r", "10", &peer]);
        Running::start(&mut client).end_within(Duration::from_secs(25));
        server.end_within(Duration::from_secs(2));
        stop(tcpdump);
    }

    /// Composed calls between `openssl s_client` and `s_server`, captured where the client is, with the key log beside
    /// the capture. With `connections` above 1, the later ones resume the session of the first.
    pub(crate) fn tls(&self, capture: &Path, options: &[&str], connections: u64) {
        let folder = tempfile::tempdir().unwrap();
        certify(folder.path());
        let tcpdump = tcpdump(&self.client, capture);
        let mut server = in_namespace(&self.server, "openssl");
        server.args(["s_server", "-quiet", "-accept", "5061", "-cert", "cert.pem", "-key", "key.pem"]);
        server.current_dir(folder.path()).stdin(Stdio::piped());
        let mut server = Running::start(&mut server);
        std::thread::sleep(Duration::from_millis(500));
        for number in 0..connections {
            let mut client = in_namespace(&self.client, "openssl");
            client.args(["s_client", "-quiet", "-connect", "192.0.2.2:5061", "-sess_out", "session.pem"]);
            client.arg("-keylogfile").arg(capture.with_extension("keylog")).args(options);
            if number > 0 {
                client.args(["-sess_in", "session.pem"]);
            }
            let mut client = Running::start(client.current_dir(folder.path()).stdin(Stdio::piped()));
            std::thread::sleep(Duration::from_millis(700));
            relate(number, &mut client, &mut server);
            std::thread::sleep(Duration::from_millis(700));
        }
        drop(server);
        stop(tcpdump);
    }
}

impl Drop for Bed {
    fn drop(&mut self) {
        self.relay = None;
        for namespace in [&self.client, &self.server] {
            let _ = Command::new("ip").args(["netns", "del", namespace]).status();
        }
    }
}

/// How SIPp talks.
#[derive(Clone, Copy)]
pub(crate) enum Talk {
    Udp,
    Udp6,
    Tcp,
    Tcp6,
}

impl Talk {
    /// SIPp's name of one socket of this transport.
    fn mode(self) -> &'static str {
        if matches!(self, Self::Udp | Self::Udp6) { "u1" } else { "t1" }
    }

    fn addresses(self) -> (&'static str, &'static str) {
        match self {
            Self::Udp | Self::Tcp => ("192.0.2.1", "192.0.2.2"),
            Self::Udp6 | Self::Tcp6 => ("2001:db8::1", "2001:db8::2"),
        }
    }
}

/// Lets each side write its messages of random flows, one after the other.
fn relate(number: u64, client: &mut Running, server: &mut Running) {
    for seed in 0..3 {
        let mut plan = Plan::draw(Scenario::OneToOne, &mut Choices::seeded(10 * number + seed));
        plan.salt.push_str(&format!("{number}x{seed}"));
        let composed = plan.ended().compose().unwrap();
        let client_address = composed.flow.messages[0].from;
        for FlowMessage { from, bytes, .. } in &composed.flow.messages {
            let side = if *from == client_address { &mut *client } else { &mut *server };
            side.write(bytes);
            std::thread::sleep(Duration::from_millis(30));
        }
    }
}

/// `key.pem` and `cert.pem`.
fn certify(folder: &Path) {
    let output = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=server.example"])
        .args(["-keyout", "key.pem", "-out", "cert.pem"])
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Starts tcpdump and waits until it says that it listens.
fn tcpdump(namespace: &str, capture: &Path) -> Running {
    let mut tcpdump = in_namespace(namespace, "tcpdump");
    tcpdump.args(["-i", "link0", "-U", "--immediate-mode", "-Z", "root", "-w"]).arg(capture);
    let mut tcpdump = Running::start(tcpdump.stderr(Stdio::piped()));
    let mut said = BufReader::new(tcpdump.0.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("listening on") {
        line.clear();
        assert!(said.read_line(&mut line).unwrap() > 0, "tcpdump gave up");
    }
    // What it says later must not block it.
    std::thread::spawn(move || said.read_to_end(&mut Vec::new()));
    tcpdump
}

/// Ends it when it has seen the last packets.
fn stop(tcpdump: Running) {
    std::thread::sleep(Duration::from_millis(500));
    drop(tcpdump);
}

fn in_namespace(namespace: &str, program: &str) -> Command {
    let mut command = Command::new("ip");
    command.args(["netns", "exec", namespace, program]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// A process that ends with its owner at the latest.
struct Running(Child);

impl Running {
    fn start(command: &mut Command) -> Self {
        Self(command.spawn().unwrap())
    }

    /// Lets it end by itself for so long.
    fn end_within(mut self, time: Duration) {
        let start = Instant::now();
        while self.0.try_wait().unwrap().is_none() && start.elapsed() < time {
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Gives it input.
    fn write(&mut self, bytes: &[u8]) {
        let pipe = self.0.stdin.as_mut().unwrap();
        pipe.write_all(bytes).and_then(|()| pipe.flush()).unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Writes the same capture again without every frame whose number is a multiple of `each`: what a busy capturing machine loses.
pub(crate) fn thin(capture: &Path, each: usize) {
    let name = capture.file_stem().unwrap().to_string_lossy();
    let thin = capture.with_file_name(format!("{name}-thinned.pcap"));
    let numbers = (1..400).map(|number| (number * each).to_string());
    let output = Command::new("editcap").arg(capture).arg(&thin).args(numbers).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
