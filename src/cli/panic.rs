//! A panic is a defect of einv, and is told as one.

use std::io::Write;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, set_hook, take_hook};

use super::exit::Exit;

/// Runs a command; if it panics, says so in words and gives the exit code for a defect.
pub(crate) fn caught(run: impl FnOnce() -> Exit) -> Exit {
    let usual = take_hook();
    set_hook(Box::new(tell));
    let exit = catch_unwind(AssertUnwindSafe(run)).unwrap_or(Exit::Defect);
    set_hook(usual);
    exit
}

fn tell(info: &PanicHookInfo<'_>) {
    if std::thread::current().name() == Some(einv::batch::THREAD) {
        // It is caught there, and told as what became of one file.
        return;
    }
    let place = info.location().map(|at| format!("{}:{}", at.file(), at.line())).unwrap_or_default();
    let what = info.payload_as_str().unwrap_or("no message");
    // Nothing can be done if standard error is closed.
    let _ = write!(
        std::io::stderr().lock(),
        "error: einv stopped because of a defect of its own\n   = found: {what} ({place}, einv {version})\n   \
         = help: report it to the einv project, with these lines and the command that you ran\n",
        version = env!("CARGO_PKG_VERSION"),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_defect_and_nothing_else_is() {
        assert_eq!(caught(|| panic!("a test panics on purpose")), Exit::Defect);
        assert_eq!(caught(|| Exit::Loss), Exit::Loss);
    }
}
