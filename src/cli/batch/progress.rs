//! How far a job is: a bar on a terminal, otherwise a line now and then.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use einv::batch::{Cancel, Outcome};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::args::Progress;
use super::summary::{files, number};
use crate::cli::args::Convert;
use crate::cli::choices::Form;

/// How long it is silent between two lines.
const PAUSE: Duration = Duration::from_secs(10);
const PAUSE_BAR: Duration = Duration::from_millis(200);
const PAUSE_JSON: Duration = Duration::from_secs(1);
const UNKNOWN: &str = "{spinner} {human_pos} files, {msg}";
const KNOWN: &str = "{wide_bar} {human_pos}/{human_len} files, {msg}, {eta} left";

/// Progress in one of its forms.
pub(super) struct Bar {
    how: Progress,
    bar: ProgressBar,
    begin: Instant,
    last: Mutex<Instant>,
    done: AtomicU64,
    bad: AtomicU64,
    total: AtomicU64,
    /// Stops the count that the total comes from.
    pub(super) counting: Cancel,
}

impl Bar {
    pub(super) fn new(args: &Convert, is_terminal: bool) -> Bar {
        let how = match args.batch.progress.unwrap_or_default() {
            Progress::Auto if args.quiet || args.report == Form::Json => Progress::None,
            Progress::Auto if is_terminal => Progress::Bar,
            Progress::Auto => Progress::Plain,
            how => how,
        };
        let bar = match how {
            Progress::Bar => ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10)),
            _ => ProgressBar::hidden(),
        };
        bar.set_style(style(UNKNOWN));
        if how == Progress::Bar {
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        let now = Instant::now();
        let zero = || AtomicU64::new(0);
        let (done, bad, total) = (zero(), zero(), zero());
        Bar { how, bar, begin: now, last: Mutex::new(now), done, bad, total, counting: Cancel::new() }
    }

    /// Whether a total is worth a second look over the names.
    pub(super) fn wants_total(&self) -> bool {
        matches!(self.how, Progress::Bar | Progress::Json)
    }

    pub(super) fn total(&self, total: u64) {
        if !self.counting.is_cancelled() {
            self.total.store(total, Ordering::Relaxed);
            self.bar.set_length(total);
            self.bar.set_style(style(KNOWN));
        }
    }

    /// Counts an input; what is told about it stands above the bar.
    pub(super) fn done(&self, outcome: &Outcome, tell: Option<impl FnOnce()>) {
        self.done.fetch_add(1, Ordering::Relaxed);
        self.bad.fetch_add(u64::from(outcome.is_bad()), Ordering::Relaxed);
        self.bar.inc(1);
        match (self.how, tell) {
            (Progress::Bar, Some(tell)) => self.bar.suspend(tell),
            (_, Some(tell)) => tell(),
            _ => {}
        }
        self.now_and_then();
    }

    fn now_and_then(&self) {
        let pause = match self.how {
            Progress::Plain => PAUSE,
            Progress::Json => PAUSE_JSON,
            Progress::Bar => PAUSE_BAR,
            _ => return,
        };
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.elapsed() >= pause {
            *last = Instant::now();
            self.line();
        }
    }

    fn line(&self) {
        let read = |number: &AtomicU64| number.load(Ordering::Relaxed);
        let (done, bad, total) = (read(&self.done), read(&self.bad), read(&self.total));
        let rate = done as f64 / self.begin.elapsed().as_secs_f64().max(0.001);
        let left = (total > 0).then(|| (total.saturating_sub(done) as f64 / rate.max(0.001)).round());
        match self.how {
            Progress::Json => {
                let line = serde_json::json!({
                    "progress": { "files": done, "total": (total > 0).then_some(total), "failed": bad,
                        "per_second": rate.round(), "seconds_left": left }
                });
                eprintln!("{line}");
            }
            how => {
                let text = format!("{}/s, {} failed or refused", number(rate as u64), number(bad));
                match how {
                    Progress::Bar => self.bar.set_message(text),
                    _ => eprintln!("{}, {text}", files(done)),
                }
            }
        }
    }

    /// Leaves the terminal to the summary.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
        if self.how == Progress::Json {
            self.line();
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    // A test holds that the templates can be read.
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_can_be_read() {
        assert!([UNKNOWN, KNOWN].iter().all(|template| ProgressStyle::with_template(template).is_ok()));
    }
}
