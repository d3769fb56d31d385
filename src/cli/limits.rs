//! `--limit`: how large an input may be, and how long one file may take.

use einv::batch::Clock;
use einv::{Converter, LIMITS, Limits};

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

/// Stops the work on a file if there is no time left.
pub(crate) fn check(clock: &Clock) -> Result<(), Stop> {
    clock.late().map_or(Ok(()), |finding| Err(Stop { exit: Exit::Input, findings: vec![finding] }))
}
