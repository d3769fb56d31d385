//! `einv convert` with several inputs, and `einv manifest`.

pub(crate) mod args;
mod manifest;
mod progress;
mod settings;
mod summary;
mod tell;

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use anstream::ColorChoice;
use einv::batch::{self, Cancel, End, Job, Summary};

use super::args::Convert;
use super::exit::{Exit, Stop};
use super::render::{Show, Sources};
pub(crate) use manifest::run as run_manifest;
use progress::Bar;

/// Whether the arguments are about a job rather than a single file.
pub(crate) fn is_meant(args: &Convert) -> bool {
    args.batch.is_meant() || args.inputs.len() != 1 || args.inputs.iter().any(|input| batch::is_many(input))
}

/// Runs the job.
pub(crate) fn run(args: &Convert, color: ColorChoice) -> Exit {
    let show =
        Show { values: !args.no_values, verbose: args.verbose, quiet: args.quiet, ..Show::new(args.report, color) };
    let mut sources = Sources::default();
    let result = settings::settle(args).and_then(|args| {
        let job = settings::job(&args, &mut sources)?;
        go(&args, &job, &show)
    });
    result.unwrap_or_else(|stop| show.stop(&stop, &sources))
}

fn go(args: &Convert, job: &Job, show: &Show) -> Result<Exit, Stop> {
    let cancel = Cancel::from(signals());
    let begin = Instant::now();
    let bar = Bar::new(args, std::io::stderr().is_terminal());
    let summary = std::thread::scope(|scope| {
        if bar.wants_total() {
            // The bar goes without a total until it is known; what is wrong with the job, the job itself will say.
            scope.spawn(|| job.count(&bar.counting).map(|total| bar.total(total)));
        }
        let result = job.run(&|outcome| bar.done(outcome, tell::outcome(args, outcome, show)), &cancel);
        bar.counting.cancel();
        result
    });
    bar.end();
    let summary = summary?;
    summary::tell(args, &summary, begin.elapsed(), show);
    Ok(exit(&summary))
}

fn exit(summary: &Summary) -> Exit {
    match &summary.end {
        End::Cancelled => Exit::Interrupted,
        End::Stopped(error) => Stop::from(error.clone()).exit,
        _ if summary.is_bad() => Exit::Finding,
        _ => Exit::Done,
    }
}

/// A flag that Ctrl-C and SIGTERM set. The second time, they end the process at once: every file is whole anyway.
fn signals() -> Arc<AtomicBool> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    let flag = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // Without a handler, the signal ends the process as ever.
        let _ = signal_hook::flag::register_conditional_shutdown(signal, Exit::Interrupted as i32, Arc::clone(&flag));
        let _ = signal_hook::flag::register(signal, Arc::clone(&flag));
    }
    flag
}
