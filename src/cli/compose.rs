//! `compose`: conforming flows, and single faults in them.

use std::io::IsTerminal;
use std::num::NonZeroU16;
use std::path::Path;

use serde_json::{Value, json};

use super::args::{ComposeFormat, ComposeOptions, FaultList};
use super::complaint::Complaint;
use super::{print, terminal};
use crate::capture::Transport;
use crate::compose::{Carriage, Choices, Composed, Fault, FileFormat, Flow, Plan, Wire, common_context};
use crate::config::context_text;
use crate::session::Scenario;
use crate::session::context::Context;
use crate::verdict::{ExitCode, nearest};

/// Flows that are tried for one in which a fault can be made.
const TRIES: u64 = 1000;

/// Writes flows, or lists faults.
pub(super) fn compose(options: ComposeOptions) -> Result<ExitCode, Complaint> {
    match (options.list_faults, options.scenario) {
        (Some(format), scenario) => list(format, scenario),
        (None, Some(scenario)) => flows(&options, scenario),
        (None, None) => {
            let names = Scenario::ALL.map(Scenario::name).join(", ");
            Err(Complaint::new("which scenario?").help(format!("one of {names}; or --list-faults")))
        }
    }
}

fn flows(options: &ComposeOptions, scenario: Scenario) -> Result<ExitCode, Complaint> {
    let fault = options.fault.as_deref().map(|name| fault_named(name, scenario)).transpose()?;
    let format = options.file_format();
    if format == ComposeFormat::Sip && (options.mtu.is_some() || options.segment.is_some()) {
        let help = "`--format pcap`, or `-o` with a name that ends in .pcap or .pcapng";
        return Err(Complaint::new("--mtu and --segment are for captures").help(help));
    }
    let to_terminal = options.output.as_deref().is_none_or(|path| path == Path::new("-"))
        && std::io::stdout().is_terminal();
    if format != ComposeFormat::Sip && to_terminal {
        return Err(Complaint::new("a capture is not for the terminal").help("`-o FILE` writes it to a file"));
    }
    let numbers = 0..u64::from(options.count.get());
    let all: Vec<Composed> =
        numbers.map(|number| one(options, scenario, number, fault)).collect::<Result<_, _>>()?;
    let (flows, contexts): (Vec<Flow>, Vec<Context>) =
        all.into_iter().map(|composed| (composed.flow, composed.context)).unzip();
    let bytes = bytes(options, format, &Flow::interleaved(flows))?;
    if let (Some(path), Some(context)) = (&options.context, &common_context(contexts)) {
        write(path, context_text(context).as_bytes())?;
    }
    match options.output.as_deref().filter(|path| *path != Path::new("-")) {
        Some(path) => write(path, &bytes).map(|()| ExitCode::Clean),
        None => print(bytes),
    }
}

/// The flow of this number: the plainest without a seed, the next in which the fault can be made with one.
fn one(
    options: &ComposeOptions,
    scenario: Scenario,
    number: u64,
    fault: Option<&Fault>,
) -> Result<Composed, Complaint> {
    let draw = |choices: &mut Choices| {
        let mut plan = Plan::draw(scenario, choices);
        // Flows of one run never share a Call-ID.
        plan.salt.push_str(&number.to_string());
        let plan = if options.count.get() > 1 { plan.ended() } else { plan };
        let plan = match (options.mtu, options.segment) {
            (None, None) => Ok(plan),
            (Some(_), _) => plan.over(Transport::Udp),
            (None, Some(_)) => plan.over(Transport::Tcp),
        };
        let plan = plan.map_err(|refused| Complaint::new(refused.to_string()))?;
        plan.compose().map_err(|refused| Complaint::new(refused.to_string()))
    };
    let plain = options.seed.is_none() && options.count.get() == 1;
    let first = options.seed.unwrap_or_default().wrapping_add(number.wrapping_mul(TRIES));
    let good = if plain { draw(&mut Choices::tape(Vec::new()))? } else { draw(&mut Choices::seeded(first))? };
    let Some(fault) = fault else { return Ok(good) };
    let mut why = match fault.make_in(&good) {
        Ok(faulty) => return Ok(faulty),
        Err(inapplicable) => inapplicable,
    };
    // A seed that was asked for alone is the flow that was asked for.
    if options.seed.is_none() || options.count.get() > 1 {
        for seed in 0..TRIES {
            match fault.make_in(&draw(&mut Choices::seeded(first.wrapping_add(seed)))?) {
                Ok(faulty) => return Ok(faulty),
                Err(inapplicable) => why = inapplicable,
            }
        }
    }
    Err(Complaint::new(why.to_string())
        .help("another --seed makes another flow; without one, a fitting flow is looked for"))
}

