//! How long the work on one file takes.

use std::time::Instant;

use crate::finding::Finding;
use crate::limits::Limits;

/// A clock for one file, looked at between the stages of the work: see
/// [`Converter::stop_when`](crate::Converter::stop_when).
#[derive(Debug, Clone)]
pub struct Clock {
    begin: Instant,
    limits: Limits,
}

impl Clock {
    /// A clock that runs from now on.
    pub fn start(limits: &Limits) -> Clock {
        Clock { begin: Instant::now(), limits: limits.clone() }
    }

    /// The finding for a file that has taken longer than the limit allows.
    pub fn late(&self) -> Option<Finding> {
        (self.begin.elapsed().as_secs() >= self.limits.seconds()).then(|| self.limits.too_slow())
    }
}
