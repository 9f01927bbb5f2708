//! The arguments of `compose`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::values::some_scenario;
use crate::session::Scenario;

/// The arguments of `compose`.
#[derive(Debug, Args)]
#[command(after_help = COMPOSE_EXAMPLES, after_long_help = COMPOSE_HELP)]
pub(in crate::cli) struct ComposeOptions {
    /// The scenario
    #[arg(value_name = "SCENARIO", value_parser = some_scenario())]
    pub(in crate::cli) scenario: Option<Scenario>,

    /// Make this mistake in each flow
    ///
    /// It breaks the clauses that --list-faults names, and no other. Unless --seed names one flow, flows are
    /// looked for in which it can be made.
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) fault: Option<String>,

    /// List the faults with the clauses that they break; as `table` or `json`
    #[arg(long, value_name = "FORMAT", value_enum, num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "table", conflicts_with_all = ["fault", "output", "context", "count", "seed"])]
    pub(in crate::cli) list_faults: Option<FaultList>,

    /// Which flow: the same number makes the same flow again [default: the plainest; of several, from 0]
    #[arg(long, value_name = "N")]
    pub(in crate::cli) seed: Option<u64>,

    /// How many flows, in the order of time
    #[arg(long, value_name = "N", default_value = "1")]
    pub(in crate::cli) count: std::num::NonZeroU32,

    /// The file, or `-` [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    pub(in crate::cli) output: Option<PathBuf>,

    /// How it is written [default: as the name of the file says, else sip]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(in crate::cli) format: Option<ComposeFormat>,

    /// In a capture: everything over UDP, IP packets above so many bytes in fragments
    #[arg(long, value_name = "BYTES", conflicts_with = "segment")]
    pub(in crate::cli) mtu: Option<u16>,

    /// In a capture: everything over TCP, in segments of so many bytes at most
    #[arg(long, value_name = "BYTES", value_parser = clap::value_parser!(u16).range(1..))]
    pub(in crate::cli) segment: Option<u16>,

    /// Write a configuration that tells `check` what the wire cannot
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) context: Option<PathBuf>,
}

impl ComposeOptions {
    /// The format that was asked for, or that the name of the file means.
    pub(in crate::cli) fn file_format(&self) -> ComposeFormat {
        let extension = self.output.as_ref().and_then(|path| path.extension()).and_then(|text| text.to_str());
        self.format.unwrap_or(match extension {
            Some("pcap") => ComposeFormat::Pcap,
            Some("pcapng") => ComposeFormat::Pcapng,
            _ => ComposeFormat::Sip,
        })
    }
}

/// How a composed flow is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(in crate::cli) enum ComposeFormat {
    /// SIP messages as text.
    Sip,
    /// A pcap capture.
    Pcap,
    /// A pcapng capture.
    Pcapng,
}

/// How faults are listed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(in crate::cli) enum FaultList {
    /// Columns for people.
    Table,
    /// A JSON array, with the edits that each fault makes.
    Json,
}

const COMPOSE_EXAMPLES: &str = "\
Examples:
  sipclause compose one-to-one                  the plainest conforming flow, as text
  sipclause compose ad-hoc --seed 7 -o a.pcap   a random one, as a capture
  sipclause compose --list-faults               what can be done wrong";

const COMPOSE_HELP: &str = "\
Examples:
  sipclause compose one-to-one
      the plainest conforming flow, as text
  sipclause compose ad-hoc --seed 7 -o flow.pcapng --context sipclause.yaml
      a random one as a capture, and the configuration to judge it with
  sipclause compose extension --fault replaces-with-swapped-tags | sipclause check -
      a client that makes one mistake
  sipclause compose one-to-one --count 1000 --seed 1 -o calls.pcap --mtu 1400
      a test bed of conforming calls, large datagrams in fragments
  sipclause compose --list-faults=json
      every fault with the edits that it makes

Exit codes:
  0  written
  2  wrong usage: no such scenario or fault, or the flow has no place for the fault";