fn bytes(options: &ComposeOptions, format: ComposeFormat, flow: &Flow) -> Result<Vec<u8>, Complaint> {
    let format = match format {
        ComposeFormat::Sip => return flow.to_sip().map_err(|error| Complaint::new(error.to_string())),
        ComposeFormat::Pcap => FileFormat::Pcap,
        ComposeFormat::Pcapng => FileFormat::Pcapng,
    };
    let carriage = match (options.mtu, options.segment) {
        (None, None) => Carriage::AsWritten,
        (Some(mtu), _) => Carriage::Udp { mtu: Some(mtu) },
        (None, Some(segment)) => Carriage::Tcp { segment: NonZeroU16::new(segment) },
    };
    let wire = Wire { format, carriage, ..Wire::default() };
    wire.to_bytes(flow).map_err(|error| Complaint::new(error.to_string()))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Complaint> {
    std::fs::write(path, bytes)
        .map_err(|error| Complaint::new(format!("cannot write {}: {error}", path.display())))
}

fn fault_named(name: &str, scenario: Scenario) -> Result<&'static Fault, Complaint> {
    let faults = Fault::all();
    let Some(fault) = faults.iter().find(|fault| fault.name == name) else {
        let near = nearest(name, faults.iter().map(|fault| fault.name));
        let help =
            near.map_or("`--list-faults` lists them".to_owned(), |near| format!("did you mean `{near}`?"));
        return Err(Complaint::new(format!("no fault `{name}`")).help(help));
    };
    if !fault.is_of(scenario) {
        let help = format!("it is one of {}", fault.scenarios.join(", "));
        return Err(Complaint::new(format!("the fault `{name}` is none of {}", scenario.name())).help(help));
    }
    Ok(fault)
}

fn list(format: FaultList, scenario: Option<Scenario>) -> Result<ExitCode, Complaint> {
    let faults = Fault::all().iter().filter(|fault| scenario.is_none_or(|scenario| fault.is_of(scenario)));
    print(&match format {
        FaultList::Json => format!("{:#}\n", faults.map(json).collect::<Value>()),
        FaultList::Table => table(&faults.collect::<Vec<_>>(), scenario),
    })
}

fn json(fault: &Fault) -> Value {
    json!({
        "name": fault.name,
        "title": fault.title,
        "scenarios": fault.scenarios,
        "breaks": fault.breaks,
        "twins": fault.twins,
        "doubts": fault.doubts,
        "lapses": fault.lapses,
        "steps": fault.steps,
    })
}

/// Name, clauses and title in columns; the title goes where there is room for it.
fn table(faults: &[&Fault], scenario: Option<Scenario>) -> String {
    let clauses = |fault: &Fault| match scenario {
        Some(scenario) => Fault::of_scenario(&fault.breaks, scenario).collect::<Vec<_>>().join(" "),
        None => fault.breaks.join(" "),
    };
    let name_width = faults.iter().map(|fault| fault.name.len()).max().unwrap_or_default();
    let clause_width = faults.iter().map(|fault| clauses(fault).len()).max().unwrap_or_default();
    let in_one_line = name_width + clause_width + 4 + 40 <= terminal::stdout_width().max(100);
    let mut text = String::new();
    for fault in faults {
        let (name, clauses) = (fault.name, clauses(fault));
        text.push_str(&match in_one_line {
            true => format!("{name:name_width$}  {clauses:clause_width$}  {}\n", fault.title),
            false => format!("{name:name_width$}  {clauses}\n    {}\n", fault.title),
        });
    }
    text
}
