//! `--limit`: how large an input may be, and how long one file may take.

use std::time::Instant;

use einv::{Converter, LIMITS, Limits};

use super::exit::Stop;

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
    let (begin, limits) = (Instant::now(), limits.clone());
    converter.stop_when(move || (begin.elapsed().as_secs() >= limits.seconds()).then(|| limits.too_slow()))
}
