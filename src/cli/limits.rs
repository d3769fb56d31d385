//! `--limit`: how large an input may be, and how long one file may take.

use std::time::Instant;

use einv::finding::XML_LIMIT;
use einv::{Converter, Finding, LIMITS, Limits};

use super::exit::{Exit, Stop};

/// What `--help` says of the limits: the table itself.
pub(crate) fn help() -> String {
    let mut text = "Change a limit: depth=200, unpacked=64MiB, time=10s\n\n\
        The option can be repeated. A file beyond a limit is refused, and the limit named. What there is, with defaults:\n\n"
        .to_owned();
    for limit in LIMITS {
        text.push_str(&format!("  {:<10}  {:>7}  {}\n", limit.name, limit.show(limit.default), limit.meaning));
    }
    text
}

/// The default limits with those changed that the command line names.
pub(crate) fn of(settings: &[String]) -> Result<Limits, Stop> {
    settings.iter().try_fold(Limits::default(), |limits, setting| limits.with(setting)).map_err(Stop::usage)
}

/// The converter with a look at the clock between the stages, from now on.
pub(crate) fn timed(converter: Converter, limits: &Limits) -> Converter {
    let clock = Clock::start(limits);
    converter.stop_when(move || clock.late())
}

/// How long the work on one file takes, looked at between its stages.
pub(crate) struct Clock {
    begin: Instant,
    seconds: u64,
}

impl Clock {
    /// A clock that runs from now on.
    pub(crate) fn start(limits: &Limits) -> Clock {
        Clock { begin: Instant::now(), seconds: limits.seconds() }
    }

    /// Stops the work if there is no time left.
    pub(crate) fn check(&self) -> Result<(), Stop> {
        let stop = |finding| Stop { exit: Exit::Input, findings: vec![finding] };
        self.late().map_or(Ok(()), |finding| Err(stop(finding)))
    }

    fn late(&self) -> Option<Finding> {
        (self.begin.elapsed().as_secs() >= self.seconds).then(|| too_long(self.seconds))
    }
}

fn too_long(seconds: u64) -> Finding {
    Finding::new(XML_LIMIT, format!("the file takes longer than {seconds} s"))
        .help("raise it with --limit time=…, if the input comes from someone you trust")
}
